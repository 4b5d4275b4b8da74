"""`python -m gateway api|worker|migrate|seed|openapi`.

`api` and `openapi` are the gateway's own, because its app is more than a FastAPI app; the rest is the
kit's.
"""

import os
import sys

import orjson
import uvicorn

from gateway.app import create_gateway, create_pages
from gateway.composition import SERVICE
from gateway.edge.protocol import EdgeProtocol
from gateway.settings import GatewaySettings
from kit.cli import main
from kit.logs import configure_logs
from kit.settings import UnsafeSettings


def serve(settings: GatewaySettings) -> None:
    """Serve until SIGTERM or SIGINT. `X-Forwarded-For` is believed from `trusted_proxies` only."""
    uvicorn.run(
        create_gateway(settings)[0],
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


run()
