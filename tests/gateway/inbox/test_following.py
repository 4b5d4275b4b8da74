"""How the feed is filled: streams that are not there yet, that are replaced, and followers that compete."""

import asyncio
import contextlib

import nats
import pytest
import structlog
from sqlalchemy import func, select

from deploy.local.account import remove_tree
from gateway.inbox import feed_store, following
from gateway.inbox.following import Follower, Message
from gateway.inbox.planning import plan
from gateway.inbox.tables import feed_events, feed_head
from kit.db import Database
from tests.gateway.inbox.world import Publisher, until


@pytest.fixture
async def nats_of_its_own(fresh_nats):
    return fresh_nats()


@pytest.fixture
async def database(fresh_database):
    found = Database(fresh_database("gateway").app, pool_size=6)
    yield found
    await found.close()


@contextlib.asynccontextmanager
async def publishing(service, url, nats_url):
    publisher = Publisher.of(service, url, nats_url)
    publisher.start()
    try:
        yield publisher
    finally:
        await publisher.stop()


@contextlib.asynccontextmanager
async def followed(database, nats_url):
    follower = Follower(database, nats_url=nats_url, on_appended=plan)
    task = asyncio.create_task(follower.run())
    try:
        yield follower
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


async def ids(database):
    """What is in the feed, in its order."""
    statement = select(feed_events.c.event_id).order_by(feed_events.c.position)
    async with database.reader() as connection:
        return list((await connection.execute(statement)).scalars())


async def filled(database, *expected):
    async def ask():
        found = await ids(database)
        return found if set(expected) <= set(found) else None

    return await until(ask, "the feed")


async def whole(database):
    """Positions without a gap, the head at the last."""
    positions = select(func.count(), func.max(feed_events.c.position))
    async with database.reader() as connection:
        count, last = (await connection.execute(positions)).one()
        head = (await connection.execute(select(feed_head.c.position))).scalar_one()
    return count == last == head


async def test_a_stream_that_appears_later_is_followed_and_holds_up_no_other(
    fresh_database, nats_of_its_own, database
):
    async with followed(database, nats_of_its_own):
        url = fresh_database("gateway").app
        async with publishing("registration", url, nats_of_its_own) as registration:
            first = await registration.emit("public")
            await filled(database, first)
            url = fresh_database("gateway").app
            async with publishing("carriers", url, nats_of_its_own) as carriers:
                second = await carriers.emit("public")
                assert await filled(database, second) == [first, second]


async def test_what_was_published_before_anybody_followed_is_in_the_feed(
    fresh_database, nats_of_its_own, database
):
    url = fresh_database("gateway").app
    async with publishing("finance", url, nats_of_its_own) as finance:
        sent = [await finance.emit("public") for _ in range(450)]  # more than two batches
        async with followed(database, nats_of_its_own):
            assert await filled(database, *sent) == sent
        missed = await finance.emit("public")
        async with followed(database, nats_of_its_own):
            assert await filled(database, missed) == [*sent, missed]
    assert await whole(database)


async def test_a_stream_of_a_new_database_is_read_from_its_beginning(
    fresh_database, nats_of_its_own, database
):
    """`make reset` of one service: the relay replaces the stream, sequences begin again."""
    async with followed(database, nats_of_its_own):
        old, new = (fresh_database("gateway").app for _ in range(2))
        async with publishing("finance", old, nats_of_its_own) as finance:
            before = [await finance.emit("public") for _ in range(5)]
            await filled(database, *before)
        async with publishing("finance", new, nats_of_its_own) as finance:
            after = [await finance.emit("public") for _ in range(3)]
            assert await filled(database, *after) == before + after
    assert await whole(database)


async def test_a_broker_that_was_killed_and_lost_everything_is_followed_on_and_repeats_nothing(
    fresh_database, own_nats, database
):
    url = fresh_database("gateway").app
    async with (
        followed(database, own_nats.url()),
        publishing("finance", url, own_nats.url()) as finance,
    ):
        sent = [await finance.emit("public") for _ in range(4)]
        await filled(database, *sent)
        await asyncio.to_thread(own_nats.kill)
        sent.append(await finance.emit("public"))
        await asyncio.to_thread(own_nats.restart)
        await filled(database, *sent)
        await asyncio.to_thread(own_nats.kill)
        remove_tree(own_nats.folder / "streams")
        sent.append(await finance.emit("public"))
        await asyncio.to_thread(own_nats.restart)
        await filled(database, *sent)
        sent.append(await finance.emit("public"))
        assert await filled(database, *sent) == sent
    assert await whole(database)


async def test_two_followers_make_one_feed(fresh_database, nats_of_its_own, database):
    url = fresh_database("gateway").app
    async with (
        followed(database, nats_of_its_own),
        followed(database, nats_of_its_own),
        publishing("finance", url, nats_of_its_own) as finance,
    ):
        sent = [await finance.emit("public") for _ in range(300)]
        assert await filled(database, *sent) == sent
    assert await whole(database)


async def test_a_batch_that_fails_half_way_leaves_nothing(database):
    """The place and what was read are one transaction."""

    async def refuse(*_):
        raise RuntimeError("the plan fails")

    body = (
        b'{"id":"5f0c6f0e-0000-4000-8000-000000000001","type":"finance.case.moved.v1",'
        b'"subject":"case/1","time":"2026-11-22T00:00:00+00:00","sequence":1,'
        b'"audience":["public"],"data":{}}'
    )
    follower = Follower(database, nats_url="", on_appended=refuse)
    with pytest.raises(RuntimeError):
        await follower.take("finance", "one", [Message(1, body)])
    async with database.reader() as connection:
        assert await feed_store.source_of(connection, "finance") == ("", 0)
        assert await feed_store.read_head(connection) == (0, 0)
    assert await ids(database) == []


async def test_an_idle_house_is_followed_quietly_over_one_connection_per_stream(
    fresh_database, nats_of_its_own, database, monkeypatch
):
    """However a window closes on nothing, and it closes in several ways, nothing was interrupted."""
    monkeypatch.setattr(following, "WAIT_SECONDS", 0.03)
    connected, looked = [], []

    async def connect(*args, **options):
        connected.append(args)
        return await nats_connect(*args, **options)

    async def fetch(subscription):
        found = await fetch_one_window(subscription)
        looked.append(len(found))
        return found

    nats_connect, fetch_one_window = nats.connect, following._fetch
    names = following.STREAMS
    async with contextlib.AsyncExitStack() as stack:
        for name in names:
            url = fresh_database("gateway").app
            publisher = await stack.enter_async_context(publishing(name, url, nats_of_its_own))
        await until(lambda: all_streams(nats_of_its_own, names), "the streams")
        monkeypatch.setattr(nats, "connect", connect)
        monkeypatch.setattr(following, "_fetch", fetch)
        with structlog.testing.capture_logs() as said:
            async with followed(database, nats_of_its_own):
                await until(lambda: len(looked) >= 200, "two hundred empty windows")
                assert set(looked) == {0}
                sent = await publisher.emit("public")
                assert await filled(database, sent) == [sent]
    followers = [entry for entry in said if entry["event"].startswith("feed_")]
    assert followers == []
    assert len(connected) == len(names)


async def test_a_follower_ends_even_where_its_client_loses_the_cancellation(
    nats_of_its_own, database, fresh_database, monkeypatch
):
    """As asyncio.wait_for of Python 3.11 does when what it waits for is done in that instant."""
    fetch_one_window, lost = following._fetch, []

    async def fetch(subscription):
        try:
            return await fetch_one_window(subscription)
        except asyncio.CancelledError:
            lost.append(subscription)
            return []

    monkeypatch.setattr(following, "_fetch", fetch)
    monkeypatch.setattr(following, "STREAMS", ("finance",))
    url = fresh_database("gateway").app
    async with (
        publishing("finance", url, nats_of_its_own) as finance,
        followed(database, nats_of_its_own),
    ):
        sent = await finance.emit("public")
        await filled(database, sent)
        await asyncio.sleep(0.2)  # so that it waits for the next window
    assert lost


async def all_streams(nats_url, names):
    client = await nats.connect(nats_url)
    try:
        return {info.config.name for info in await client.jetstream().streams_info()} >= set(names)
    finally:
        await client.close()


async def test_what_is_no_event_is_passed_over_and_stops_nothing(database):
    follower = Follower(database, nats_url="", on_appended=plan)
    bad = [Message(n, body) for n, body in enumerate((b"{", b"[]", b'{"id": 1}', b"\xff"), 1)]
    assert await follower.take("finance", "one", bad) == 0
    async with database.reader() as connection:
        assert await feed_store.source_of(connection, "finance") == ("one", 4)
