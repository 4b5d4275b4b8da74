"""A bank's program from its token to its webhook, through the gateway as `make run` starts it."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time

import httpx
import pytest

from gateway.identity.demo import SANDBOX_SECRET
from tests.gateway.inbox.world import (
    BANK,
    Publisher,
    WorkerProcess,
    free_port,
    own_process,
    until,
)


def open_door(environment):
    """Seeds the demo clients and starts the api."""
    command = [sys.executable, "-m", "gateway"]
    subprocess.run([*command, "seed"], env=environment, check=True, timeout=120)
    return subprocess.Popen([*command, "api"], env=environment, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
async def front_door(fresh_database, fresh_nats, tmp_path_factory):
    """The api and the worker as processes, demo clients seeded."""
    port, url, nats_url = free_port(), fresh_database("gateway").app, fresh_nats()
    environment = {
        **os.environ,
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "GATEWAY_DATABASE_URL": url,
        "NATS_URL": nats_url,
        "SANDBOX": "1",
        "YICHUANG_DATA": str(tmp_path_factory.mktemp("front-door")),
    }
    worker = WorkerProcess(url, nats_url, {"PUBLIC_URL": environment["PUBLIC_URL"]})
    finance = Publisher.of("finance", fresh_database("gateway").app, nats_url)
    finance.start()
    with own_process(worker):  # it starts while the clients are seeded
        api = await asyncio.to_thread(open_door, environment)
        async with httpx.AsyncClient(
            base_url=environment["PUBLIC_URL"], timeout=40, trust_env=False
        ) as http:

            async def serving():
                try:
                    return (await http.get("/health/live")).status_code == 200
                except httpx.TransportError:
                    return False

            await until(serving, "the front door")
            yield http, finance, api
    await finance.stop()
    if api.poll() is None:
        api.send_signal(signal.SIGTERM)
        await asyncio.to_thread(api.wait, 20)


async def signed_in(http):
    reply = await http.post(
        "/oauth2/token",
        auth=("demo-bank-sandbox", SANDBOX_SECRET),
        data={"grant_type": "client_credentials", "scope": "events"},
    )
    assert reply.status_code == 200, reply.text
    return {"Authorization": f"Bearer {reply.json()['access_token']}"}


async def test_a_banks_program_registers_reads_streams_and_is_told(front_door, receiver):
    http, finance, _ = front_door
    headers = await signed_in(http)
    made = await http.post(
        "/api/window/v1/webhook-endpoints",
        headers={**headers, "Idempotency-Key": "front-door"},
        json={"url": receiver.url("/front"), "event_types": ["finance"]},
    )
    assert made.status_code == 201, made.text
    secrets = await http.get(f"{made.headers['location']}/secrets", headers=headers)
    receiver.knows("/front", secrets.json()["items"][0]["secret"])

    async def first_of_the_stream():
        asked = {**headers, "Accept": "text/event-stream"}
        async with http.stream("GET", "/api/window/v1/events", headers=asked) as reply:
            assert reply.headers["content-type"].startswith("text/event-stream")
            async for line in reply.aiter_lines():
                if line.startswith("data: "):
                    return json.loads(line[6:])
        raise AssertionError("the stream ended")

    streaming = asyncio.create_task(first_of_the_stream())
    polling = asyncio.create_task(
        http.get("/api/window/v1/events", headers=headers, params={"wait": 25})
    )
    await asyncio.sleep(0)  # both are on their way
    sent = await finance.emit(f"org:{BANK}", type_="loan.contracted.v1")
    assert (await asyncio.wait_for(streaming, 30))["id"] == str(sent)
    assert [e["id"] for e in (await polling).json()["items"]] == [str(sent)]
    (got,) = await until(lambda: receiver.got("/front"), "the webhook")
    assert got["verified"] == [True]
    assert got["headers"]["webhook-id"] == str(sent)


async def test_open_streams_end_in_order_when_the_gateway_is_told_to_stop(front_door):
    http, _, api = front_door
    headers = {**await signed_in(http), "Accept": "text/event-stream"}
    params = {"after": "latest"}
    async with http.stream("GET", "/api/window/v1/events", headers=headers, params=params) as reply:
        assert reply.status_code == 200
        api.send_signal(signal.SIGTERM)
        began = time.monotonic()
        async for _ in reply.aiter_lines():  # one that is cut off raises
            pass
    assert await asyncio.to_thread(api.wait, 20) in (0, -signal.SIGTERM)
    print(f"from the signal to the end: {time.monotonic() - began:.2f} s")
