"""Every query on cases. Who may see which case is decided in these queries, for each list and each read."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.driver import columns_of, insertion, raw, taken
from kit.tables import case_parties, case_submissions, case_timeline, cases

Connection = AsyncSession | AsyncConnection
GENESIS = "0" * 64

_CASE, _ROW = columns_of(cases), columns_of(case_timeline)
_WRITTEN = tuple(name for name in _CASE if name not in ("id", "reference", "version"))
_AROUND = (
    "SELECT ARRAY(SELECT ARRAY[principal, role] FROM case_parties WHERE case_id = $1),"
    " (SELECT hash FROM case_timeline WHERE case_id = $1 ORDER BY sequence DESC LIMIT 1)"
)
# From a sequence, so gaps are fine and no row is hot: R20261121-000042.
_NUMBER = (
    "(SELECT lpad(n::text, greatest(6, length(n::text)), '0') FROM nextval('case_reference_seq') n)"
)
_REFERENCE = f"${_CASE.index('reference') + 1}"
_BEGIN = (
    f"WITH noted AS ({insertion(case_timeline, first=len(_CASE) + 1)})"
    f" {insertion(cases).replace(f'{_REFERENCE},', f'{_REFERENCE} || {_NUMBER},')} RETURNING reference"
)
_SET = ", ".join(f"{name} = ${number}" for number, name in enumerate(_WRITTEN, start=3))
_UPDATE = f"UPDATE cases SET version = $2 + 1, {_SET} WHERE id = $1 AND version = $2"  # noqa: S608
_NOTE = insertion(case_timeline, first=len(_WRITTEN) + 3)
_MOVE = f"WITH noted AS ({_NOTE}) {_UPDATE} RETURNING version"


async def next_reference(session: AsyncSession, prefix: str, day: str) -> str:
    """`R20261121-000042`: from a sequence, so gaps are fine and no row is hot."""
    number = await (await raw(session)).fetchval("SELECT nextval('case_reference_seq')")
    return f"{prefix}{day}-{number:06d}"


async def begin_case(session: AsyncSession, case: Mapping[str, Any], row: Mapping[str, Any]) -> str:
    """Inserts the case and the first row of its timeline; returns its reference, whose beginning is given."""
    values = [*taken(case, _CASE), *taken(row, _ROW)]
    reference: str = await (await raw(session)).fetchval(_BEGIN, *values)
    return reference


async def move_case(session: AsyncSession, case: Mapping[str, Any], row: Mapping[str, Any]) -> bool:
    """Writes the case as `version + 1` with that version's row of its timeline; False, and the transaction
    must end, where another move was faster."""
    whole = {name: case[name] for name in _WRITTEN}  # what is missing must not be erased
    values = [case["id"], case["version"], *taken(whole, _WRITTEN), *taken(row, _ROW)]
    return await (await raw(session)).fetchval(_MOVE, *values) is not None


async def around(session: AsyncSession, case_id: UUID) -> tuple[list[tuple[str, str]], str]:
    """The case's (principal, role) pairs and the head of its hash chain. Ask once the case is locked."""
    parties, head = await (await raw(session)).fetchrow(_AROUND, case_id)
    return [(principal, role) for principal, role in parties], head or GENESIS


async def set_parties(
    session: AsyncSession, case_id: UUID, parties: Sequence[tuple[str, str]]
) -> None:
    """Replaces the parties by (principal, role) pairs."""
    await session.execute(case_parties.delete().where(case_parties.c.case_id == case_id))
    rows = [{"case_id": case_id, "principal": p, "role": r} for p, r in dict.fromkeys(parties)]
    if rows:
        await session.execute(pg_insert(case_parties).on_conflict_do_nothing(), rows)


async def insert_submission(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(case_submissions), dict(values))


async def submission_form(connection: Connection, case_id: UUID, number: int) -> Any | None:
    """The stored form of one submission."""
    query = select(case_submissions.c.form).where(
        case_submissions.c.case_id == case_id, case_submissions.c.number == number
    )
    return (await connection.execute(query)).scalar_one_or_none()


async def submissions_of(connection: Connection, case_id: UUID) -> list[Any]:
    """Every submission of a case but for its form, the first first."""
    rows = case_submissions.c
    query = (
        select(rows.number, rows.digest, rows.submitted_at)
        .where(rows.case_id == case_id)
        .order_by(rows.number)
    )
    return list(await connection.execute(query))


def chain_hash(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of a timeline row over the one before it, of the same case."""
    plain = {str(key): value for key, value in row.items()}
    body = orjson.dumps(plain, option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(previous.encode() + b"\n" + body).hexdigest()


def chained(previous: str, row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the timeline with its place in the case's chain; the first follows GENESIS."""
    return {**row, "previous_hash": previous, "hash": chain_hash(previous, row)}


async def last_move(
    connection: Connection, case_id: UUID, actions: Collection[str], target: str
) -> Any | None:
    """The newest row of the timeline by which one of these actions led to `target`."""
    query = (
        select(case_timeline)
        .where(
            case_timeline.c.case_id == case_id,
            case_timeline.c.action.in_(list(actions)),
            case_timeline.c.target == target,
        )
        .order_by(case_timeline.c.sequence.desc())
        .limit(1)
    )
    return (await connection.execute(query)).first()


async def timeline(connection: Connection, case_id: UUID) -> list[Any]:
    query = (
        select(case_timeline)
        .where(case_timeline.c.case_id == case_id)
        .order_by(case_timeline.c.sequence)
    )
    return list(await connection.execute(query))
