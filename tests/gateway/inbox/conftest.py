"""The gateway's API over a database of its own, three publishers, a follower, a receiver, a worker."""

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.composition import SERVICE
from gateway.inbox.following import Follower
from gateway.inbox.planning import plan
from gateway.inbox.runtime import start_feed, stop_feed
from kit.db import Database
from tests.fixtures.callers import Caller, Running, running
from tests.gateway.inbox.hooks import Hook
from tests.gateway.inbox.world import (
    BANK,
    OTHER_BANK,
    Publisher,
    ReceiverProcess,
    WorkerProcess,
    own_process,
)

# Identity would bring keys of its own; here the tests' key signs.
INBOX_ONLY = dataclasses.replace(SERVICE, on_start=(start_feed,), on_stop=(stop_feed,), seeds=())


@dataclass
class Window:
    """The gateway's API and whoever calls it."""

    running: Running
    url: str
    nats_url: str

    def bank(self, org: str = BANK, **claims: Any) -> Caller:
        return self.running.caller(
            "bank", **{"sub": f"{org}-program", "org": org, "scope": "bank events", **claims}
        )

    @property
    def database(self) -> Database:
        found: Database = self.running.app.state.database
        return found


@pytest.fixture(scope="module")
async def window(
    fresh_database: Callable[[str], Any], fresh_nats: Callable[[], str]
) -> AsyncIterator[Window]:
    url = fresh_database("gateway").app
    async with running(INBOX_ONLY, url, sandbox=True) as found:
        yield Window(found, url, fresh_nats())


@pytest.fixture(scope="module")
def bank(window: Window) -> Caller:
    return window.bank()


@pytest.fixture(scope="module")
def other_bank(window: Window) -> Caller:
    return window.bank(OTHER_BANK)


@pytest.fixture(scope="module")
async def services(
    window: Window, fresh_database: Callable[[str], Any]
) -> AsyncIterator[dict[str, Publisher]]:
    """registration, finance and carriers, relaying."""
    found = {
        name: Publisher.of(name, fresh_database("gateway").app, window.nats_url)
        for name in ("registration", "finance", "carriers")
    }
    for publisher in found.values():
        publisher.start()
    yield found
    for publisher in found.values():
        await publisher.stop()


@pytest.fixture(scope="module")
async def following(window: Window) -> AsyncIterator[Follower]:
    """The feed is filled, as by a worker."""
    follower = Follower(window.database, nats_url=window.nats_url, on_appended=plan)
    task = asyncio.create_task(follower.run())
    yield follower
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


@pytest.fixture(scope="module")
def receiver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ReceiverProcess]:
    folder: Path = tmp_path_factory.mktemp("receiver")
    with own_process(ReceiverProcess(folder)) as found:
        yield found


@pytest.fixture(scope="module")
def gateway_worker(window: Window) -> Iterator[WorkerProcess]:
    with own_process(WorkerProcess(window.url, window.nats_url)) as found:
        yield found


@pytest.fixture
def hook(receiver: ReceiverProcess, bank: Caller) -> Hook:
    """A path of the receiver, to be opened as an endpoint of the bank."""
    return Hook(receiver, bank)
