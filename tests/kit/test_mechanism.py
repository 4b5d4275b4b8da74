"""Outbox to JetStream to inbox, and jobs: on a real database and a real broker, through a worker's death."""

import asyncio
import contextlib
import uuid
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import nats
from pydantic import BaseModel
from sqlalchemy import insert, text

from kit.db import Database
from kit.inbox import Inbox, Incoming, run_inbox
from kit.jobs import JobContext, Jobs, RetryLater, defer, rescue_stalled
from kit.outbox import Event, Relay, emit, ensure_stream
from kit.tables import platform_facts


class Something(BaseModel):
    number: int


async def _until(look: Callable[[], Any], wanted: Any, *, seconds: float = 30) -> None:
    async with asyncio.timeout(seconds):
        while await look() != wanted:  # noqa: ASYNC110  what is awaited is in another process
            await asyncio.sleep(0.05)


async def _publish(database: Database, count: int, *, aggregate: str) -> None:
    for number in range(1, count + 1):
        async with database.transaction() as session:
            data = Something(number=number)
            await emit(
                session, Event("registration.thing.made.v1", ("thing", aggregate), number, data)
            )


async def test_events_arrive_in_order_and_act_once_however_often_they_come(
    fresh_database: Callable[[str], Any], fresh_nats: Callable[[], str]
) -> None:
    url, broker = fresh_database("registration").app, fresh_nats()
    database, seen, failures = Database(url), [], iter([True, True])
    inbox = Inbox("registration")

    @inbox.consumes("registration.thing.made.v1", consumer="test-things")
    async def note(session: Any, event: Incoming) -> None:
        if event.data["number"] == 3 and next(failures, False):
            raise RuntimeError("a passing fault")
        await session.execute(insert(platform_facts), {"key": f"seen-{event.id}", "value": "x"})
        seen.append(event.data["number"])

    relay = Relay(service="registration", database_url=url, nats_url=broker)
    tasks = [
        asyncio.create_task(relay.run()),
        asyncio.create_task(run_inbox(inbox, broker, database)),
    ]
    await _publish(database, 5, aggregate="a")

    async def effects() -> int:
        async with database.reader() as connection:
            query = text("SELECT count(*) FROM platform_facts WHERE key LIKE 'seen-%'")
            return int((await connection.execute(query)).scalar_one())

    await _until(effects, 5)
    client = await nats.connect(broker)
    stream = client.jetstream()
    message = await stream.get_msg("registration", 1)
    await stream.publish(
        "registration.thing.made.v1", message.data
    )  # the same event, a new message
    await _publish(database, 1, aggregate="b")
    await _until(effects, 6)
    await client.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await database.close()
    assert sorted(seen) == [1, 1, 2, 3, 4, 5]


async def test_a_service_that_never_ran_holds_up_only_what_is_heard_from_it(
    fresh_database: Callable[[str], Any], fresh_nats: Callable[[], str]
) -> None:
    url, broker = fresh_database("registration").app, fresh_nats()
    database, heard, elsewhere = Database(url), [], []
    inbox = Inbox("registration")

    @inbox.consumes("registration.thing.made.v1", consumer="test-own")
    async def hear(session: Any, event: Incoming) -> None:
        heard.append(event.data["number"])

    @inbox.consumes("carriers.thing.made.v1", consumer="test-other")
    async def hear_elsewhere(session: Any, event: Incoming) -> None:
        elsewhere.append(event.data["number"])

    tasks = [
        asyncio.create_task(run_inbox(inbox, broker, database)),
        asyncio.create_task(Relay(service="registration", database_url=url, nats_url=broker).run()),
    ]

    async def known() -> int:
        return len(heard)

    for number in range(1, 13):  # past the first pauses of whoever waits for the other stream
        await _publish(database, 1, aggregate=f"own-{number}")
        await _until(known, number, seconds=10)
        await asyncio.sleep(0.4)
    client = await nats.connect(broker)
    await ensure_stream(client.jetstream(), "carriers", "an epoch")
    event = await client.jetstream().get_msg("registration", 1)
    await client.jetstream().publish("carriers.thing.made.v1", event.data)

    async def known_elsewhere() -> int:
        return len(elsewhere)

    await _until(known_elsewhere, 1)
    await client.close()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await database.close()


async def test_event_of_a_rolled_back_transaction_never_leaves(
    fresh_database: Callable[[str], Any],
) -> None:
    database = Database(fresh_database("registration").app)
    with contextlib.suppress(RuntimeError):
        async with database.transaction() as session:
            await emit(
                session, Event("registration.thing.made.v1", ("t", "1"), 1, Something(number=1))
            )
            await defer(session, "test.job", {"n": 1})
            raise RuntimeError("undo")
    async with database.reader() as connection:
        for table in ("outbox", "procrastinate_jobs"):
            assert (await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar() == 0
    await database.close()


async def test_job_is_retried_when_its_counterpart_asks_and_rescued_when_its_worker_died(
    fresh_database: Callable[[str], Any],
) -> None:
    url = fresh_database("registration").app
    database, done = Database(url), []
    jobs = Jobs("registration")

    @jobs.task("test.flaky")
    async def flaky(context: JobContext, *, n: int) -> None:
        if context.attempt == 0:
            raise RetryLater(1, "come back")
        done.append(n)

    app = jobs.procrastinate_app(url, SimpleNamespace(database=database))
    async with database.transaction() as session:
        await defer(session, "test.flaky", {"n": 7})
    async with app.open_async():
        async with asyncio.timeout(30):
            while not done:
                await app.run_worker_async(wait=False, install_signal_handlers=False)
                await asyncio.sleep(0.2)
        async with database.transaction() as session:
            await defer(session, "test.flaky", {"n": 8})
            await session.execute(  # as a worker leaves it that died 100 s ago
                text(
                    "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)"
                    " VALUES (now() - interval '100 s') RETURNING id)"
                    " UPDATE procrastinate_jobs SET status = 'doing', attempts = 1, worker_id = dead.id"
                    " FROM dead WHERE task_name = 'test.flaky' AND status = 'todo'"
                )
            )
        assert await rescue_stalled(app) == 1
        await app.run_worker_async(wait=False, install_signal_handlers=False)
    await database.close()
    assert done == [7, 8]


async def test_stream_of_another_database_is_replaced(
    fresh_database: Callable[[str], Any], fresh_nats: Callable[[], str]
) -> None:
    broker = fresh_nats()
    for _ in range(2):
        url = fresh_database("registration").app
        database = Database(url)
        async with database.transaction() as session:  # clones of one template share its epoch
            epoch = text("UPDATE platform_facts SET value = :epoch WHERE key = 'epoch'")
            await session.execute(epoch, {"epoch": uuid.uuid4().hex})
        relay = asyncio.create_task(
            Relay(service="registration", database_url=url, nats_url=broker).run()
        )
        await _publish(database, 2, aggregate=uuid.uuid4().hex)

        async def waiting(database: Database = database) -> int:
            async with database.reader() as connection:
                query = text("SELECT count(*) FROM outbox WHERE published_at IS NULL")
                return int((await connection.execute(query)).scalar_one())

        await _until(waiting, 0)
        relay.cancel()
        await asyncio.gather(relay, return_exceptions=True)
        await database.close()
    client = await nats.connect(broker)
    state = (await client.jetstream().stream_info("registration")).state
    await client.close()
    assert state.messages == 2


async def test_a_job_that_fails_beside_one_of_its_lock_that_waits_leaves_it_the_work(
    fresh_database: Callable[[str], Any],
) -> None:
    """Were it to wait again, the queue would refuse it, and it would stay `doing` where nobody looks."""
    url = fresh_database("registration").app
    database, done = Database(url), []
    jobs = Jobs("registration")

    @jobs.task("test.locked", attempts=3, base_seconds=1)
    async def locked(context: JobContext, *, n: int) -> None:
        if n == 1:
            async with context.transaction() as session:
                await defer(session, "test.locked", {"n": 2}, queueing_lock="one-at-a-time")
            raise RuntimeError("a fault")
        done.append(n)

    app = jobs.procrastinate_app(url, SimpleNamespace(database=database))
    async with database.transaction() as session:
        await defer(session, "test.locked", {"n": 1}, queueing_lock="one-at-a-time")
    async with app.open_async(), asyncio.timeout(30):
        while not done:
            await app.run_worker_async(wait=False, install_signal_handlers=False)
    assert done == [2]
    await _no_job_is_left(database)


async def test_what_a_dead_worker_left_is_ended_where_one_of_its_lock_waits(
    fresh_database: Callable[[str], Any],
) -> None:
    url = fresh_database("registration").app
    database, done = Database(url), []
    jobs = Jobs("registration")

    @jobs.task("test.locked")
    async def locked(_: JobContext, *, n: int) -> None:
        done.append(n)

    app = jobs.procrastinate_app(url, SimpleNamespace(database=database))
    async with app.open_async():
        async with database.transaction() as session:
            await defer(session, "test.locked", {"n": 1}, queueing_lock="one-at-a-time")
            await session.execute(
                text(
                    "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat)"
                    " VALUES (now() - interval '100 s') RETURNING id)"
                    " UPDATE procrastinate_jobs SET status = 'doing', worker_id = dead.id FROM dead"
                )
            )
        async with database.transaction() as session:
            await defer(session, "test.locked", {"n": 2}, queueing_lock="one-at-a-time")
        await rescue_stalled(app)
        await app.run_worker_async(wait=False, install_signal_handlers=False)
    assert done == [2]
    await _no_job_is_left(database)


async def _no_job_is_left(database: Database) -> None:
    async with database.reader() as connection:
        query = text("SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing')")
        assert (await connection.execute(query)).scalar_one() == 0
