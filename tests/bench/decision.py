"""What a bank's approval reads and writes, as SQL for pgbench, and how an application is copied.

Taken from PostgreSQL's log of one `decide` on 2026-11-22, statement by statement, and kept equal since:
`decide` and the `approve` that the system makes of it, in one transaction. The events are the contract's own
shape, because the worker publishes pgbench's as well as ours.
"""

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from hashlib import md5
from typing import Any

from tests.bench.yard import CONCURRENCY

PREFIX = "bench-application-"
BODY_BYTES = 3000


def copy_id(number: int) -> uuid.UUID:
    """The id of a copy, as PostgreSQL makes it from the number."""
    return uuid.UUID(md5(f"{PREFIX}{number}".encode()).hexdigest())


def approval(form: Mapping[str, Any]) -> dict[str, Any]:
    """An approval of exactly what was asked for."""
    names = ("amount_fen", "term_months", "repayment_method")
    asked = {name: form[name] for name in names}
    return {"outcome": "approved", "annual_rate": "0.0345", "reason": "经营稳定", **asked}


_ID = f"md5('{PREFIX}' || n)::uuid"
_N = "generate_series(%(first)s::int, %(last)s::int) n"
_CASE = (
    "matter, state, version, title, applicant_sub, applicant_person, applicant_org, region_code, form,"
    " submission, facts, due_on, created_at, updated_at, submitted_at, closed_at, departments"
)
_DEADLINE = "key, kind, started_on, workdays, due_on, status, paused_on, ended_on, provisional"
_TIMELINE = (
    "sequence, at, actor_sub, actor_role, action, source, target, reason, data, previous_hash, hash"
)
_APPLICATION = (
    "state, created_at, product_code, region_code, bank, amount_fen, term_months, open, outcome,"
    " contracted_fen, first_loan_claimed, first_loan_evidence, first_loan_confirmed, first_loan_verified_by,"
    " first_loan_verified_on, previous_loans, submitted_on, closed_on"
)
COPY = (
    f"INSERT INTO cases (id, reference, {_CASE}) SELECT {_ID}, 'LB-' || n, {_CASE}"
    f" FROM cases, {_N} WHERE id = %(id)s",
    f"INSERT INTO case_parties (case_id, principal, role) SELECT {_ID}, principal, role"
    f" FROM case_parties, {_N} WHERE case_id = %(id)s",
    f"INSERT INTO case_deadlines (id, case_id, {_DEADLINE}) SELECT gen_random_uuid(), {_ID},"
    f" {_DEADLINE} FROM case_deadlines, {_N} WHERE case_id = %(id)s",
    f"INSERT INTO case_timeline (case_id, {_TIMELINE}) SELECT {_ID}, {_TIMELINE}"
    f" FROM case_timeline, {_N} WHERE case_id = %(id)s",
    f"INSERT INTO loan_applications (case_id, uscc, {_APPLICATION}) SELECT {_ID}, 'BENCH' || n,"
    f" {_APPLICATION} FROM loan_applications, {_N} WHERE case_id = %(id)s",
)
"""An accepted application with everything that hangs on it, as often as asked: `id`, `first`, `last`."""

UNDECIDED = (
    "SELECT count(*) FROM cases c WHERE c.reference LIKE 'LB-%' AND NOT (c.state = 'approved'"
    " AND (SELECT count(*) FROM outbox o"
    " WHERE o.aggregate_kind = 'case' AND o.aggregate_id = c.id::text) = 2 AND EXISTS"
    " (SELECT 1 FROM case_deadlines d WHERE d.case_id = c.id AND d.key = 'offer'))"
)
"""How many copies lack what a decision leaves: state, two events, the offer's deadline."""

_COLUMNS = (
    "c.id, c.reference, c.matter, c.state, c.version, c.title, c.applicant_sub, c.applicant_person,"
    " c.applicant_org, c.region_code, c.departments, c.form, c.submission, c.facts, c.due_on, c.created_at,"
    " c.updated_at, c.submitted_at, c.closed_at"
)
_ORG = (
    "'org' || chr(58) || 'qingyu-example-bank'"  # pgbench takes a colon and a letter for a variable
)
_ROLES = (
    "ARRAY(SELECT DISTINCT p.role FROM case_parties p WHERE p.case_id = {id}"
    f" AND p.principal = ANY(ARRAY[{_ORG}])) AS around_roles"
)
_CLOCKS = (
    "(SELECT json_agg(json_build_object('key', d.key, 'kind', d.kind, 'started_on', d.started_on,"
    " 'due_on', d.due_on, 'workdays', d.workdays, 'status', d.status, 'ended_on', d.ended_on,"
    " 'provisional', d.provisional) ORDER BY d.started_on, d.due_on)"
    " FROM case_deadlines d WHERE d.case_id = {id}) AS around_clocks"
)
_MAY_SEE = (
    "(c.applicant_sub = 'client-qingyu' OR c.applicant_org = 'qingyu-example-bank' OR EXISTS (SELECT 1"
    " FROM case_parties p WHERE p.case_id = c.id AND p.principal = ANY(ARRAY["
    f"{_ORG}]))"
    " OR (c.submitted_at IS NOT NULL AND 'qingyu-example-bank' = ANY(c.departments)"
    " AND c.region_code LIKE ANY('{}'::text[])) OR false)"
)
_RUNNING = (
    "SELECT id, case_id, key, kind, started_on, workdays, due_on, status, paused_on, ended_on, provisional"
    " FROM case_deadlines WHERE case_id = :id AND status IN ('running', 'paused');"
)
_MOVE = """
INSERT INTO outbox (event_id, type, aggregate_kind, aggregate_id, sequence, audience, data, occurred_at,
                    request_id)
VALUES (gen_random_uuid(), 'finance.case.moved.v1', 'case', :id, <VERSION>,
        ARRAY['sub' || chr(58) || '<SUB>', 'staff', 'staff' || chr(58) || 'science', <ORG>],
        jsonb_build_object('action', '<ACTION>', 'matter', 'loan-application', 'source', 'accepted',
          'target', '<TARGET>', 'case_id', :id::text, 'version', <VERSION>,
          'reference', 'LB-' || :number::text),
        now(), NULL);
WITH noted AS (
  INSERT INTO case_timeline (case_id, sequence, at, actor_sub, actor_role, action, source, target, reason,
                             data, previous_hash, hash)
  VALUES (:id, <VERSION>, now(), 'pgbench', 'bank', '<ACTION>', 'accepted', '<TARGET>', '经营稳定', '<DATA>',
          repeat('0', 64), repeat('a', 64)))
UPDATE cases SET matter = 'loan-application', state = '<TARGET>', version = <VERSION>, title = '<TITLE>',
  applicant_sub = '<SUB>', applicant_org = NULL, region_code = '<REGION>', departments = '{science}',
  form = '<FORM>', submission = 1, facts = '<FACTS>', due_on = <DUE>, updated_at = now()
  WHERE id = :id AND version = <VERSION> - 1 RETURNING version;
"""


def script(row: Sequence[Any], body: Mapping[str, Any], *, version: int) -> str:
    """One decision. `row`: form, facts, title, region and applicant of the accepted application."""
    form, facts, title, region, sub = row
    words = {
        "<FORM>": _quoted(form),
        "<FACTS>": _quoted({**facts, "decision": {**body, "on": "2026-11-22"}}),
        "<TITLE>": title,
        "<REGION>": region,
        "<SUB>": sub.replace(":", "-"),
        "<ORG>": _ORG,
    }
    decide = {"<ACTION>": "decide", "<TARGET>": "accepted", "<DATA>": _quoted(body)}
    approve = {"<ACTION>": "approve", "<TARGET>": "approved", "<DATA>": "{}"}
    first = {**decide, "<VERSION>": str(version + 1), "<DUE>": "current_date + 14"}
    second = {**approve, "<VERSION>": str(version + 2), "<DUE>": "current_date + 30"}
    product = form["product_code"]
    parts = [_BEGIN, _READ.replace("<PRODUCT>", product), _fill(_MOVE, {**words, **first}), _CLOCK]
    parts += [_fill(_MOVE, {**words, **second}), _END.replace("<BODY>", "x" * BODY_BYTES)]
    return "\n".join(parts)


def _quoted(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str).replace("'", "''")
    return re.sub(
        r":(?=\S)", r"\\u003a", text
    )  # within words; between key and value stands a blank


def _fill(text: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text


_BEGIN = f"""
\\set number :n + :client_id
\\set n :n + {CONCURRENCY}
\\set key random(1, 1000000000000)
BEGIN;
SELECT pg_try_advisory_xact_lock(:key);
SELECT body_hash, status, headers, body FROM idempotency_keys WHERE scope = int8send(:key);
SELECT md5('{PREFIX}' || :number::text)::uuid AS id \\gset
"""
_READ = f"""
SELECT {_COLUMNS}, {_ROLES.format(id="c.id")}, {_CLOCKS.format(id="c.id")}
  FROM cases c WHERE c.id = :id AND {_MAY_SEE};
SELECT {_COLUMNS} FROM cases c WHERE c.id = :id AND {_MAY_SEE} FOR NO KEY UPDATE OF c;
SELECT ARRAY(SELECT ARRAY[principal, role] FROM case_parties WHERE case_id = :id),
  (SELECT hash FROM case_timeline WHERE case_id = :id ORDER BY sequence DESC LIMIT 1);
SELECT code, kind, borrower, name_zh, name_en, summary_zh, summary_en, region_code, is_demo, offered_from,
  offered_to, version FROM products WHERE code = '<PRODUCT>';
SELECT product_code, key, valid_from, valid_to, value, operator, unit, source_document, source_clause
  FROM product_parameters WHERE product_code IN ('<PRODUCT>') AND valid_from <= current_date
  AND (valid_to IS NULL OR valid_to >= current_date) ORDER BY product_code, key;
{_RUNNING}
"""
_CLOCK = f"""
{_RUNNING}
UPDATE case_deadlines SET status = 'met', ended_on = current_date
  WHERE case_id = :id AND key = 'decision' AND status = 'running';
INSERT INTO case_deadlines (id, case_id, key, kind, started_on, workdays, due_on, status, provisional)
VALUES (gen_random_uuid(), :id, 'offer', 'answer', current_date, NULL, current_date + 30, 'running', 0);
"""
_END = f"""
SELECT {_ROLES.format(id=":id")}, {_CLOCKS.format(id=":id")};
INSERT INTO idempotency_keys (scope, body_hash, status, headers, body, created_at)
VALUES (int8send(:key) || int8send((random() * 1e15)::bigint), int8send(1), 200, '{{}}', '<BODY>', now());
COMMIT;
"""
