"""Identity with a real provider of messages outside, and a worker's job run where the test says."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from deploy.local.processes import free_port
from gateway.identity import demo
from gateway.jobs import jobs as registry
from gateway.messages.jobs import prepare_messages
from kit.jobs import run_jobs
from tests.gateway.identity.conftest import authority, browser, departments, founder, person
from tests.gateway.identity.harness import House, running_house

__all__ = ["authority", "browser", "departments", "founder", "person"]


@dataclass
class Provider:
    """The simulator as a test sees it."""

    url: str
    smtp_url: str
    client: httpx.Client

    def behave(self, **behaviour: Any) -> None:
        self.client.put("/admin/behaviour", json=behaviour).raise_for_status()

    def got(self, to: str) -> list[dict[str, str]]:
        """What this telephone or mailbox received, oldest first."""
        found: list[dict[str, str]] = self.client.get("/outbox", params={"to": to}).json()["items"]
        return found


@pytest.fixture(scope="session")
def provider_process() -> Iterator[Provider]:
    port, mail_port = free_port(), free_port()
    environment = {**os.environ, "PORT": str(port), "MAIL_PORT": str(mail_port)}
    command = [sys.executable, "-m", "simulators.messages"]
    with subprocess.Popen(command, env=environment) as process:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False) as client:
            _wait_ready(client, process)
            yield Provider(f"http://127.0.0.1:{port}", f"smtp://127.0.0.1:{mail_port}", client)
        process.terminate()


def _wait_ready(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            client.get("/health/ready").raise_for_status()
        except httpx.HTTPError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the message simulator did not start")


@pytest.fixture
def provider(provider_process: Provider) -> Iterator[Provider]:
    yield provider_process
    provider_process.client.delete("/admin/behaviour")


@pytest.fixture(scope="module")
async def house(
    fresh_database: Any,
    departments: Any,
    provider_process: Provider,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YICHUANG_DATA", str(tmp_path_factory.mktemp("data")))
        async with running_house(
            fresh_database("gateway").app,
            departments.url,
            sms_url=provider_process.url,
            smtp_url=provider_process.smtp_url,
        ) as made:
            await demo.seed_demo(made.app.state)
            yield made


@pytest.fixture(scope="module")
async def post(house: House) -> AsyncIterator[Any]:
    """The gateway worker's jobs, running; its state for who tells of events."""
    state = SimpleNamespace(database=house.app.state.database, settings=house.app.state.settings)
    state.identity = house.identity  # the periodic jobs of identity run here, too
    await prepare_messages(state)
    app = registry.procrastinate_app(str(state.settings.database_url), state)
    running = asyncio.create_task(run_jobs(app, concurrency=2))
    yield state
    running.cancel()
    await asyncio.wait([running])
