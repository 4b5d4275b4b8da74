"""Twenty receivers in a process of their own, five of them dead in five ways; counts in memory and tells.

    python -m tests.gateway.inbox.crowd PORT

`POST /{name}` receives: `ok-…` answers 204, `slow-…` after 50 ms, `hangs` never, `fails` 500, `redirects`
302, `resets` breaks the connection. `GET /` counts what each got; `GET /{name}` lists
`[webhook-id, subject, sequence]` in the order of arrival.
A closed port is nobody's and needs no receiver.
"""

import asyncio
import json
import sys
from collections import defaultdict

from aiohttp import web

GOT: dict[str, list[tuple[str, str, int]]] = defaultdict(list)


async def receive(request: web.Request) -> web.StreamResponse:
    name = request.match_info["name"]
    event = json.loads(await request.read())
    GOT[name].append((request.headers["webhook-id"], event["subject"], event["sequence"]))
    kind = name.split("-")[0]
    if kind == "hangs":
        await asyncio.sleep(3600)
    if kind == "resets":
        assert request.transport is not None
        request.transport.abort()
    if kind == "slow":
        await asyncio.sleep(0.05)
    status = {"fails": 500, "redirects": 302, "resets": 500}.get(kind, 204)
    return web.Response(status=status, headers={"location": "/ok-0"} if status == 302 else {})


async def tell(request: web.Request) -> web.Response:
    return web.json_response(GOT[request.match_info["name"]])


async def count(_: web.Request) -> web.Response:
    return web.json_response({name: len(got) for name, got in GOT.items()})


def main() -> None:
    app = web.Application()
    app.add_routes([web.post("/{name}", receive), web.get("/", count), web.get("/{name}", tell)])
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)


if __name__ == "__main__":
    main()
