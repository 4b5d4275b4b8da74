"""When a service is down, slow, broken or overwhelmed, and when a caller leaves."""

import asyncio
import struct
import time
from socket import SO_LINGER, SOL_SOCKET

import httpx
import pytest

from gateway.edge.upstream import Limits

PATH = "/api/registration/v1/echo"
STAYS_OPEN = Limits(breaker_seconds=60)
NOWHERE = "http://127.0.0.1:9"
OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"


async def until(condition, seconds=5.0):
    """Wait for a fact, not for a time."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110
            await asyncio.sleep(0.005)


def let_the_pause_end(edge):
    """The circuit was opened long ago: nobody waits for the pause, and it never ends by itself."""
    edge.upstream.breaker._context._state.opened_at = 0.0


def is_problem(reply, status, code):
    assert reply.status_code == status, reply.text
    assert reply.headers["content-type"] == "application/problem+json"
    body = reply.json()
    assert (body["code"], body["status"]) == (code, status)
    assert body["request_id"] == reply.headers["x-request-id"]
    assert "traceparent" in reply.headers
    return body


async def test_a_service_that_is_down_is_told_fast_and_with_a_time(start_edge):
    edge = await start_edge(NOWHERE, limits=Limits(connect_seconds=14))
    started = time.perf_counter()
    reply = await edge.client.post(PATH, json={})
    assert time.perf_counter() - started < 5
    is_problem(reply, 503, "upstream_unavailable")
    assert int(reply.headers["retry-after"]) >= 1


async def test_an_error_speaks_the_callers_language(start_edge):
    edge = await start_edge(NOWHERE)
    chinese = (await edge.client.get(PATH)).json()["title"]
    english = (await edge.client.get(PATH, headers={"Accept-Language": "en"})).json()["title"]
    assert "后台服务" in chinese
    assert english.startswith("The service")


async def test_the_circuit_opens_refuses_without_asking_and_closes_again(start_edge, scripted):
    broken = True

    async def handler(head, reader, writer, count):
        if broken:
            return False
        writer.write(OK)
        return True

    url, seen = await scripted(handler)
    edge = await start_edge(url, limits=STAYS_OPEN)
    for _ in range(5):
        is_problem(await edge.client.post(PATH), 502, "upstream_failed")
    assert edge.upstream.breaker.state == "opened"
    asked = len(seen)
    is_problem(await edge.client.post(PATH), 503, "upstream_unavailable")
    assert len(seen) == asked
    broken = False
    let_the_pause_end(edge)
    assert (await edge.client.post(PATH)).status_code == 200
    assert edge.upstream.breaker.state == "closed"


async def test_one_slow_probe_keeps_the_crowd_away(start_edge, scripted):
    release = asyncio.Event()
    broken = True

    async def handler(head, reader, writer, count):
        if broken:
            return False
        await release.wait()
        writer.write(OK)
        return True

    url, seen = await scripted(handler)
    edge = await start_edge(url, limits=STAYS_OPEN)
    for _ in range(5):
        await edge.client.post(PATH)
    broken = False
    let_the_pause_end(edge)
    asked = len(seen)
    probe = asyncio.create_task(edge.client.post(PATH))
    await until(lambda: len(seen) == asked + 1)
    crowd = await asyncio.gather(*(edge.client.post(PATH) for _ in range(20)))
    assert {reply.status_code for reply in crowd} == {503}
    assert len(seen) == asked + 1
    release.set()
    assert (await probe).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
async def test_a_write_is_sent_once_even_when_a_kept_connection_dies(start_edge, scripted, method):
    async def handler(head, reader, writer, count):
        if head.startswith(b"GET"):
            writer.write(OK)
            return True
        return False  # closes without an answer

    url, seen = await scripted(handler)
    edge = await start_edge(url)
    assert (await edge.client.get(PATH)).text == "ok"  # leaves a kept connection
    is_problem(await edge.client.request(method, PATH), 502, "upstream_failed")
    assert [head.split()[0] for head in seen] == [b"GET", method.encode()]


@pytest.mark.parametrize("way", ["closed", "reset"])
async def test_a_read_on_a_dead_kept_connection_is_tried_once_more(start_edge, scripted, way):
    async def handler(head, reader, writer, count):
        if count == 2:
            if way == "reset":
                linger = struct.pack("ii", 1, 0)
                writer.get_extra_info("socket").setsockopt(SOL_SOCKET, SO_LINGER, linger)
                writer.transport.abort()
            return False
        writer.write(OK)
        return True

    url, seen = await scripted(handler)
    edge = await start_edge(url)
    assert (await edge.client.get(PATH)).text == "ok"
    assert (await edge.client.get(PATH)).text == "ok"
    assert len(seen) == 3


async def test_a_read_is_not_tried_for_ever(start_edge, scripted):
    async def handler(head, reader, writer, count):
        return False

    url, seen = await scripted(handler)
    edge = await start_edge(url)
    is_problem(await edge.client.get(PATH), 502, "upstream_failed")
    assert len(seen) == 2


async def test_a_silent_service_is_a_504(start_edge, service):
    edge = await start_edge(service, limits=Limits(silence_seconds=0.3))
    body = is_problem(await edge.client.post("/api/registration/v1/hang"), 504, "upstream_timeout")
    assert "Idempotency-Key" in body["detail"]
    assert edge.upstream.running == 0


async def test_garbage_from_a_service_is_a_502(start_edge, scripted):
    async def handler(head, reader, writer, count):
        writer.write(b"SSH-2.0-OpenSSH\r\n\r\n")
        return False

    url, _ = await scripted(handler)
    edge = await start_edge(url)
    is_problem(await edge.client.post(PATH), 502, "upstream_failed")


async def test_a_small_reply_that_breaks_off_is_a_whole_502(start_edge, scripted):
    async def handler(head, reader, writer, count):
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf")
        return False

    url, _ = await scripted(handler)
    edge = await start_edge(url)
    is_problem(await edge.client.post(PATH), 502, "upstream_failed")


@pytest.mark.parametrize("framing", [b"content-length: 900000", b"transfer-encoding: chunked"])
async def test_a_long_reply_that_breaks_off_never_looks_whole(start_edge, scripted, framing):
    async def handler(head, reader, writer, count):
        piece = b"x" * 1000
        if framing.startswith(b"transfer"):
            piece = b"3e8\r\n" + piece + b"\r\n"
        writer.write(b"HTTP/1.1 200 OK\r\n" + framing + b"\r\n\r\n" + piece)
        await writer.drain()
        return False

    url, _ = await scripted(handler)
    edge = await start_edge(url)
    with pytest.raises(httpx.RemoteProtocolError):
        await edge.client.post(PATH)
    assert edge.log()[-1]["fault"] == "upstream_broke_off"


async def test_too_many_at_once_are_shed_not_queued(start_edge, service):
    edge = await start_edge(service, limits=Limits(in_flight=3))
    hanging = [asyncio.create_task(edge.client.get("/api/registration/v1/hang")) for _ in range(3)]
    await until(lambda: edge.upstream.running == 3)
    reply = await edge.client.get(PATH)
    is_problem(reply, 503, "overloaded")
    assert reply.headers["retry-after"] == "1"
    for task in hanging:
        task.cancel()
    await until(lambda: edge.upstream.running == 0)
    assert (await edge.client.get(PATH)).status_code == 200
    assert edge.upstream.counters.shed == 1


async def test_the_service_learns_when_the_caller_leaves(start_edge, service):
    edge = await start_edge(service)
    asking = asyncio.create_task(edge.client.get("/api/registration/v1/hang?id=leaver"))
    await edge.client.get("/api/registration/v1/wait?what=hanging-leaver")
    asking.cancel()
    told = await edge.client.get("/api/registration/v1/wait?what=left-leaver")
    assert told.status_code == 200
    await until(lambda: edge.upstream.running == 0)
    assert edge.upstream.breaker.state == "closed"
    await until(lambda: any(line.get("fault") == "caller_gone" for line in edge.log()))


async def test_half_a_body_is_never_given_to_a_service_as_whole(start_edge, service):
    edge = await start_edge(service)
    before = (await edge.client.get("/api/registration/v1/counts")).json()
    _, writer = await asyncio.open_connection("127.0.0.1", edge.port)
    head = b"POST %s HTTP/1.1\r\nhost: x\r\ncontent-length: 200000\r\n\r\n" % PATH.encode()
    writer.write(head + b"x" * 100_000)
    await writer.drain()
    await until(lambda: edge.upstream.running == 1)
    writer.close()
    await until(lambda: edge.upstream.running == 0)
    after = (await edge.client.get("/api/registration/v1/counts")).json()
    assert after.get("complete_bodies", 0) == before.get("complete_bodies", 0)


async def test_a_slow_small_body_holds_no_place_at_the_service(start_edge, service):
    edge = await start_edge(service, body_idle_seconds=0.2)
    head = b"POST %s HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc" % PATH.encode()
    reply = await edge.raw(head)
    assert reply.startswith(b"HTTP/1.1 408")
    assert b"body_too_slow" in reply
    assert edge.upstream.breaker.state == "closed"
    assert edge.upstream.counters.failed == 0


async def test_an_answer_before_the_end_of_the_body_reaches_the_caller(start_edge, service):
    edge = await start_edge(service)

    async def pieces():
        for _ in range(40):
            yield b"q" * 65_536

    reply = await edge.client.post("/api/registration/v1/early", content=pieces())
    assert reply.status_code == 422
    await until(lambda: edge.upstream.running == 0)
    assert (await edge.client.get(PATH)).status_code == 200


async def test_a_bug_of_the_edge_is_a_500_problem_without_a_trace(start_edge, service):
    async def broken(headers):
        raise RuntimeError("secret detail")

    edge = await start_edge(service, identify=broken)
    reply = await edge.client.get(PATH)
    is_problem(reply, 500, "internal_error")
    assert "secret detail" not in reply.text


async def test_a_person_gets_a_page_and_no_problem_document(start_edge, service):
    edge = await start_edge(service, quotas={"page": "1/day"})  # a minute ends within some runs
    browser = {"Accept": "text/html,application/xhtml+xml", "X-Request-Id": "<b>not-an-id</b>"}
    await edge.client.get("/", headers=browser)
    reply = await edge.client.get("/", headers=browser)
    assert reply.status_code == 429
    assert reply.headers["content-type"] == "text/html; charset=utf-8"
    assert "请求过于频繁" in reply.text
    assert reply.headers["retry-after"] in reply.text
    assert "<b>" not in reply.text
    refused = await edge.client.get("/api/registration//x", headers=browser)
    assert refused.headers["content-type"] == "application/problem+json"
