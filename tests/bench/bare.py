"""The yardstick: a bare Starlette app that answers with fixed JSON bytes of a given size."""

import os

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

BODY = b'{"x":"' + b"y" * max(0, int(os.environ.get("BARE_BYTES", "2000")) - 8) + b'"}'


async def answer(_: Request) -> Response:
    return Response(BODY, media_type="application/json")


if __name__ == "__main__":
    uvicorn.run(
        Starlette(routes=[Route("/", answer)]),
        port=int(os.environ["PORT"]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
