"""The asyncpg connection under a session, and statements written once for it.

On a hot path the statement that SQLAlchemy builds, keys, compiles and wraps costs several times the round
trip. Such a statement is a constant here, in its store, with numbered parameters.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson
from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

_BEGIN = text("SELECT 1")
_KEPT = "driver"


async def raw(session: AsyncSession | AsyncConnection) -> Any:
    """The asyncpg connection under a session, in the session's own transaction.

    SQLAlchemy begins lazily, at its first statement; a session that has run none yet runs this one. What
    was found is kept with the session for as long as its transaction lasts.
    """
    if isinstance(session, AsyncConnection):
        return await _reader(session)
    driver: Any
    kept, driver = session.info.get(_KEPT, (None, None))
    if kept is not None and kept is session.sync_session.get_transaction():
        return driver
    driver = (await (await session.connection()).get_raw_connection()).driver_connection
    if not driver.is_in_transaction():
        await session.execute(_BEGIN)
    session.info[_KEPT] = (session.sync_session.get_transaction(), driver)
    return driver


async def _reader(connection: AsyncConnection) -> Any:
    """SQLAlchemy does not see what is asked past it: a connection that died in the pool is replaced here."""
    driver: Any = (await connection.get_raw_connection()).driver_connection
    if driver.is_closed():
        await connection.invalidate()
        driver = (await connection.get_raw_connection()).driver_connection
    return driver


def columns_of(table: Table) -> tuple[str, ...]:
    """The columns that the database does not fill itself."""
    return tuple(column.name for column in table.c if column.identity is None)


def insertion(table: Table, *, first: int = 1) -> str:
    """`INSERT INTO … VALUES ($1, …)` over `columns_of` the table, numbered from `first` on."""
    columns = columns_of(table)
    places = ", ".join(f"${number}" for number in range(first, first + len(columns)))
    return f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({places})"  # noqa: S608  constants


def taken(values: Mapping[str, Any], columns: Iterable[str]) -> list[Any]:
    """These columns' values as asyncpg takes them: an object as JSON, what is missing as NULL."""
    found = (values.get(name) for name in columns)
    return [orjson.dumps(v).decode() if isinstance(v, dict) else v for v in found]
