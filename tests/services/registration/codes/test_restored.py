"""A register restored from an older backup does not serve, and never gives a code again."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from psycopg import sql
from pydantic import BaseModel
from sqlalchemy import text

from kit import fence
from kit.db import Database
from kit.outbox import Event, Relay, emit
from services.registration.codes import store
from services.registration.codes.service import allocate_code
from services.registration.composition import SERVICE
from tests.fixtures.callers import running

AUTHORITY = "980101"
PATIENCE_SECONDS = 30


class Issued(BaseModel):
    uscc: str


@pytest.fixture
async def url(fresh_database: Callable[[str], Any]) -> str:
    """A register of its own epoch with one segment of codes."""
    found: str = fresh_database("registration").app
    database = Database(found, pool_size=1)
    async with database.transaction() as session:
        new = text("UPDATE platform_facts SET value = :epoch WHERE key = 'epoch'")
        await session.execute(new, {"epoch": uuid.uuid4().hex})
        await store.open_segment(
            session,
            id=uuid.uuid4(),
            authority_code=AUTHORITY,
            prefix="MA9R",
            first_seq=0,
            end_seq=9_999,
            opened_at=datetime.now(UTC),
            opened_by="test",
        )
    await database.close()
    return found


async def issue(url: str, count: int) -> list[str]:
    """Gives out codes and tells of each, as an establishment does."""
    database, given = Database(url, pool_size=1), []
    for _ in range(count):
        async with database.transaction() as session:
            code = await allocate_code(
                session,
                authority_code=AUTHORITY,
                department="9",
                category="1",
                region_code=AUTHORITY,
                case_id=uuid.uuid4(),
                issued_at=datetime.now(UTC),
            )
            told = Event(
                "registration.licence.issued.v1", ("licence", code.uscc), 1, Issued(uscc=code.uscc)
            )
            await emit(session, told)
            given.append(code.uscc)
    await database.close()
    return given


@asynccontextmanager
async def relaying(url: str, broker: str, state: Any = None) -> AsyncIterator[None]:
    """The relay of a worker on this database, behind its fence."""

    async def allowed() -> None:
        if state and await fence.look(state) is fence.Standing.behind:
            raise fence.BehindStream

    relay = Relay(service="registration", database_url=url, nats_url=broker, allowed=allowed)
    task = asyncio.create_task(relay.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def unpublished(url: str) -> int:
    database = Database(url, pool_size=1)
    async with database.reader() as connection:
        query = text("SELECT count(*) FROM outbox WHERE published_at IS NULL")
        found = int((await connection.execute(query)).scalar_one())
    await database.close()
    return found


async def all_told(url: str) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await unpublished(url):  # noqa: ASYNC110  another process's work
            await asyncio.sleep(0.05)


def backup_of(postgres: Any, url: str) -> str:
    parts = urlsplit(url)
    name = parts.path.removeprefix("/")
    copy = f"{name}_backup"
    with postgres.administer() as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(copy), sql.Identifier(name)))
    return urlunsplit(parts._replace(path=f"/{copy}"))


def process_on(url: str, broker: str) -> Any:
    """What a process of the service finds on its state."""
    settings = SimpleNamespace(nats_url=broker)
    database = Database(url, pool_size=2)
    return SimpleNamespace(service=SERVICE, settings=settings, database=database)


async def test_a_restored_register_writes_nothing_until_the_loss_is_accepted_and_gives_no_code_again(
    postgres: Any, fresh_nats: Callable[[], str], url: str
) -> None:
    broker = fresh_nats()
    async with relaying(url, broker):
        early = await issue(url, 3)
        await all_told(url)
    backup = backup_of(postgres, url)
    async with relaying(url, broker):
        lost = await issue(url, 4)
        await all_told(url)
    present, restored = process_on(url, broker), process_on(backup, broker)
    assert await fence.look(present) is fence.Standing.open
    assert await fence.look(restored) is fence.Standing.behind
    async with running(SERVICE, backup, fenced=True, nats_url=broker) as service:
        await asyncio.sleep(1)
        reply = await service.anonymous.post("/code-checks", json={"codes": lost[:1]})
        assert (reply.status_code, reply.json()["code"]) == (503, "database_behind")
        ready = await service.anonymous.get("//health/ready")
        assert (ready.status_code, ready.json()["code"]) == (503, "database_behind")
        assert (await service.anonymous.get("/matters")).status_code == 200
        assert await fence.accept_loss(restored, reason="backup of the night") == len(lost)
        assert await fence.accept_loss(restored, reason="again") == 0
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await service.anonymous.get("//health/ready")).status_code != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
    async with relaying(backup, broker, restored):
        later = await issue(backup, 5)
        await all_told(backup)
    assert not set(later) & {*early, *lost}
    assert await fence.look(restored) is fence.Standing.open
    for state in (present, restored):
        await state.database.close()


async def test_a_restored_register_tells_nothing_before_somebody_decided(
    postgres: Any, fresh_nats: Callable[[], str], url: str
) -> None:
    broker = fresh_nats()
    async with relaying(url, broker):
        await issue(url, 1)
        await all_told(url)
    backup = backup_of(postgres, url)
    async with relaying(url, broker):
        await issue(url, 1)
        await all_told(url)
    restored = process_on(backup, broker)
    async with relaying(backup, broker, restored):
        await issue(backup, 1)  # somebody got through before the fence was looked at
        await asyncio.sleep(2)
        assert await unpublished(backup) == 1
    await restored.database.close()


async def test_an_empty_stream_and_one_of_another_database_are_no_loss(
    fresh_nats: Callable[[], str], url: str
) -> None:
    state = process_on(url, fresh_nats())
    assert await fence.look(state) is fence.Standing.open
    assert await fence.accept_loss(state, reason="nothing") == 0
    await state.database.close()


async def test_a_broker_that_is_away_for_long_stops_nobody(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fence, "PATIENCE_SECONDS", 1)
    async with running(SERVICE, url, fenced=True, nats_url="nats://127.0.0.1:1") as service:
        reply = await service.anonymous.post("/code-checks", json={"codes": ["x"]})
        assert reply.status_code == 503
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await service.anonymous.get("//health/ready")).status_code != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.2)
