"""The edge as one ASGI app: the proxy for services, the quotas for everybody, the rest to `pages`.

`pages` is any ASGI app (the FastAPI app of identity and window, in gateway/app.py). Nothing of it is
imported here, so the edge can be tested and measured alone.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.edge.access_log import AccessLog
from gateway.edge.body import paced
from gateway.edge.envelope import Envelope
from gateway.edge.limiter import Limiter, refusal
from gateway.edge.note import Note
from gateway.edge.numbers import numbers
from gateway.edge.paths import route_class, service_of
from gateway.edge.proxy import Proxy
from gateway.edge.upstream import Client, Upstream
from kit.errors import NotFound

OWN_SECONDS = 1.0
PROBE_SECONDS = 2.0
Identify = Callable[[Scope], Awaitable[str | None]]
"""The stable key of a caller whose token or session was *verified*, else None. Must not raise for a bad
one."""


class Front:
    """Routes by the first part of the path. `start` and `stop` belong in the server's lifespan."""

    def __init__(
        self,
        pages: ASGIApp,
        *,
        upstreams: Mapping[bytes, Upstream],
        proxy: Proxy,
        client: Client,
        limiter: Limiter,
        identify: Identify,
        access_log: AccessLog,
        https: bool = False,
        api_version: str = "1",
        healthy: Callable[[], Awaitable[bool]] | None = None,
        measured: Callable[[], Awaitable[bytes]] | None = None,
        body_idle_seconds: float = 15.0,
    ) -> None:
        self._body_idle_seconds = body_idle_seconds
        self._probing: asyncio.Task[None] | None = None
        self._found: dict[str, str] = {}
        self._asked_at, self._own_found = float("-inf"), False
        self._pages, self._healthy, self._measured = pages, healthy, measured
        self._upstreams, self._proxy, self._client = upstreams, proxy, client
        self._limiter, self._identify, self._log = limiter, identify, access_log
        self._envelope = Envelope(
            self._route, access_log=access_log, https=https, api_version=api_version
        )

    async def start(self) -> None:
        """Open connections and counts; needs the running loop."""
        await self._client.start()
        await self._limiter.start()

    async def stop(self) -> None:
        """Close what `start` opened and write the last log lines."""
        if self._probing is not None:
            self._probing.cancel()
            await asyncio.gather(self._probing, return_exceptions=True)
        await self._limiter.stop()
        await self._client.stop()
        self._log.flush()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve HTTP; a websocket is turned away, a lifespan goes to `pages`."""
        if scope["type"] == "http":
            await self._envelope(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
        else:
            await self._pages(scope, receive, send)

    async def _route(self, scope: Scope, receive: Receive, send: Send, note: Note) -> None:
        path: bytes = scope["raw_path"]
        if path.startswith(b"/health/"):
            await self._health(scope, send, note)
            return
        note.route_class = route_class(scope["method"], path)
        if not path.startswith(b"/static/"):
            await self._count(scope, note)
        name = service_of(path)
        upstream = self._upstreams.get(name) if name is not None else None
        if upstream is not None:
            await self._proxy.forward(scope, receive, send, upstream, note)
        else:
            await self._pages(scope, paced(receive, self._body_idle_seconds), send)

    async def _count(self, scope: Scope, note: Note) -> None:
        note.caller = await self._identify(scope)
        quota = await self._limiter.hit(note.route_class, caller=note.caller, address=note.address)
        note.extra_headers = tuple(quota.headers)
        if not quota.allowed:
            raise refusal(quota)

    async def _health(self, scope: Scope, send: Send, note: Note) -> None:
        path = scope["raw_path"]
        if path == b"/health/live":
            await _json(send, 200, {"status": "ok", "service": "gateway"}, note)
        elif path == b"/health/ready":
            await self._ready(send, note)
        elif path == b"/health/metrics" and _from_here(scope):
            await self._numbers(send, note)
        else:
            raise NotFound

    async def _ready(self, send: Send, note: Note) -> None:
        """Ready while the gateway's own engine answers: what its services do is told, never waited for, and
        takes neither pages nor tokens away."""
        own = await self._own()
        if self._probing is None:  # from the first time that somebody asks
            self._probing = asyncio.create_task(self._keep_probing(), name="probes")
        services = {up.name: self._found.get(up.name, "unknown") for up in self._upstreams.values()}
        well = own and all(state == "ok" for state in services.values())
        body = {
            "status": "ok" if well else "degraded",
            "service": "gateway",
            "gateway": "ok" if own else "unavailable",
            "services": services,
        }
        await _json(send, 200 if own else 503, body, note)

    async def _own(self) -> bool:
        """Whether the gateway's own engine answers, asked at most once a second."""
        if self._healthy is None:
            return True
        now = time.monotonic()
        if now - self._asked_at > OWN_SECONDS:
            self._asked_at, self._own_found = now, await self._healthy()
        return self._own_found

    async def _keep_probing(self) -> None:
        """Looks after each service beside the requests, so that a hung one keeps nobody waiting."""
        await asyncio.gather(*(self._probe(up) for up in self._upstreams.values()))

    async def _probe(self, upstream: Upstream) -> None:
        while True:
            status = await self._client.probe(upstream, "/health/ready", timeout_seconds=2.0)
            self._found[upstream.name] = "ok" if status == 200 else "unavailable"
            await asyncio.sleep(PROBE_SECONDS)

    async def _numbers(self, send: Send, note: Note) -> None:
        """The edge's own counts and those of the pages behind it, for an operator on this machine."""
        content = numbers(self._log.counts, self._upstreams.values())
        if self._measured is not None:
            content += await self._measured()
        await _send(send, 200, content, b"text/plain; version=0.0.4; charset=utf-8", note)


def _from_here(scope: Scope) -> bool:
    """From this machine and not through a proxy on it."""
    client = scope.get("client")
    forwarded = any(name in (b"x-forwarded-for", b"forwarded") for name, _ in scope["headers"])
    return client is not None and client[0] in ("127.0.0.1", "::1") and not forwarded


async def _json(send: Send, status: int, body: dict[str, Any], note: Note) -> None:
    await _send(send, status, orjson.dumps(body), b"application/json", note)


async def _send(send: Send, status: int, content: bytes, media_type: bytes, note: Note) -> None:
    headers = [
        (b"content-type", media_type),
        (b"content-length", str(len(content)).encode()),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if note.method == "HEAD" else content})
