"""A service under test conditions: it answers, echoes, streams, hangs and counts as its path says.

Started as a process of its own: `python upstream_app.py PORT`. Pure ASGI, so that nothing between
the proxy and the assertion repairs anything.
"""

import asyncio
import hashlib
import sys
from collections import Counter
from urllib.parse import parse_qs

import orjson
import uvicorn

COUNTS: Counter[str] = Counter()
EVENTS: dict[str, asyncio.Event] = {}


def event(name):
    return EVENTS.setdefault(name, asyncio.Event())


async def reply(send, status, body, headers=()):
    if status == 304:
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        return
    fixed = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*fixed, *headers]})
    await send({"type": "http.response.body", "body": body})


async def echo(scope, receive, send, query):
    digest, size, complete = hashlib.sha256(), 0, False
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            COUNTS["broken_bodies"] += 1
            return
        digest.update(message["body"])
        size += len(message["body"])
        if not message.get("more_body"):
            complete = True
            break
    COUNTS["complete_bodies"] += complete
    body = {
        "method": scope["method"],
        "raw_path": scope["raw_path"].decode(),
        "query": scope["query_string"].decode(),
        "headers": [[n.decode("latin-1"), v.decode("latin-1")] for n, v in scope["headers"]],
        "size": size,
        "sha256": digest.hexdigest(),
    }
    await reply(send, int(query.get("status", ["200"])[0]), orjson.dumps(body))


async def stream(scope, receive, send, query):
    """`mb` megabytes in pieces of 64 KiB, chunked unless `length` is asked for."""
    piece, left = b"x" * 65536, int(query["mb"][0]) * 16
    headers = [(b"content-type", b"application/octet-stream")]
    if "length" in query:
        headers.append((b"content-length", str(left * 65536).encode()))
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    for _ in range(left):
        await send({"type": "http.response.body", "body": piece, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def hang(scope, receive, send, query):
    """Says nothing until the other side leaves, and counts that it left."""
    event("hanging-" + query.get("id", [""])[0]).set()
    while (await receive())["type"] != "http.disconnect":
        pass
    event("left-" + query.get("id", [""])[0]).set()


async def sse(scope, receive, send, query):
    """One event at once; the next only when somebody asks for /release."""
    headers = [(b"content-type", b"text/event-stream")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"data: first\n\n", "more_body": True})
    await event("release").wait()
    event("release").clear()
    await send({"type": "http.response.body", "body": b"data: second\n\n", "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def odd(scope, receive, send, query):
    """A reply with headers that must not pass."""
    headers = [
        (b"connection", b"x-inner"),
        (b"x-inner", b"1"),
        (b"keep-alive", b"timeout=9"),
        (b"server", b"secret/1.0"),
        (b"set-cookie", b"a=b"),
        (b"x-request-id", b"another-request"),
        (b"etag", b'"3"'),
        (b"link", b"</a>; rel=next"),
        (b"link", b"</b>; rel=prev"),
    ]
    await reply(send, 200, b"{}", headers)


async def packed(scope, receive, send, query):
    """Bytes that claim to be gzip; a proxy that unpacks would fail or change them."""
    await reply(send, 200, b"\x1f\x8bnot really", [(b"content-encoding", b"gzip")])


async def counts(scope, receive, send, query):
    await reply(send, 200, orjson.dumps(COUNTS))


async def release(scope, receive, send, query):
    event("release").set()
    await reply(send, 200, b"{}")


async def wait_for(scope, receive, send, query):
    """Answer when the named thing has happened."""
    await asyncio.wait_for(event(query["what"][0]).wait(), 10)
    event(query["what"][0]).clear()
    await reply(send, 200, orjson.dumps(COUNTS))


async def early(scope, receive, send, query):
    """Answers without reading the body."""
    await reply(send, 422, b'{"code":"no"}')


async def loans(scope, receive, send, query):
    """Does not believe the token: its key is not published yet, say."""
    await reply(send, 401, b'{"code":"token_invalid","title":"no"}')


async def ready(scope, receive, send, query):
    await reply(send, 200, b"{}")


ROUTES = {
    "echo": echo, "stream": stream, "hang": hang, "sse": sse, "odd": odd, "packed": packed,
    "counts": counts, "release": release, "wait": wait_for, "early": early, "loans": loans,
    "ready": ready,
}  # fmt: skip


async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    name = scope["path"].rsplit("/", 1)[1]
    COUNTS[f"{scope['method']} {name}"] += 1
    await ROUTES.get(name, echo)(scope, receive, send, parse_qs(scope["query_string"].decode()))


if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]), log_level="warning", loop="uvloop", http="httptools")
