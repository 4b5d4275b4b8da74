"""A request to a service and its reply back, when all is well."""

import asyncio
import hashlib
import time

import pytest

PATH = "/api/registration/v1/echo"


async def test_method_path_query_and_body_arrive_unchanged(edge):
    target = "/api/registration/v1/names/%E4%B8%80%E7%AA%97/echo?q=a%2Fb&q=c+d&empty="
    reply = await edge.client.post(target, content=b'{"a":1}')
    seen = reply.json()
    assert reply.status_code == 200
    assert seen["method"] == "POST"
    assert seen["raw_path"] == "/api/registration/v1/names/%E4%B8%80%E7%AA%97/echo"
    assert seen["query"] == "q=a%2Fb&q=c+d&empty="
    assert seen["sha256"] == hashlib.sha256(b'{"a":1}').hexdigest()


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_every_method_passes(edge, method):
    assert (await edge.client.request(method, PATH)).json()["method"] == method


async def test_a_head_request_gets_the_length_and_no_body(edge):
    reply = await edge.client.head(PATH)
    assert reply.status_code == 200
    assert int(reply.headers["content-length"]) > 0
    assert reply.content == b""


@pytest.mark.parametrize("status", [201, 304, 404, 409, 422, 500, 503])
async def test_the_services_status_passes(edge, status):
    assert (await edge.client.get(f"{PATH}?status={status}")).status_code == status


@pytest.mark.parametrize("size", [0, 1, 65_536, 65_537, 900_000])
async def test_a_body_of_any_size_arrives_whole(edge, size):
    body = b"z" * size
    seen = (await edge.client.put(PATH, content=body)).json()
    assert (seen["size"], seen["sha256"]) == (size, hashlib.sha256(body).hexdigest())


async def test_a_chunked_body_arrives_whole(edge):
    async def pieces():
        for _ in range(100):
            yield b"y" * 3000

    seen = (await edge.client.post(PATH, content=pieces())).json()
    assert seen["sha256"] == hashlib.sha256(b"y" * 300_000).hexdigest()


async def test_no_header_can_make_a_caller_somebody_else(edge):
    forged = {
        "X-User-Id": "1", "X-Forwarded-For": "10.0.0.1", "X-Forwarded-Host": "evil.example",
        "Forwarded": "for=10.0.0.1", "X-Real-IP": "10.0.0.1", "Cookie": "session=1",
        "X_User": "1", "Proxy-Authorization": "Basic eDp5", "Authorization": "Bearer t",
    }  # fmt: skip
    seen = (await edge.client.get(PATH, headers=forged)).json()["headers"]
    names = dict(seen)
    assert names["authorization"] == "Bearer t"
    assert names["x-forwarded-for"] == "127.0.0.1"
    assert names["x-forwarded-host"] == "window.example"
    assert names["x-forwarded-proto"] == "http"
    assert not {"x-user-id", "forwarded", "x-real-ip", "cookie", "proxy-authorization"} & set(names)
    assert "x_user" not in names
    assert "user-agent" in names
    assert len([n for n, _ in seen if n == "x-forwarded-for"]) == 1


async def test_the_ids_are_made_once_and_echoed_on_every_reply(edge):
    reply = await edge.client.get(PATH)
    seen = dict(reply.json()["headers"])
    assert seen["x-request-id"] == reply.headers["x-request-id"]
    assert seen["traceparent"] == reply.headers["traceparent"]
    for path in ("/api/registration/../x", "/", "/api/registration/v1/odd"):
        again = await edge.client.get(path, headers={"X-Request-Id": "my-request-1"})
        assert again.headers.get_list("x-request-id") == ["my-request-1"]
        assert "traceparent" in again.headers


async def test_a_given_trace_is_continued(edge):
    given = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    reply = await edge.client.get(PATH, headers={"traceparent": given})
    assert reply.headers["traceparent"] == given
    assert dict(reply.json()["headers"])["traceparent"] == given


async def test_a_replys_hop_headers_and_cookies_stay_behind(edge):
    reply = await edge.client.get("/api/registration/v1/odd")
    assert not {"x-inner", "keep-alive", "set-cookie"} & set(reply.headers)
    assert "server" not in reply.headers
    assert reply.headers["etag"] == '"3"'
    assert reply.headers.get_list("link") == ["</a>; rel=next", "</b>; rel=prev"]
    assert len(reply.headers.get_list("date")) == 1


async def test_every_reply_has_security_headers_and_a_version(edge):
    for path in (PATH, "/api/nothing"):
        headers = (await edge.client.get(path)).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["content-security-policy"].startswith("default-src 'none'")
        assert headers["cache-control"]
        assert headers["api-version"]
    assert "default-src 'self'" in (await edge.client.get("/")).headers["content-security-policy"]


async def test_packed_bytes_pass_as_they_are(edge):
    async with edge.client.stream("GET", "/api/registration/v1/packed") as reply:
        raw = b"".join([piece async for piece in reply.aiter_raw()])
    assert reply.headers["content-encoding"] == "gzip"
    assert raw == b"\x1f\x8bnot really"


async def test_the_log_tells_who_what_and_how_long_but_nothing_personal(edge):
    await edge.client.get(PATH + "?name=secret", headers={"X-Request-Id": "my-request-2"})
    (line,) = [entry for entry in edge.log() if entry.get("request_id") == "my-request-2"]
    assert line["status"] == 200
    assert line["upstream"] == "registration"
    assert line["class"] == "read"
    assert line["network"] == "127.0.0.0/24"
    assert line["ms"] >= line["upstream_ms"] > 0
    assert "secret" not in str(line)


async def test_metrics_count_and_are_only_for_this_machine(edge):
    await edge.client.get(PATH)
    counted = await edge.client.get("/health/metrics")
    assert counted.headers["content-type"].startswith("text/plain; version=0.0.4")
    read = 'yichuang_edge_requests{class="read",status="2xx",where="registration"}'
    assert f"{read} 0.0" not in counted.text
    assert read in counted.text
    assert 'yichuang_upstream_open{service="registration"} 1.0' in counted.text
    through = await edge.client.get("/health/metrics", headers={"X-Forwarded-For": "8.8.8.8"})
    assert through.status_code == 404


async def services_of(edge):
    """What the gateway says of its services, once it has looked."""
    for _ in range(200):
        found = (await edge.client.get("/health/ready")).json()
        if "unknown" not in found["services"].values():
            return found
        await asyncio.sleep(0.05)
    raise AssertionError("it does not look")


async def test_the_gateway_says_how_its_services_are_and_is_ready_without_them(edge, start_edge):
    assert (await edge.client.get("/health/live")).json()["status"] == "ok"
    assert (await services_of(edge))["services"] == {"registration": "ok"}
    lonely = await start_edge("http://127.0.0.1:1")
    assert await services_of(lonely) == {
        "status": "degraded",
        "service": "gateway",
        "gateway": "ok",
        "services": {"registration": "unavailable"},
    }
    assert (await lonely.client.get("/health/ready")).status_code == 200


async def test_a_service_that_hangs_keeps_no_health_check_waiting(start_edge):
    async def never(reader, writer):
        await asyncio.sleep(30)

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    edge = await start_edge(f"http://127.0.0.1:{port}")
    for _ in range(5):
        began = time.monotonic()
        assert (await edge.client.get("/health/ready")).status_code == 200
        assert time.monotonic() - began < 0.5
    assert (await services_of(edge))["services"] == {"registration": "unavailable"}
    server.close()
