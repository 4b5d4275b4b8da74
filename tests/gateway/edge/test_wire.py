"""Bytes that two programs could read as two different requests, sent as they are."""

import asyncio

import pytest

from tests.gateway.edge.conftest import status_of

HEAD = b"POST /api/registration/v1/echo HTTP/1.1\r\nhost: x\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        b"content-length: 4\r\ntransfer-encoding: chunked\r\n",
        b"transfer-encoding: chunked\r\ncontent-length: 4\r\n",
        b"content-length: 4\r\ncontent-length: 5\r\n",
        b"content-length: 4\r\ncontent-length: 4\r\n",
        b"content-length: +4\r\n",
        b"content-length: -1\r\n",
        b"content-length: 4, 4\r\n",
        b"content-length: 0x4\r\n",
        b"content-length: 99999999999999999999\r\n",
        b"transfer-encoding: xchunked\r\n",
        b"transfer-encoding: chunked, identity\r\n",
        b"transfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n",
        b"transfer-encoding : chunked\r\n",
        b"transfer-encoding:\x0bchunked\r\n",
        b" transfer-encoding: chunked\r\n",
        b"x: a\r\n transfer-encoding: chunked\r\n",
        b"x: a\x00b\r\n",
        b"x y: a\r\n",
        b"x: a\rtransfer-encoding: chunked\r\n",
        b"host: y\r\n",
        b"authorization: Bearer a\r\nauthorization: Bearer b\r\n",
        b"idempotency-key: a\r\nidempotency-key: b\r\n",
        b"transfer-encoding: gzip, chunked\r\n",
        b"transfer-encoding: identity, chunked\r\n",
    ],
)
async def test_a_request_with_two_readings_is_refused_and_the_service_never_sees_it(edge, headers):
    before = edge.upstream.counters.requests
    reply = await edge.raw(HEAD + headers + b"connection: close\r\n\r\n0\r\n\r\n")
    assert status_of(reply) == 400
    assert b"application/problem+json" in reply
    assert reply.count(b"HTTP/1.1") == 1
    assert edge.upstream.counters.failed == 0
    assert edge.upstream.counters.requests in (before, before + 1)


async def test_bytes_after_a_refused_request_are_not_a_second_one(edge):
    hidden = b"GET /api/registration/v1/odd HTTP/1.1\r\nhost: x\r\n\r\n"
    framing = b"content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"
    reply = await edge.raw(HEAD + framing + hidden)
    assert reply.count(b"HTTP/1.1") == 1


@pytest.mark.parametrize(
    "line",
    [
        b"GET /api/registration/v1/echo HTTP/9.9\r\nhost: x\r\n",
        b"GET /api/registration/v1/echo HTTP/1.1\r\n",
        b"GET /api/registration/\xff HTTP/1.1\r\nhost: x\r\n",
        b"GET /api/registration/v1/../../../etc HTTP/1.1\r\nhost: x\r\n",
        b"GET //evil.example/api HTTP/1.1\r\nhost: x\r\n",
        b"G\x00T / HTTP/1.1\r\nhost: x\r\n",
    ],
)
async def test_a_broken_request_line_is_a_400(edge, line):
    assert status_of(await edge.raw(line + b"connection: close\r\n\r\n")) == 400


async def test_an_absolute_address_cannot_choose_another_server(edge):
    line = b"GET http://evil.example/api/registration/v1/echo HTTP/1.1\r\nhost: evil.example\r\n"
    reply = await edge.raw(line + b"connection: close\r\n\r\n")
    assert status_of(reply) == 200
    assert b"evil.example" not in reply.partition(b"\r\n\r\n")[2]


@pytest.mark.parametrize("method", [b"TRACE", b"CONNECT", b"PROPFIND"])
async def test_other_methods_are_refused(edge, method):
    target = b"example.com:443" if method == b"CONNECT" else b"/api/registration/v1/echo"
    reply = await edge.raw(
        method + b" " + target + b" HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"
    )
    assert status_of(reply) in (400, 405)


async def test_a_trailer_is_not_a_header(edge):
    body = b"4\r\nabcd\r\n0\r\nauthorization: Bearer late\r\nx-late: 1\r\n\r\n"
    reply = await edge.raw(
        HEAD + b"trailer: x-late\r\ntransfer-encoding: chunked\r\nconnection: close\r\n\r\n" + body
    )
    assert status_of(reply) == 200
    assert b"late" not in reply


async def test_an_upgrade_is_not_passed_on(edge):
    reply = await edge.raw(
        b"GET /api/registration/v1/echo HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\n"
        b"upgrade: websocket\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        b"sec-websocket-version: 13\r\n\r\n"
    )
    assert status_of(reply) == 200
    assert b'"upgrade"' not in reply


async def test_two_requests_in_one_packet_get_two_replies_in_order(edge):
    one = b"GET /api/registration/v1/echo?n=%d HTTP/1.1\r\nhost: x\r\n%s\r\n"
    reply = await edge.raw(one % (1, b"") + one % (2, b"connection: close\r\n"))
    assert reply.count(b"HTTP/1.1 200") == 2
    assert reply.index(b"n=1") < reply.index(b"n=2")


async def test_a_caller_who_expects_a_go_ahead_gets_one(edge):
    reader, writer = await asyncio.open_connection("127.0.0.1", edge.port)
    writer.write(HEAD + b"expect: 100-continue\r\ncontent-length: 4\r\nconnection: close\r\n\r\n")
    assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
    writer.write(b"abcd")
    assert status_of(await reader.read()) == 200
    writer.close()
