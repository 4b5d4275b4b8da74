"""What the service writes and asks, as SQL for pgbench."""

SEED = """
INSERT INTO cases (id, reference, matter, state, version, title, applicant_sub, region_code, form, facts,
                   submission, created_at, updated_at, submitted_at)
SELECT gen_random_uuid(), 'B20260101-' || lpad(n::text, 8, '0'), 'company-establishment',
       (ARRAY['draft','signing','under_review','registered','refused'])[1 + mod(n, 5)], 3, '演示公司 ' || n,
       %(sub)s, (ARRAY['980101','980102','980181'])[1 + mod(n, 3)], '{}', '{}', 1,
       timestamptz '2025-01-01' + n * interval '1 minute', now(), now()
FROM generate_series(%(first)s::int, %(last)s::int) n
"""

CREATE = """
\\set key random(1, 1000000000000)
BEGIN;
SELECT pg_try_advisory_xact_lock(:key);
SELECT body_hash, status, headers, body FROM idempotency_keys WHERE scope = int8send(:key);
SELECT gen_random_uuid() AS id \\gset
WITH noted AS (
  INSERT INTO case_timeline (case_id, sequence, at, actor_sub, actor_role, action, source, target, data,
                             previous_hash, hash)
  VALUES (:id, 1, now(), 'pgbench', 'founder', 'create', '', 'draft', '{}', repeat('0', 64),
          repeat('a', 64)))
INSERT INTO cases (id, reference, matter, state, version, title, applicant_sub, region_code, form, facts,
                   submission, created_at, updated_at)
VALUES (:id, 'P' || :key || '-' || (SELECT lpad(n::text, greatest(6, length(n::text)), '0')
        FROM nextval('case_reference_seq') n), 'company-establishment', 'draft', 1, '', 'pgbench',
        '980101', '{FORM}', '{}', 0, now(), now()) RETURNING reference;
INSERT INTO idempotency_keys (scope, body_hash, status, headers, body, created_at)
VALUES (int8send(:key) || int8send((random() * 1e15)::bigint), int8send(1), 201, '{}', '{BODY}', now());
COMMIT;
"""

_COLUMNS = (
    "c.id, c.reference, c.matter, c.state, c.version, c.title, c.region_code, c.due_on, c.created_at,"
    " c.updated_at, c.submitted_at, c.closed_at"
)
_PAGE = "ORDER BY c.created_at DESC, c.id DESC LIMIT 51"
# chr(58): pgbench takes a colon and a letter for a variable, and a hash may begin with one
LIST = f"""
SELECT coalesce(json_agg(page), '[]') FROM (SELECT * FROM (
  (SELECT {_COLUMNS} FROM cases c WHERE c.applicant_sub = '<SUB>' {_PAGE}) UNION
  (SELECT {_COLUMNS} FROM case_parties p JOIN cases c ON c.id = p.case_id
   WHERE p.principal = 'person' || chr(58) || '<PERSON>' {_PAGE})) c {_PAGE}) page;
"""
