"""Real servers on loopback: the service under test conditions, and the edge in front of it."""

import asyncio
import contextlib
import io
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
import orjson
import pytest
import uvicorn

from deploy.local.processes import free_port
from gateway.edge.front import Front
from gateway.edge.upstream import Upstream
from tests.gateway.edge.edge_process import App, config, make_front

HERE = Path(__file__).parent


def start_process(script: str, *args: str) -> tuple[subprocess.Popen, int]:
    """A script of this folder as a process that listens on a free port."""
    port, root = free_port(), str(HERE.parents[2])
    command = [sys.executable, str(HERE / script), str(port), *args]
    process = subprocess.Popen(command, cwd=root, env={**os.environ, "PYTHONPATH": root})
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return process, port
        assert process.poll() is None, f"{script} ended at once"
        time.sleep(0.02)
    raise AssertionError(f"{script} does not listen")


@pytest.fixture(scope="session")
def service():
    """The address of the service under test conditions."""
    process, port = start_process("upstream_app.py")
    yield f"http://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


@dataclass
class Edge:
    """A running edge. `log()` gives its log lines so far."""

    port: int
    front: Front
    upstream: Upstream
    client: httpx.AsyncClient
    stream: io.BytesIO

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def log(self) -> list[dict]:
        self.front._log.flush()
        return [orjson.loads(line) for line in self.stream.getvalue().splitlines()]

    async def raw(self, request: bytes) -> bytes:
        """Send bytes as they are; everything that comes back until the server closes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request)
        with contextlib.suppress(ConnectionError):
            await writer.drain()
        try:
            return await asyncio.wait_for(reader.read(), 12)
        finally:
            writer.close()


@pytest.fixture
async def start_edge(service):
    """A function that starts an edge in this loop; all are stopped at the end."""
    async with contextlib.AsyncExitStack() as stack:

        async def start(upstream_url: str = service, protocol=None, **settings) -> Edge:
            stream = io.BytesIO()
            front, upstream = make_front(upstream_url, stream=stream, **settings)
            changes = config(App(front), 0)
            if protocol is not None:
                changes.http = protocol
            server = uvicorn.Server(changes)
            server.install_signal_handlers = lambda: None
            task = asyncio.create_task(server.serve())
            while not server.started:  # noqa: ASYNC110  uvicorn has no event for it
                await asyncio.sleep(0.005)
            port = server.servers[0].sockets[0].getsockname()[1]
            client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=15)

            async def stop() -> None:
                await client.aclose()
                server.should_exit = True
                await task

            stack.push_async_callback(stop)
            return Edge(port, front, upstream, client, stream)

        yield start


@pytest.fixture
async def edge(start_edge) -> Edge:
    return await start_edge()


@pytest.fixture
async def scripted():
    """A service of bytes: `scripted(handler)` listens and gives (url, log of requests seen)."""
    servers = []

    async def listen(handler):
        seen: list[bytes] = []

        async def serve(reader, writer):
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    seen.append(head)
                    if not await handler(head, reader, writer, len(seen)):
                        break
            writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        servers.append(server)
        return f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", seen

    yield listen
    for server in servers:
        server.close()


def status_of(reply: bytes) -> int:
    return int(reply.split(b" ", 2)[1])
