"""Every query on cases. Who may see which case is decided in these queries, for each list and each read."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Table, insert, select, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.db import raw
from kit.tables import case_parties, case_submissions, case_timeline, cases

Connection = AsyncSession | AsyncConnection
GENESIS = "0" * 64
_LAST_HASH = "SELECT hash FROM case_timeline WHERE case_id = $1 ORDER BY sequence DESC LIMIT 1"


_CASE_COLUMNS = tuple(column.name for column in cases.c)
_ROW_COLUMNS = tuple(column.name for column in case_timeline.c)


def _insert(table: Table, columns: Sequence[str]) -> str:
    places = ", ".join(f"${number}" for number in range(1, len(columns) + 1))
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608


_INSERT_CASE = _insert(cases, _CASE_COLUMNS)
_INSERT_ROW = _insert(case_timeline, _ROW_COLUMNS)


def _plain(value: Any) -> Any:
    """A value as asyncpg takes it: JSON columns as text."""
    return orjson.dumps(value).decode() if isinstance(value, dict) else value


async def next_reference(session: AsyncSession, prefix: str, day: str) -> str:
    """`R20261121-000042`: from a sequence, so gaps are fine and no row is hot."""
    number = await (await raw(session)).fetchval("SELECT nextval('case_reference_seq')")
    return f"{prefix}{day}-{number:06d}"


async def insert_case(session: AsyncSession, values: Mapping[str, Any]) -> None:
    driver = await raw(session)
    await driver.execute(_INSERT_CASE, *(_plain(values[name]) for name in _CASE_COLUMNS))


async def keep_draft(session: AsyncSession, case_id: UUID, values: Mapping[str, Any]) -> None:
    """What the handler made of a new draft in the transaction that inserts it: no new version."""
    kept = {name: values[name] for name in ("title", "region_code", "facts")}
    await session.execute(update(cases).where(cases.c.id == case_id).values(**kept))


async def parties_of(connection: Connection, case_id: UUID) -> list[tuple[str, str]]:
    """The case's (principal, role) pairs."""
    query = select(case_parties.c.principal, case_parties.c.role).where(
        case_parties.c.case_id == case_id
    )
    return [(row.principal, row.role) for row in await connection.execute(query)]


async def set_parties(
    session: AsyncSession, case_id: UUID, parties: Sequence[tuple[str, str]]
) -> None:
    """Replaces the parties by (principal, role) pairs."""
    await session.execute(case_parties.delete().where(case_parties.c.case_id == case_id))
    rows = [{"case_id": case_id, "principal": p, "role": r} for p, r in dict.fromkeys(parties)]
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
    driver, previous = await raw(session), GENESIS
    if values["sequence"] > 1:
        previous = await driver.fetchval(_LAST_HASH, values["case_id"]) or GENESIS
    row = {**values, "previous_hash": previous, "hash": chain_hash(previous, values)}
    await driver.execute(_INSERT_ROW, *(_plain(row[name]) for name in _ROW_COLUMNS))


async def timeline(connection: Connection, case_id: UUID) -> list[Any]:
    query = (
        select(case_timeline)
        .where(case_timeline.c.case_id == case_id)
        .order_by(case_timeline.c.sequence)
    )
    return list(await connection.execute(query))
