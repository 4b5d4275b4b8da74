"""Every query on cases. Who may see which case is decided in these queries, for each list and each read."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    JSON,
    Select,
    and_,
    exists,
    func,
    insert,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.tables import case_deadlines, case_parties, case_submissions, case_timeline, cases

Connection = AsyncSession | AsyncConnection
STAFF = ("officer", "head")
GENESIS = "0" * 64
SUMMARY = (
    cases.c.id,
    cases.c.reference,
    cases.c.matter,
    cases.c.state,
    cases.c.version,
    cases.c.title,
    cases.c.region_code,
    cases.c.due_on,
    cases.c.created_at,
    cases.c.updated_at,
    cases.c.submitted_at,
    cases.c.closed_at,
)


def visible_to(actor: Actor) -> Any:
    """The condition that an actor may know of a case: applicant, party, or officer of its region after
    it was submitted. Everything that reads cases carries it."""
    ways: list[Any] = [cases.c.applicant_sub == actor.sub]
    if actor.person:
        party = select(1).where(
            case_parties.c.case_id == cases.c.id, case_parties.c.person == actor.person
        )
        ways.append(exists(party))
    if actor.org and actor.has("portal"):
        ways.append(cases.c.applicant_org == actor.org)
    if actor.has(*STAFF):
        regions = [
            cases.c.region_code.startswith(p, autoescape=True) for p in actor.region_prefixes
        ]
        if regions:
            ways.append(and_(cases.c.submitted_at.is_not(None), or_(*regions)))
    if actor.has("system"):
        return text("true")
    return or_(*ways)


async def next_reference(session: AsyncSession, prefix: str, day: str) -> str:
    """`R20261121-000042`: from a sequence, so gaps are fine and no row is hot."""
    number = (await session.execute(text("SELECT nextval('case_reference_seq')"))).scalar_one()
    return f"{prefix}{day}-{number:06d}"


async def insert_case(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(cases), dict(values))


async def find_case(
    connection: Connection, case_id: UUID, actor: Actor, *, lock: bool = False
) -> Any | None:
    """The case's row where the actor may know of it. `lock` keeps other moves out until the end."""
    query: Select[Any] = select(cases).where(cases.c.id == case_id, visible_to(actor))
    if lock:
        query = query.with_for_update(key_share=True, of=cases)
    return (await connection.execute(query)).first()


@dataclass(frozen=True)
class Seen:
    """A case as one reader meets it: its row, the reader's party roles, and all its clocks."""

    case: Any
    roles: Sequence[str] = ()
    clocks: Sequence[Any] = ()


_CLOCK = (
    "key",
    "kind",
    "started_on",
    "due_on",
    "workdays",
    "status",
    "ended_on",
    "provisional",
)


def _around(person: str | None) -> tuple[Any, Any]:
    """Two columns beside a case: the person's roles in it, and its clocks as JSON."""
    roles = (
        select(func.coalesce(func.array_agg(case_parties.c.role), text("'{}'::text[]")))
        .where(case_parties.c.case_id == cases.c.id, case_parties.c.person == person)
        .scalar_subquery()
    )
    pairs: list[Any] = []
    for name in _CLOCK:
        pairs += [literal_column(f"'{name}'"), case_deadlines.c[name]]
    clocks = (
        select(
            func.json_agg(
                aggregate_order_by(
                    func.json_build_object(*pairs),
                    case_deadlines.c.started_on,
                    case_deadlines.c.due_on,
                ),
                type_=JSON,
            )
        )
        .where(case_deadlines.c.case_id == cases.c.id)
        .scalar_subquery()
    )
    return roles.label("around_roles"), clocks.label("around_clocks")


async def see_case(connection: Connection, case_id: UUID, actor: Actor) -> Seen | None:
    """The case with everything that its view needs, in one query; None where the actor may not know it."""
    query = select(cases, *_around(actor.person)).where(cases.c.id == case_id, visible_to(actor))
    row = (await connection.execute(query)).first()
    return _seen(row, row) if row is not None else None


async def see_around(connection: Connection, case: Any, actor: Actor) -> Seen:
    """The same for a case that is already at hand, after a move."""
    query = select(*_around(actor.person)).where(cases.c.id == case.id)
    return _seen(case, (await connection.execute(query)).one())


def _seen(case: Any, around: Any) -> Seen:
    clocks = [SimpleNamespace(**clock) for clock in around.around_clocks or ()]
    for clock in clocks:
        for name in ("started_on", "due_on", "ended_on"):
            day = getattr(clock, name)
            setattr(clock, name, date.fromisoformat(day) if day else None)
    return Seen(case, around.around_roles, clocks)


async def party_roles(connection: Connection, case_id: UUID, person: str | None) -> list[str]:
    if person is None:
        return []
    query = select(case_parties.c.role).where(
        case_parties.c.case_id == case_id, case_parties.c.person == person
    )
    return list((await connection.execute(query)).scalars())


async def set_parties(
    session: AsyncSession, case_id: UUID, parties: Sequence[tuple[str, str]]
) -> None:
    """Replaces the parties by (person hash, role) pairs."""
    await session.execute(case_parties.delete().where(case_parties.c.case_id == case_id))
    rows = [{"case_id": case_id, "person": p, "role": r} for p, r in dict.fromkeys(parties)]
    if rows:
        await session.execute(pg_insert(case_parties).on_conflict_do_nothing(), rows)


async def update_case(
    session: AsyncSession, case_id: UUID, version: int, values: Mapping[str, Any]
) -> bool:
    """Writes the case as `version + 1`; False where another move was faster."""
    statement = (
        update(cases)
        .where(cases.c.id == case_id, cases.c.version == version)
        .values(version=version + 1, **values)
    )
    done: Any = await session.execute(statement)
    return bool(done.rowcount == 1)


async def insert_submission(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(case_submissions), dict(values))


def chain_hash(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of a timeline row over the one before it, of the same case."""
    plain = {str(key): value for key, value in row.items()}
    body = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(previous.encode() + b"\n" + body).hexdigest()


async def append_timeline(session: AsyncSession, values: dict[str, Any]) -> None:
    """Adds one row to the case's hash chain. `values` lack the hashes; row 1 begins the chain."""
    if values["sequence"] == 1:
        row = {**values, "previous_hash": GENESIS, "hash": chain_hash(GENESIS, values)}
        await session.execute(insert(case_timeline), row)
        return
    query = (
        select(case_timeline.c.hash)
        .where(case_timeline.c.case_id == values["case_id"])
        .order_by(case_timeline.c.sequence.desc())
        .limit(1)
    )
    previous = (await session.execute(query)).scalar() or GENESIS
    row = {**values, "previous_hash": previous, "hash": chain_hash(previous, values)}
    await session.execute(insert(case_timeline), row)


async def timeline(connection: Connection, case_id: UUID) -> list[Any]:
    query = (
        select(case_timeline)
        .where(case_timeline.c.case_id == case_id)
        .order_by(case_timeline.c.sequence)
    )
    return list(await connection.execute(query))


async def list_cases(connection: Connection, query: Select[Any]) -> list[dict[str, Any]]:
    """The rows of a page as the database writes their JSON: a list costs a tenth of building models."""
    page = query.subquery("page")
    whole = select(func.json_agg(literal_column("page"), type_=JSON)).select_from(page)
    return (await connection.execute(whole)).scalar() or []


def list_query(
    actor: Actor,
    *,
    filters: Mapping[str, Any],
    after: tuple[Any, ...] | None,
    limit: int,
    flag: str | None = None,
    oldest_due_first: bool = False,
) -> Select[Any]:
    """One page of the cases that an actor may see, newest first (or most urgent first)."""
    query = select(*SUMMARY).where(visible_to(actor)).limit(limit + 1)
    for name, value in filters.items():
        if value is not None:
            query = query.where(getattr(cases.c, name) == value)
    if flag is not None:
        query = query.where(cases.c.facts.contains({flag: True}))
    if oldest_due_first:
        key = tuple_(cases.c.due_on, cases.c.id)
        query = query.where(cases.c.due_on.is_not(None), cases.c.closed_at.is_(None))
        query = query.order_by(cases.c.due_on, cases.c.id)
        return query.where(key > tuple_(*after)) if after else query
    key = tuple_(cases.c.created_at, cases.c.id)
    query = query.order_by(cases.c.created_at.desc(), cases.c.id.desc())
    return query.where(key < tuple_(*after)) if after else query
