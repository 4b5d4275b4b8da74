"""Server-sent events over a real socket: resumed without a gap and without a repeat."""

import asyncio
import json
import time

import httpx
import pytest
import uvicorn

from tests.fixtures.callers import token
from tests.gateway.inbox.world import BANK, OTHER_BANK, free_port, until

pytestmark = pytest.mark.usefixtures("following")


@pytest.fixture(scope="module")
async def address(window):
    """The same app behind a server: an in-process transport would wait for the stream to end."""
    config = uvicorn.Config(
        window.running.app, port=free_port(), lifespan="off", log_config=None, loop="none"
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started, "the server")
    yield f"http://127.0.0.1:{config.port}/api/window/v1"
    server.should_exit = True
    server.force_exit = True
    await task


class Stream:
    """One connection: what came, and where it stands."""

    def __init__(self, address, org=BANK, **claims):
        self.url = f"{address}/events"
        claims = {"org": org, "scope": "events", "sub": f"{org}-program", **claims}
        self.headers = {
            "Authorization": f"Bearer {token(('bank',), **claims)}",
            "Accept": "text/event-stream",
        }
        self.last = None
        self.got = []
        self.comments = 0

    async def read(self, count=None, **params):
        """Until `count` more events came, or the server ends the stream."""
        headers = self.headers | ({"Last-Event-ID": self.last} if self.last else {})
        client = httpx.AsyncClient(timeout=60, trust_env=False)
        async with client, client.stream("GET", self.url, headers=headers, params=params) as reply:
            assert reply.status_code == 200, await reply.aread()
            assert reply.headers["content-type"].startswith("text/event-stream")
            event = {}
            async for line in reply.aiter_lines():
                if line:
                    self.comments += line.startswith(":")
                    name, _, value = line.partition(": ")
                    event[name] = value
                    continue
                if "data" in event:
                    self.last = event["id"]
                    self.got.append(json.loads(event["data"]))
                    assert self.got[-1]["type"] == event["event"]
                    if count is not None and (count := count - 1) == 0:
                        return self
                event = {}
        return self


async def start(window):
    page = await window.bank().get("/events", params={"after": "latest"})
    return page.json()["next"]


async def test_a_stream_taken_up_again_and_again_has_no_gap_and_no_double(
    services, window, address
):
    stream = Stream(address)
    stream.last = await start(window)

    async def write(publisher):
        for _ in range(30):
            sent.append(str(await publisher.emit(f"org:{BANK}")))
            await publisher.emit(f"org:{OTHER_BANK}")

    sent = []
    writing = asyncio.gather(*(write(publisher) for publisher in services.values()))
    for part in (1, 7, 2, 30, 50):  # five connections, cut wherever they stand
        await stream.read(part)
    await writing
    got = [event["id"] for event in stream.got]
    assert len(got) == len(set(got)) == 90
    assert sorted(got) == sorted(sent)


async def test_an_event_reaches_an_open_stream_at_once(services, window, address):
    stream = Stream(address)
    stream.last = await start(window)
    tail = window.running.app.state.feed.tail
    await until(lambda: not tail._watchers, "earlier streams to be gone")
    reading = asyncio.create_task(stream.read(1))
    await until(lambda: tail._watchers, "the stream to be open")
    began = time.monotonic()
    sent = await services["carriers"].emit(f"org:{BANK}")
    await reading
    assert stream.got[0]["id"] == str(sent)
    assert "cursor" not in stream.got[0]
    print(f"from commit to reader: {(time.monotonic() - began) * 1000:.0f} ms")


async def test_a_filter_holds_on_a_stream_too(services, window, address):
    stream = Stream(address)
    stream.last = await start(window)
    await services["carriers"].emit(f"org:{BANK}")
    sent = await services["finance"].emit(f"org:{BANK}", type_="loan.settled.v1")
    await stream.read(1, type="finance.loan")
    assert [event["id"] for event in stream.got] == [str(sent)]


async def test_a_stream_ends_when_its_token_is_revoked(window, address, monkeypatch):
    monkeypatch.setattr("gateway.inbox.feed.BEAT_SECONDS", 0.2)
    stream = Stream(address, org="revoked-bank", sid="to-be-revoked")
    stream.last = await start(window)
    reading = asyncio.create_task(stream.read())
    await until(lambda: stream.comments, "a sign of life")
    window.running.keys.revoke("sid", "to-be-revoked")
    await asyncio.wait_for(reading, 30)


async def test_one_caller_has_a_bounded_number_of_streams(window, address):
    streams = [Stream(address, org="greedy-bank") for _ in range(12)]
    reading = [asyncio.create_task(stream.read()) for stream in streams]
    tail = window.running.app.state.feed.tail

    async def settled():  # every one is either among those who wait or refused
        return tail._watchers.total() + sum(task.done() for task in reading) == 12

    await until(settled, "every stream to be open or refused")
    done, open_ = await asyncio.wait(reading, timeout=0.5)  # and it stays so
    assert (len(done), len(open_)) == (2, 10)
    assert all("too_many_streams" in str(task.exception()) for task in done)
    for task in open_:
        task.cancel()
    await asyncio.wait(open_)
    await until(lambda: not tail._watchers, "the places to be free")


async def test_a_bad_last_event_id_is_refused_before_the_stream_begins(address):
    stream = Stream(address)
    stream.last = "made-up"
    with pytest.raises(AssertionError, match="invalid_cursor"):
        await stream.read(1)
