"""`python -m gateway api|worker|migrate|seed|openapi`.

`api` and `openapi` are the gateway's own, because its app is more than a FastAPI app; the rest is the
kit's.
"""

import contextlib
import os
import socket
import sys

import orjson
import uvicorn
from fastapi import FastAPI

from gateway.app import create_gateway, create_pages
from gateway.composition import SERVICE
from gateway.edge.protocol import EdgeProtocol
from gateway.inbox.runtime import stop_feed
from gateway.settings import GatewaySettings
from kit.cli import main
from kit.logs import configure_logs
from kit.settings import UnsafeSettings

STARTUP_FAILED = 3  # as uvicorn's own command says it


class Server(uvicorn.Server):
    """uvicorn, but open event streams are ended first: it would wait for them until it cuts them off."""

    def __init__(self, config: uvicorn.Config, pages: FastAPI) -> None:
        super().__init__(config)
        self._pages = pages

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Asked to stop: nothing new is taken, what runs is finished."""
        await stop_feed(self._pages)
        await super().shutdown(sockets)


def serve(settings: GatewaySettings) -> None:
    """Serve until SIGTERM or SIGINT. `X-Forwarded-For` is believed from `trusted_proxies` only."""
    front, pages = create_gateway(settings)
    config = uvicorn.Config(
        front,
        host=settings.host,
        port=int(os.environ.get("PORT", SERVICE.default_port)),
        loop="uvloop",
        http=EdgeProtocol,
        ws="none",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=settings.trusted_proxies or None,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=5,
        backlog=2048,
    )
    server = Server(config, pages)
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(STARTUP_FAILED)


def run() -> None:
    """Runs the verb on the command line; unsafe settings end with a sentence."""
    verb = sys.argv[1] if len(sys.argv) == 2 else ""
    configure_logs()
    if verb == "openapi":
        document = orjson.dumps(create_pages().openapi(), option=orjson.OPT_INDENT_2)
        sys.stdout.write(document.decode() + "\n")
    elif verb == "api":
        try:
            serve(GatewaySettings())
        except UnsafeSettings as error:
            sys.exit(f"gateway refuses to start: {error}")
    else:
        main(SERVICE)


if __name__ == "__main__":
    run()
