"""Long bodies pass piece by piece: bounded memory, events at once, slow readers slow the service."""

import asyncio

import httpx
import psutil
import pytest

from tests.gateway.edge.conftest import start_process

MB = 1024 * 1024


@pytest.fixture
def alone(service):
    """An edge in a process of its own: (url, its memory)."""
    process, port = start_process("edge_process.py", service)
    yield f"http://127.0.0.1:{port}", psutil.Process(process.pid)
    process.terminate()
    process.wait(10)


async def test_a_hundred_megabytes_down_do_not_stay_in_memory(alone):
    url, process = alone
    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        await client.get("/api/registration/v1/stream?mb=1")
        before, peak, size = process.memory_info().rss, 0, 0
        async with client.stream("GET", "/api/registration/v1/stream?mb=100") as reply:
            async for piece in reply.aiter_raw(MB):
                size += len(piece)
                peak = max(peak, process.memory_info().rss)
    assert size == 100 * MB
    assert peak - before < 16 * MB


async def test_a_hundred_megabytes_up_do_not_stay_in_memory(alone):
    url, process = alone
    peak = 0

    async def pieces():
        nonlocal peak
        for _ in range(100):
            peak = max(peak, process.memory_info().rss)
            yield b"u" * MB

    async with httpx.AsyncClient(base_url=url, timeout=60) as client:
        await client.get("/api/registration/v1/echo")
        before = process.memory_info().rss
        reply = await client.post("/api/registration/v1/echo", content=pieces())
    assert reply.json()["size"] == 100 * MB
    assert peak - before < 16 * MB


async def test_a_reader_who_stops_stops_the_service_too(alone):
    url, process = alone
    port = int(url.rsplit(":", 1)[1])
    before = process.memory_info().rss
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=65536)
    writer.write(b"GET /api/registration/v1/stream?mb=200 HTTP/1.1\r\nhost: x\r\n\r\n")
    await reader.readexactly(MB)
    samples = []
    for _ in range(20):
        await asyncio.sleep(0.02)
        samples.append(process.memory_info().rss)
    writer.close()
    assert max(samples) - before < 16 * MB


async def test_an_event_is_delivered_before_the_next_one_exists(edge):
    async with edge.client.stream("GET", "/api/registration/v1/sse") as reply:
        assert reply.headers["content-type"] == "text/event-stream"
        pieces = reply.aiter_raw()
        assert await anext(pieces) == b"data: first\n\n"
        await edge.client.get("/api/registration/v1/release")
        assert await anext(pieces) == b"data: second\n\n"


async def test_a_reader_of_events_who_leaves_frees_the_place(edge):
    async with edge.client.stream("GET", "/api/registration/v1/sse") as reply:
        assert await anext(reply.aiter_raw()) == b"data: first\n\n"
        assert edge.upstream.running == 1
    async with asyncio.timeout(30):
        while edge.upstream.running:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    await edge.client.get("/api/registration/v1/release")


async def test_a_known_length_is_kept(edge):
    async with edge.client.stream("GET", "/api/registration/v1/stream?mb=2&length=1") as reply:
        assert int(reply.headers["content-length"]) == 2 * MB
        assert "transfer-encoding" not in reply.headers
        assert sum([len(piece) async for piece in reply.aiter_raw()]) == 2 * MB
