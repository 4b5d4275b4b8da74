"""The edge alone as a process, for figures that must be the edge's own (memory, time).

`python edge_process.py PORT UPSTREAM_URL [quiet]`; quiet writes its log lines to nowhere.
"""

import os
import sys
from pathlib import Path

import uvicorn

from gateway.edge.access_log import AccessLog
from gateway.edge.front import Front
from gateway.edge.limiter import Limiter
from gateway.edge.protocol import EdgeProtocol
from gateway.edge.proxy import Proxy
from gateway.edge.upstream import Client, Limits, Upstream


async def no_pages(scope, receive, send):
    if scope["type"] == "lifespan":
        return
    start = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]}
    await send(start)
    await send({"type": "http.response.body", "body": b"ok"})


async def nobody(headers):
    return None


def make_front(upstream_url, *, limits=None, quotas=None, identify=nobody, stream=None, **proxy):
    """An edge with one service, `registration`, and pages that say ok."""
    client = Client()
    settings = {
        "public_host": "window.example", "public_scheme": "http", "json_limit_bytes": 1_000_000,
        "upload_limit_bytes": 200_000_000, "body_idle_seconds": 5.0, **proxy,
    }  # fmt: skip
    upstream = Upstream("registration", upstream_url, limits or Limits())
    front = Front(
        no_pages,
        upstreams={b"registration": upstream},
        proxy=Proxy(client, **settings),
        client=client,
        limiter=Limiter(known=quotas or {}, anonymous=quotas or {}),
        identify=identify,
        access_log=AccessLog(stream=stream),
    )
    return front, upstream


class App:
    """ASGI with a lifespan that starts and stops the edge."""

    def __init__(self, front):
        self.front = front

    async def __call__(self, scope, receive, send):
        if scope["type"] != "lifespan":
            await self.front(scope, receive, send)
            return
        await receive()
        await self.front.start()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.front.stop()
        await send({"type": "lifespan.shutdown.complete"})


def config(app, port, **changes):
    return uvicorn.Config(
        app, host="127.0.0.1", port=port, http=EdgeProtocol, loop="uvloop", ws="none",
        access_log=False, server_header=False, proxy_headers=False, log_level="critical",
        timeout_graceful_shutdown=1, **changes,
    )  # fmt: skip


if __name__ == "__main__":
    nowhere = Path(os.devnull).open("wb") if "quiet" in sys.argv else None  # noqa: SIM115
    front, _ = make_front(sys.argv[2], stream=nowhere)
    uvicorn.Server(config(App(front), int(sys.argv[1]))).run()
