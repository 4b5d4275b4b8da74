"""Bodies, headers and quotas: what is too much, and who counts as one caller."""

import asyncio

import pytest

from gateway.edge.limiter import Limiter, network_of
from gateway.edge.protocol import EdgeProtocol
from tests.gateway.edge.conftest import status_of

PATH = "/api/registration/v1/echo"


async def write_much(writer, size):
    for _ in range(0, size, 100_000):
        writer.write(b"x" * 100_000)
        await writer.drain()
        await asyncio.sleep(0)


async def test_an_announced_body_over_the_limit_is_refused_unread(edge):
    head = f"POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    reply = await edge.raw((head + "content-length: 1000001\r\n\r\n").encode())
    assert status_of(reply) == 413
    assert b"body_too_large" in reply


async def test_a_refused_body_is_read_a_while_and_then_given_up(start_edge, service):
    class Impatient(EdgeProtocol):
        linger_seconds, linger_bytes = 0.2, 300_000

    edge = await start_edge(service, protocol=Impatient)
    head = f"POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    head += "content-length: 9000000\r\n\r\n"
    assert status_of(await edge.raw(head.encode())) == 413  # silent: closed after the time
    _, writer = await asyncio.open_connection("127.0.0.1", edge.port)
    writer.write(head.encode())
    with pytest.raises(ConnectionError):  # talkative: closed after the bytes
        await write_much(writer, 9_000_000)
    writer.close()


@pytest.mark.parametrize("size", [3000, 400_000])
async def test_a_chunked_body_over_the_limit_is_cut_off(start_edge, service, size):
    edge = await start_edge(service, json_limit_bytes=2000)
    before = (await edge.client.get("/api/registration/v1/counts")).json()

    async def pieces():
        for _ in range(0, size, 1000):
            yield b"1" * 1000

    headers = {"content-type": "application/merge-patch+json; charset=utf-8"}
    reply = await edge.client.post(PATH, content=pieces(), headers=headers)
    assert reply.status_code == 413
    assert reply.json()["code"] == "body_too_large"
    after = (await edge.client.get("/api/registration/v1/counts")).json()
    assert after.get("complete_bodies", 0) == before.get("complete_bodies", 0)
    assert edge.upstream.breaker.state == "closed"


async def test_an_upload_may_be_larger_than_json(start_edge, service):
    edge = await start_edge(service, json_limit_bytes=2000)
    headers = {"content-type": "application/pdf"}
    reply = await edge.client.post(PATH, content=b"p" * 300_000, headers=headers)
    assert reply.json()["size"] == 300_000


async def test_a_long_address_is_refused(edge):
    reply = await edge.client.get(PATH + "?q=" + "x" * 9000)
    assert (reply.status_code, reply.json()["code"]) == (414, "address_too_long")


@pytest.mark.parametrize(
    "headers",
    [
        b"".join(b"x-%d: 1\r\n" % n for n in range(200)),
        b"x-long: " + b"a" * 40_000 + b"\r\n",
        b"".join(b"x-%d: %s\r\n" % (n, b"b" * 1000) for n in range(60)),
    ],
)
async def test_too_many_or_too_long_headers_are_refused(edge, headers):
    reply = await edge.raw(f"GET {PATH} HTTP/1.1\r\nhost: x\r\n".encode() + headers + b"\r\n")
    assert status_of(reply) == 431
    assert b"headers_too_large" in reply


async def test_a_header_without_end_does_not_fill_the_memory(edge):
    reader, writer = await asyncio.open_connection("127.0.0.1", edge.port)
    writer.write(b"GET / HTTP/1.1\r\nhost: x\r\nx-endless: ")
    sent = 0
    try:
        while sent < 5_000_000 and not reader.at_eof():
            writer.write(b"a" * 8192)
            await writer.drain()
            sent += 8192
            await asyncio.sleep(0)
    except ConnectionError:
        pass
    assert sent < 5_000_000
    writer.close()


async def test_headers_that_never_end_are_given_up(start_edge, service):
    class Impatient(EdgeProtocol):
        header_seconds = 0.2

    edge = await start_edge(service, protocol=Impatient)
    assert await edge.raw(b"GET / HTTP/1.1\r\nhost: x\r\n") == b""
    assert await edge.raw(b"") == b""


# Quotas here are of a day: the sliding window rounds down what the window before weighs, so at the turn of a
# minute one hit more would pass.


async def test_a_used_up_quota_is_a_429_that_says_when(start_edge, service):
    edge = await start_edge(service, quotas={"read": "3/day"})
    replies = [await edge.client.get(PATH) for _ in range(4)]
    assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
    assert replies[0].headers["ratelimit-policy"] == '"read";q=3;w=86400'
    assert replies[0].headers["ratelimit"].startswith('"read";r=2;t=')
    last = replies[3]
    assert last.json()["code"] == "rate_limited"
    assert int(last.headers["retry-after"]) >= 1
    assert last.headers["ratelimit"].startswith('"read";r=0;t=')


async def test_route_classes_have_their_own_quotas(start_edge, service):
    edge = await start_edge(service, quotas={"read": "1/day", "write": "1/day"})
    assert (await edge.client.get(PATH)).status_code == 200
    assert (await edge.client.post(PATH)).status_code == 200
    assert (await edge.client.get(PATH)).status_code == 429
    assert (await edge.client.get("/static/x.css")).status_code == 200


async def test_a_forged_token_or_address_buys_no_quota(start_edge, service):
    async def identify(scope):
        return "ann" if (b"authorization", b"Bearer good") in scope["headers"] else None

    edge = await start_edge(service, quotas={"read": "2/day"}, identify=identify)
    for _ in range(2):
        assert (await edge.client.get(PATH)).status_code == 200
    for forged in (
        {"Authorization": "Bearer forged-1"},
        {"Authorization": "Bearer forged-2"},
        {"X-Forwarded-For": "203.0.113.9"},
        {"X-Real-IP": "203.0.113.9"},
        {"Forwarded": "for=203.0.113.9"},
        {"X-User-Id": "somebody"},
    ):
        assert (await edge.client.get(PATH, headers=forged)).status_code == 429
    good = {"Authorization": "Bearer good"}
    assert (await edge.client.get(PATH, headers=good)).status_code == 200


async def test_a_burst_at_once_does_not_pass_the_quota(start_edge, service):
    edge = await start_edge(service, quotas={"read": "20/day"})
    replies = await asyncio.gather(*(edge.client.get(PATH) for _ in range(60)))
    assert sum(reply.status_code == 200 for reply in replies) == 20


def test_one_ipv6_subscriber_is_one_caller():
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff") == "2001:db8::/64"
    assert network_of("2001:db8:0:1::1") != network_of("2001:db8::1")
    assert network_of("::ffff:192.0.2.1") == "192.0.2.1"
    assert network_of("192.0.2.1") == "192.0.2.1"


async def test_counting_costs_the_same_for_one_caller_and_for_many():
    """The library looked at every key at every hit; the sweep in its place must not."""
    limits = {"read": "1000000/minute"}
    limiter = Limiter(known=limits, anonymous=limits)
    await limiter.start()
    for n in range(5000):
        await limiter.hit("read", caller=f"c{n}", address="")
    before = len(asyncio.all_tasks())
    for _ in range(200):
        await limiter.hit("read", caller="c1", address="")
    assert len(asyncio.all_tasks()) == before
    await limiter.stop()
