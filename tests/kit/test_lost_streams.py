"""Outbox, stream and inbox after a loss: a broker killed or emptied, a database begun anew or restored."""

import asyncio
import contextlib
import dataclasses
import subprocess
import uuid
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from psycopg import sql
from pydantic import BaseModel
from sqlalchemy import text

from deploy.local.account import remove_tree
from kit.db import Database
from kit.driver import raw
from kit.inbox import Inbox, Incoming, run_inbox
from kit.outbox import TAKE_BACK_AFTER, Event, Relay, emit
from tests.fixtures.engines import OwnNats

PATIENCE_SECONDS = 60


class Something(BaseModel):
    number: int


@dataclasses.dataclass
class Hearer:
    """A service that hears one kind of event. Any database with the kit's mechanism serves."""

    url: str
    consumer: str = "first"
    told: list[int] = dataclasses.field(default_factory=list)

    @contextlib.asynccontextmanager
    async def listening(self, broker: str) -> AsyncIterator[None]:
        database, inbox = Database(self.url, pool_size=4), Inbox("finance")

        @inbox.consumes("registration.thing.made.v1", consumer=self.consumer)
        async def hear(session: Any, event: Incoming) -> None:
            self.told.append(event.data["number"])

        async with running(run_inbox(inbox, broker, database)):
            yield
        await database.close()

    async def heard(self, *numbers: int) -> None:
        """Waits until these were heard, and nothing else and nothing twice."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_SECONDS):
                while len(self.told) < len(numbers):  # noqa: ASYNC110  others are at work
                    await asyncio.sleep(0.05)
        assert sorted(self.told) == sorted(numbers)


@dataclasses.dataclass
class Teller:
    """A service's outbox and its relay."""

    url: str

    @contextlib.asynccontextmanager
    async def relaying(self, broker: str) -> AsyncIterator["Teller"]:
        relay = Relay(service="registration", database_url=self.url, nats_url=broker)
        async with running(relay.run()):
            yield self

    async def tell(self, *numbers: int) -> None:
        database = Database(self.url, pool_size=1)
        for number in numbers:
            async with database.transaction() as session:
                thing = ("thing", uuid.uuid4().hex)
                made = Event("registration.thing.made.v1", thing, number, Something(number=number))
                await emit(session, made)
        await database.close()


@contextlib.asynccontextmanager
async def running(work: Any) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
def hearer(fresh_database: Callable[[str], Any]) -> Hearer:
    return Hearer(fresh_database("gateway").app)


@pytest.fixture
async def teller(fresh_database: Callable[[str], Any]) -> Teller:
    return await a_teller(fresh_database)


async def a_teller(fresh_database: Callable[[str], Any]) -> Teller:
    """With a database of its own epoch; clones of one template share theirs."""
    url = fresh_database("gateway").app
    database = Database(url, pool_size=1)
    async with database.transaction() as session:
        new = text("UPDATE platform_facts SET value = :epoch WHERE key = 'epoch'")
        await session.execute(new, {"epoch": uuid.uuid4().hex})
    await database.close()
    return Teller(url)


async def test_who_listens_goes_on_with_the_stream_of_a_database_begun_anew(
    fresh_database: Callable[[str], Any],
    fresh_nats: Callable[[], str],
    hearer: Hearer,
    teller: Teller,
) -> None:
    broker = fresh_nats()
    async with hearer.listening(broker):
        async with teller.relaying(broker):
            await teller.tell(1, 2)
            await hearer.heard(1, 2)
        async with (await a_teller(fresh_database)).relaying(broker) as anew:
            await anew.tell(3, 4)
            await hearer.heard(1, 2, 3, 4)


async def test_a_broker_killed_and_started_again_has_lost_nothing(
    own_nats: OwnNats, hearer: Hearer, teller: Teller
) -> None:
    async with hearer.listening(own_nats.url()), teller.relaying(own_nats.url()):
        await teller.tell(1, 2)
        await hearer.heard(1, 2)
        await asyncio.to_thread(own_nats.kill)
        await teller.tell(3, 4)
        await asyncio.to_thread(own_nats.restart)
        await hearer.heard(1, 2, 3, 4)


async def test_what_a_broker_lost_with_its_store_is_published_again_and_acts_once(
    own_nats: OwnNats, hearer: Hearer, teller: Teller, fresh_database: Callable[[str], Any]
) -> None:
    async with hearer.listening(own_nats.url()), teller.relaying(own_nats.url()):
        await teller.tell(1, 2)
        await hearer.heard(1, 2)
        await asyncio.to_thread(own_nats.kill)
        remove_tree(own_nats.folder / "streams")
        await asyncio.to_thread(own_nats.restart)
        late = Hearer(fresh_database("gateway").app, consumer="late")
        async with late.listening(own_nats.url()):  # it never heard the lost ones
            await late.heard(1, 2)
            await teller.tell(3)
            await late.heard(1, 2, 3)
        await hearer.heard(1, 2, 3)


async def test_what_a_broker_lost_with_the_end_of_its_store_is_published_again(
    own_nats: OwnNats, hearer: Hearer, teller: Teller, fresh_database: Callable[[str], Any]
) -> None:
    streams, kept = own_nats.folder / "streams", own_nats.folder / "kept"
    async with hearer.listening(own_nats.url()), teller.relaying(own_nats.url()):
        await teller.tell(1, 2)
        await hearer.heard(1, 2)
        await asyncio.to_thread(own_nats.kill)
        await asyncio.to_thread(copy_as_its_owner, streams, kept)
        await asyncio.to_thread(own_nats.restart)
        await teller.tell(3, 4)
        await hearer.heard(1, 2, 3, 4)
        await asyncio.to_thread(own_nats.kill)
        remove_tree(streams)
        kept.rename(streams)
        await asyncio.to_thread(own_nats.restart)
        late = Hearer(fresh_database("gateway").app, consumer="late")
        async with late.listening(own_nats.url()):
            await late.heard(1, 2, 3, 4)
        await teller.tell(5)
        await hearer.heard(1, 2, 3, 4, 5)


async def test_a_database_restored_from_a_backup_hears_again_what_it_forgot(
    postgres: Any, fresh_nats: Callable[[], str], hearer: Hearer, teller: Teller
) -> None:
    broker = fresh_nats()
    async with teller.relaying(broker):
        async with hearer.listening(broker):
            await teller.tell(1, 2)
            await hearer.heard(1, 2)
        backup = copy_of(postgres, hearer.url)
        async with hearer.listening(broker):
            await teller.tell(3, 4)
            await hearer.heard(1, 2, 3, 4)
        restored = Hearer(backup)
        async with restored.listening(broker):
            await restored.heard(3, 4)
            await teller.tell(5)
            await restored.heard(3, 4, 5)


def copy_as_its_owner(folder: Path, copy: Path) -> None:
    subprocess.run(["cp", "-a", folder, copy], check=True)


def copy_of(postgres: Any, url: str) -> str:
    """The database as it is now, under another name."""
    parts = urlsplit(url)
    name = parts.path.removeprefix("/")
    copy = f"{name}_copy"
    with postgres.administer() as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(copy), sql.Identifier(name)))
    return urlunsplit(parts._replace(path=f"/{copy}"))


async def test_an_event_that_was_committed_late_is_taken_back_with_the_lost_end(
    fresh_database: Callable[[str], Any],
) -> None:
    database = Database(fresh_database("registration").app)
    async with database.transaction() as session:
        for number in (1, 2, 3):
            thing = Something(number=number)
            await emit(session, Event("registration.thing.made.v1", ("thing", "a"), number, thing))
    published = (
        "UPDATE outbox SET published_at = now() + :later * interval '1 s' WHERE sequence = :n"
    )
    async with database.transaction() as session:
        for place, number in enumerate((1, 3, 2)):  # the second was committed after the third
            await session.execute(text(published), {"n": number, "later": place})
        last = await session.execute(text("SELECT event_id FROM outbox WHERE sequence = 3"))
        event_id = last.scalar_one()
        await (await raw(session)).execute(TAKE_BACK_AFTER, event_id)
    async with database.reader() as connection:
        query = text("SELECT sequence FROM outbox WHERE published_at IS NULL")
        assert [row.sequence for row in await connection.execute(query)] == [2]
    await database.close()
