"""An event that cannot be taken stops no other, is kept, and is taken or given up by somebody."""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any

import nats
import pytest
from pydantic import BaseModel
from sqlalchemy import text

from kit import parking
from kit.db import Database
from kit.inbox import Inbox, Incoming, run_inbox
from kit.outbox import Event, Relay, emit

PATIENCE_SECONDS = 60
SUBJECT = "registration.thing.made.v1"


class Something(BaseModel):
    number: int


class Listener:
    """A service that hears of things; the odd ones of `broken` cannot be taken while they are in there."""

    def __init__(self, database: Database, broker: str) -> None:
        self.database, self.broker = database, broker
        self.told: list[int] = []
        self.broken: set[int] = set()
        self.tries: list[int] = []
        self.inbox = Inbox("registration")

        @self.inbox.consumes(SUBJECT, consumer="parking-things")
        async def hear(session: Any, event: Incoming) -> None:
            number = event.data["number"]
            self.tries.append(number)
            if number in self.broken:
                raise ZeroDivisionError("cannot be taken")
            self.told.append(number)

    async def parked(self) -> list[Any]:
        async with self.database.reader() as connection:
            return await parking.open_ones(connection)

    async def until_parked(self, count: int) -> list[Any]:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(found := await self.parked()) < count:  # noqa: ASYNC110  another task parks
                await asyncio.sleep(0.1)
        return found

    async def until_told(self, *numbers: int) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not set(numbers) <= set(self.told):  # noqa: ASYNC110  another task hears
                await asyncio.sleep(0.05)

    async def publish(self, numbers: list[int], *, aggregate: str) -> None:
        for number in numbers:
            async with self.database.transaction() as session:
                thing = Something(number=number)
                await emit(session, Event(SUBJECT, ("thing", aggregate), number, thing))

    async def again(self, row: Any, by: str = "administrator") -> None:
        async with self.database.transaction() as session:
            await parking.try_again(session, row.id, self.inbox.take, by=by)


@pytest.fixture
async def listener(
    fresh_database: Callable[[str], Any],
    fresh_nats: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Listener]:
    monkeypatch.setattr(parking, "pause_of", lambda tries: 0.05)
    url, broker = fresh_database("registration").app, fresh_nats()
    database = Database(url)
    found = Listener(database, broker)
    relay = Relay(service="registration", database_url=url, nats_url=broker)
    tasks = [
        asyncio.create_task(relay.run()),
        asyncio.create_task(run_inbox(found.inbox, broker, database)),
    ]
    yield found
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await database.close()


async def test_a_poison_event_is_parked_its_subject_waits_behind_it_and_the_others_go_on(
    listener: Listener,
) -> None:
    listener.broken = {1}
    await listener.publish([1, 2], aggregate="a")
    await listener.publish([3], aggregate="b")
    await listener.until_told(3)
    await listener.until_parked(1)
    await listener.publish([4], aggregate="a")
    found = await listener.until_parked(2)
    first = found[0]
    assert (first.tries, first.state) == (parking.MOST_TRIES, "parked")
    assert "cannot be taken" in first.error
    assert listener.tries.count(1) == parking.MOST_TRIES
    assert found[-1].error == parking.BEHIND
    assert 4 not in listener.told
    with pytest.raises(parking.EarlierParked):
        await listener.again(found[-1])
    with pytest.raises(ZeroDivisionError):  # nothing was mended yet
        await listener.again(first)
    assert len(await listener.parked()) == len(found)
    listener.broken = set()
    for row in found:
        await listener.again(row)
    assert listener.told[-len(found) :] == [row.body["data"]["number"] for row in found]
    assert await listener.parked() == []
    with pytest.raises(parking.AlreadySettled):
        await listener.again(first)
    await listener.publish([5], aggregate="a")
    await listener.until_told(5)


async def test_what_is_given_up_says_by_whom_and_why_and_lets_the_next_go_on(
    listener: Listener,
) -> None:
    listener.broken = {1}
    await listener.publish([1], aggregate="a")
    [row] = await listener.until_parked(1)
    answers = await asyncio.gather(
        *(give_up(listener, row) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(answer, parking.AlreadySettled) for answer in answers) == 3
    async with listener.database.reader() as connection:
        query = text("SELECT state, settled_by, reason FROM parked_events")
        [kept] = list(await connection.execute(query))
    assert tuple(kept) == ("given_up", "administrator", "an event of a test")
    await listener.publish([2], aggregate="a")
    await listener.until_told(2)
    assert 1 not in listener.told


async def give_up(listener: Listener, row: Any) -> None:
    async with listener.database.transaction() as session:
        await parking.give_up(session, row.id, by="administrator", reason="an event of a test")


async def test_a_passing_fault_parks_nothing_and_what_is_no_event_stops_nobody(
    listener: Listener,
) -> None:
    listener.broken = {1}
    await listener.publish([1], aggregate="a")
    async with asyncio.timeout(PATIENCE_SECONDS):
        while listener.tries.count(1) < 2:  # noqa: ASYNC110  another task hears
            await asyncio.sleep(0.02)
    listener.broken = set()
    await listener.until_told(1)
    client = await nats.connect(listener.broker)
    for strange in (b"no json", b"[]", json.dumps({"id": str(uuid.uuid4())}).encode()):
        await client.jetstream().publish(SUBJECT, strange)
    await client.close()
    await listener.publish([2], aggregate="b")
    await listener.until_told(2)
    assert await listener.parked() == []


def test_pauses_grow() -> None:
    assert [parking.pause_of(tries) for tries in (1, 2, 3, 4, 5)] == [1.0, 2.0, 4.0, 8.0, 16.0]
