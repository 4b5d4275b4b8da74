"""A reply of one moment: what a snapshot sees, and what it leaves behind, on a real database."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.db import Database
from kit.driver import raw


@pytest.fixture
async def database(fresh_database: Callable[[str], Any]) -> AsyncIterator[Database]:
    made = Database(fresh_database("registration").app, pool_size=1)
    yield made
    await made.close()


async def count(connection: AsyncConnection) -> Any:
    return (await connection.execute(text("SELECT count(*) FROM inbox"))).scalar_one()


async def write(database: Database) -> None:
    statement = text("INSERT INTO inbox (key, processed_at) VALUES (:id, now())")
    async with database.transaction() as session:
        await session.execute(statement, {"id": str(uuid.uuid4())})


async def test_what_is_written_meanwhile_shows_to_a_reader_and_not_in_a_snapshot(
    database: Database,
) -> None:
    async with database.snapshot() as connection:
        assert await count(connection) == 0
        await write(database)
        assert await count(connection) == 0
        assert await (await raw(connection)).fetchval("SELECT count(*) FROM inbox") == 0
    async with database.reader() as connection:  # the same connection, the only one
        assert await count(connection) == 1
        await write(database)
        assert await count(connection) == 2


async def test_nothing_is_written_in_a_snapshot(database: Database) -> None:
    with pytest.raises(Exception, match="read-only transaction"):
        async with database.snapshot() as connection:
            await connection.execute(text("DELETE FROM inbox"))
    async with database.reader() as connection:
        assert await count(connection) == 0


async def test_whoever_leaves_in_the_middle_of_a_statement_leaves_no_past_behind(
    database: Database,
) -> None:
    async def read() -> None:
        async with database.snapshot() as connection:
            await count(connection)
            await connection.execute(text("SELECT pg_sleep(30)"))

    for _ in range(3):
        reading = asyncio.create_task(read())
        await asyncio.sleep(0.1)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await write(database)
        async with database.reader() as connection:
            assert not (await raw(connection)).is_in_transaction()
            seen = await count(connection)
    assert seen == 3


async def test_an_end_that_does_not_get_through_costs_the_connection(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    execute = asyncpg.Connection.execute

    async def lost(connection: asyncpg.Connection, statement: str) -> Any:
        if statement == "COMMIT":
            raise TimeoutError
        return await execute(connection, statement)

    async def read() -> None:
        async with database.snapshot() as connection:
            await count(connection)

    with monkeypatch.context() as patch:
        patch.setattr(asyncpg.Connection, "execute", lost)
        with pytest.raises(TimeoutError):
            await read()
    await write(database)
    async with database.reader() as connection:
        assert not (await raw(connection)).is_in_transaction()
        assert await count(connection) == 1
