"""Statements that are asked past SQLAlchemy, on a real database."""

import uuid
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from kit.cases.store import move_case
from kit.db import Database, is_unreachable
from kit.driver import raw


async def test_a_reader_whose_connection_died_in_the_pool_gets_another(
    fresh_database: Callable[[str], Any],
) -> None:
    database = Database(fresh_database("registration").app, pool_size=1)
    async with database.reader() as connection:
        dying = await raw(connection)
        await dying.close()
    for _ in range(2):
        async with database.reader() as connection:
            assert await (await raw(connection)).fetchval("SELECT 1") == 1
    await database.close()


async def test_the_driver_of_a_session_belongs_to_its_transaction(
    fresh_database: Callable[[str], Any],
) -> None:
    database = Database(fresh_database("registration").app, pool_size=1)
    async with database.transaction() as session:
        driver = await raw(session)
        assert driver.is_in_transaction()
        assert await raw(session) is driver
        await driver.execute("CREATE TEMPORARY TABLE kept (n int)")
    async with database.transaction() as session:
        assert (await raw(session)).is_in_transaction()
    await database.close()


async def test_a_session_never_keeps_a_connection_that_is_another_ones_now(
    fresh_database: Callable[[str], Any],
) -> None:
    database = Database(fresh_database("registration").app, pool_size=2)
    async with AsyncSession(database.engine) as session:
        async with session.begin():
            first = await raw(session)
        async with database.transaction() as other:
            assert await raw(other) is first
            async with session.begin():
                assert await raw(session) is not first
    await database.close()


async def test_a_statement_that_is_ended_from_outside_is_no_fault_of_ours_on_either_path(
    fresh_database: Callable[[str], Any],
) -> None:
    database = Database(fresh_database("registration").app, pool_size=1)
    ended = "SET statement_timeout = 20; SELECT pg_sleep(5)"
    async with database.transaction() as session:
        driver = await raw(session)
        with pytest.raises(asyncpg.QueryCanceledError) as straight:
            await driver.execute(ended)
        await session.rollback()
    async with database.transaction() as session:
        await session.execute(text("SET LOCAL statement_timeout = 20"))
        with pytest.raises(DBAPIError) as wrapped:
            await session.execute(text("SELECT pg_sleep(5)"))
        await session.rollback()
    assert is_unreachable(straight.value)
    assert is_unreachable(wrapped.value)
    await database.close()


def test_a_connection_lost_in_the_middle_of_an_answer_is_an_engine_that_is_away() -> None:
    """Seen when PostgreSQL was killed: asyncpg's protocol finds itself in no state that it knows."""
    lost, told = asyncpg.InternalClientError("cannot switch to state 1"), RuntimeError()
    told.__cause__ = lost
    assert is_unreachable(lost)
    assert is_unreachable(DBAPIError("SELECT 1", {}, told))
    assert not is_unreachable(DBAPIError("SELECT 1", {}, RuntimeError()))


async def test_a_move_that_lacks_a_column_is_an_error_and_erases_nothing(
    fresh_database: Callable[[str], Any],
) -> None:
    database = Database(fresh_database("registration").app, pool_size=1)
    async with database.transaction() as session:
        with pytest.raises(KeyError):
            await move_case(session, {"id": uuid.uuid4(), "version": 1, "state": "draft"}, {})
    await database.close()
