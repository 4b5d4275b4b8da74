"""Reading cases by prebuilt SQL: who may see which case is said once, here, for every read and every list.

Built expressions cost more than the queries they make (a read was 43 times a bare reply, most of it spent
on building). The statements are constants; the actor goes in as parameters.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.db import raw
from kit.tables import cases

Connection = AsyncSession | AsyncConnection
STAFF = ("officer", "head")

OWN = "c.applicant_sub = :sub"
ORG = "c.applicant_org = :org"
PARTY = (
    "EXISTS (SELECT 1 FROM case_parties p WHERE p.case_id = c.id"
    " AND p.principal = ANY(CAST(:principals AS text[])))"
)
REGION = (
    "(c.submitted_at IS NOT NULL AND :department = ANY(c.departments)"
    " AND c.region_code LIKE ANY(CAST(:regions AS text[])))"
)
VISIBLE = f"({OWN} OR {ORG} OR {PARTY} OR {REGION} OR CAST(:system AS boolean))"
"""Applicant, its organisation, a party, or an officer of its department and region once submitted."""

_COLUMNS = ", ".join(f"c.{column.name}" for column in cases.c)
_CLOCKS = """(SELECT json_agg(json_build_object('key', d.key, 'kind', d.kind, 'started_on', d.started_on,
  'due_on', d.due_on, 'workdays', d.workdays, 'status', d.status, 'ended_on', d.ended_on,
  'provisional', d.provisional) ORDER BY d.started_on, d.due_on)
  FROM case_deadlines d WHERE d.case_id = {id})"""
_ROLES = (
    "ARRAY(SELECT DISTINCT p.role FROM case_parties p WHERE p.case_id = {id}"
    " AND p.principal = ANY(CAST({principals} AS text[])))"
)
_JSON = ("form", "facts")
SUMMARY = (
    "id",
    "reference",
    "matter",
    "state",
    "version",
    "title",
    "region_code",
    "due_on",
    "created_at",
    "updated_at",
    "submitted_at",
    "closed_at",
)


def visibility(actor: Actor) -> dict[str, Any]:
    """The actor as parameters of VISIBLE; what does not apply matches nothing."""
    return {
        "sub": actor.sub,
        "org": actor.organisation,
        "principals": actor.principals,
        "department": actor.org,
        "regions": region_patterns(actor),
        "system": actor.has("system"),
    }


def region_patterns(actor: Actor) -> list[str]:
    """LIKE patterns of the regions that a member of the staff decides for."""
    if not actor.has(*STAFF):
        return []
    return [f"{prefix}%" for prefix in actor.region_prefixes]


@dataclass(frozen=True)
class Seen:
    """A case as one reader meets it: its row, the reader's party roles, and all its clocks."""

    case: Any
    roles: Sequence[str] = ()
    clocks: Sequence[Any] = ()


def _numbered(sql: str, names: Sequence[str]) -> str:
    """Named parameters as asyncpg's numbers."""
    places = {name: f"${number}" for number, name in enumerate(names, start=1)}
    return re.sub(r"(?<!:):([a-z]+)\b", lambda found: places[found.group(1)], sql)


_SEE_ORDER = ("id", "sub", "org", "principals", "department", "regions", "system")
_SEE = _numbered(
    f"SELECT {_COLUMNS}, {_ROLES.format(id='c.id', principals=':principals')} AS around_roles,"  # noqa: S608
    f" {_CLOCKS.format(id='c.id')} AS around_clocks FROM cases c WHERE c.id = :id AND {VISIBLE}",
    _SEE_ORDER,
)
_FIND = _numbered(
    f"SELECT {_COLUMNS} FROM cases c WHERE c.id = :id AND {VISIBLE}",  # noqa: S608  constants only
    _SEE_ORDER,
)
_AROUND = _numbered(
    f"SELECT {_ROLES.format(id=':id', principals=':principals')} AS around_roles,"
    f" {_CLOCKS.format(id=':id')} AS around_clocks",
    ("id", "principals"),
)


def _loaded(value: Any) -> Any:
    """JSON as Python, whether or not this connection's codec has read it already."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value


async def see_case(connection: Connection, case_id: UUID, actor: Actor) -> Seen | None:
    """The case with everything that its view needs, in one query; None where the actor may not know it."""
    values = {"id": case_id, **visibility(actor)}
    driver = await raw(connection)
    row = await driver.fetchrow(_SEE, *(values[name] for name in _SEE_ORDER))
    if row is None:
        return None
    case = SimpleNamespace(**row)
    for name in _JSON:
        setattr(case, name, _loaded(getattr(case, name)))
    return _seen(case, row)


async def see_around(connection: Connection, case: Any, actor: Actor) -> Seen:
    """The same for a case that is already at hand, after a move."""
    driver = await raw(connection)
    return _seen(case, await driver.fetchrow(_AROUND, case.id, actor.principals))


def _seen(case: Any, around: Any) -> Seen:
    clocks = [SimpleNamespace(**clock) for clock in _loaded(around["around_clocks"] or [])]
    for clock in clocks:
        for name in ("started_on", "due_on", "ended_on"):
            day = getattr(clock, name)
            setattr(clock, name, date.fromisoformat(day) if day else None)
    return Seen(case, around["around_roles"], clocks)


async def find_case(
    connection: Connection, case_id: UUID, actor: Actor, *, lock: bool = False
) -> Any | None:
    """The case's row where the actor may know of it. `lock` keeps other moves out until the end."""
    statement = f"{_FIND} FOR NO KEY UPDATE OF c" if lock else _FIND
    values = {"id": case_id, **visibility(actor)}
    driver = await raw(connection)
    row = await driver.fetchrow(statement, *(values[name] for name in _SEE_ORDER))
    return None if row is None else SimpleNamespace(**row)


@dataclass(frozen=True)
class Wanted:
    """What a list was asked for. `after` is the key of the last row seen; `due` sorts by urgency; `ends`
    (overdue, today, week) reckons from `today`; `assigned`: `mine`, `nobody` or an account."""

    filters: Mapping[str, str | None]
    flag: str | None
    after: tuple[Any, ...] | None
    limit: int
    due: bool = False
    ends: str | None = None
    today: date | None = None
    assigned: str | None = None


async def list_cases(connection: Connection, actor: Actor, wanted: Wanted) -> list[dict[str, Any]]:
    """One page (and one row more) as the database writes its JSON.

    Each way of seeing a case is a branch with its own index and its own limit, so that a founder's three
    cases are found among a million without looking at the rest.
    """
    sql, values = _list_statement(actor, wanted)
    driver = await raw(connection)
    found: list[dict[str, Any]] = _loaded(await driver.fetchval(sql, *values))
    return found


_DUE_KEY = """(SELECT d.key FROM case_deadlines d WHERE d.case_id = c.id AND d.status = 'running'
  ORDER BY d.due_on, d.key LIMIT 1)"""
_NAME = """(SELECT a.officer_name FROM case_assignments a
  WHERE a.case_id = c.id AND a.department = {department})"""
_ENDS = {
    "overdue": "c.due_on < {today}",
    "today": "c.due_on = {today}",
    "week": "c.due_on BETWEEN {today} AND {today}::date + 7",
}


def _list_statement(actor: Actor, wanted: Wanted) -> tuple[str, list[Any]]:
    values: list[Any] = []

    def put(value: Any) -> str:
        values.append(value)
        return f"${len(values)}"

    conditions = _conditions(wanted, put)
    key, order = ("c.created_at, c.id", "c.created_at DESC, c.id DESC")
    if wanted.due:
        key, order = "c.due_on, c.id", "c.due_on, c.id"
        conditions.append("c.due_on IS NOT NULL AND c.closed_at IS NULL")
    if wanted.after:
        kind = "date" if wanted.due else "timestamptz"
        first, second = (put(value) for value in wanted.after)
        compare = ">" if wanted.due else "<"
        conditions.append(f"({key}) {compare} ({first}::{kind}, {second}::uuid)")
    join, who = _desk(actor, wanted, put)
    conditions += who
    limit = put(wanted.limit + 1)
    columns = ", ".join(f"c.{column}" for column in SUMMARY)
    branches = [
        f"(SELECT {columns} FROM {source}{join} WHERE {' AND '.join([way, *conditions])}"  # noqa: S608
        f" ORDER BY {order} LIMIT {limit})"
        for source, way in _branches(actor, put)
    ]
    page = " UNION ".join(branches)
    name = _NAME.format(department=put(actor.org)) if region_patterns(actor) else "NULL::text"
    due_key = _DUE_KEY if wanted.due else "NULL::text"
    sql = (
        "SELECT coalesce(json_agg(page), '[]')"  # noqa: S608
        f" FROM (SELECT c.*, {name} AS assigned_to, {due_key} AS due_key"
        f" FROM ({page}) c ORDER BY {order} LIMIT {limit}) page"
    )
    return sql, values


def _conditions(wanted: Wanted, put: Any) -> list[str]:
    found = [f"c.{n} = {put(v)}" for n, v in wanted.filters.items() if v is not None]
    if wanted.flag:
        found.append(f"c.facts @> jsonb_build_object({put(wanted.flag)}::text, true)")
    if wanted.ends:
        found.append(
            f"({_ENDS[wanted.ends].format(today=put(wanted.today))} AND c.closed_at IS NULL)"
        )
    return found


def _desk(actor: Actor, wanted: Wanted, put: Any) -> tuple[str, list[str]]:
    """What was asked of whose desk a case lies on, as a join and conditions. The names on a page are
    looked up for that page alone: a join would be made for all the rest."""
    if wanted.assigned is None:
        return "", []
    if not region_patterns(actor):
        return "", ["FALSE"]
    here = f"a.case_id = c.id AND a.department = {put(actor.org)}"
    if wanted.assigned == "nobody":
        return "", [f"NOT EXISTS (SELECT 1 FROM case_assignments a WHERE {here})"]  # noqa: S608
    officer = put(actor.sub if wanted.assigned == "mine" else wanted.assigned)
    return f" JOIN case_assignments a ON {here}", [f"a.officer_sub = {officer}"]


def _branches(actor: Actor, put: Any) -> list[tuple[str, str]]:
    """The ways in which this actor sees cases, each as FROM and WHERE."""
    found = [("cases c", f"c.applicant_sub = {put(actor.sub)}")]
    if actor.organisation:
        found.append(("cases c", f"c.applicant_org = {put(actor.organisation)}"))
    if actor.principals:
        source = "case_parties p JOIN cases c ON c.id = p.case_id"
        found.append((source, f"p.principal = ANY({put(actor.principals)}::text[])"))
    patterns = region_patterns(actor)
    if patterns:
        way = (
            f"c.submitted_at IS NOT NULL AND {put(actor.org)} = ANY(c.departments)"
            f" AND c.region_code LIKE ANY({put(patterns)}::text[])"
        )
        found.append(("cases c", way))
    return found
