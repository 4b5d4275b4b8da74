"""The words of the inbox's tests: who publishes, who receives, who works."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from pydantic import BaseModel

from deploy.local.processes import free_port
from kit.db import Database
from kit.outbox import Event, Relay, emit

BANK, OTHER_BANK = "qingyu-example-bank", "songling-example-bank"
PATIENCE_SECONDS = 120


class Payload(BaseModel):
    case_id: UUID
    reference: str
    matter: str = "establishment"
    action: str = "submit"
    source: str = "draft"
    target: str = "submitted"
    version: int = 1
    applicant: str = "f" * 64


@dataclass
class Publisher:
    """A service as its stream sees it: an outbox and its relay. Any database with the kit's mechanism
    serves, so that the tests of the gateway do not wait for a service's own tables."""

    service: str
    database: Database
    relay: Relay
    task: asyncio.Task[None] | None = None

    @classmethod
    def of(cls, service: str, url: str, nats_url: str) -> "Publisher":
        relay = Relay(service=service, database_url=url, nats_url=nats_url)
        return cls(service, Database(url, pool_size=4), relay)

    def start(self) -> None:
        self.task = asyncio.create_task(self.relay.run())

    async def stop(self) -> None:
        if self.task is not None:
            self.task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.task
        await self.database.close()

    async def emit(self, *audience: str, type_: str = "case.moved.v1", subject: str = "") -> UUID:
        """One event, committed by itself."""
        case = uuid4()
        event = Event(
            type=f"{self.service}.{type_}",
            aggregate=("case", subject or str(case)),
            sequence=int(time.time_ns()),
            data=Payload(case_id=case, reference="R-1"),
            audience=audience,
        )
        async with self.database.transaction() as session:
            return await emit(session, event)


@dataclass
class ReceiverProcess:
    """The receiver and what it got."""

    folder: Path
    port: int = 0
    process: subprocess.Popen[bytes] | None = None
    behaviours: dict[str, Any] = field(default_factory=dict)
    secrets: dict[str, list[str]] = field(default_factory=dict)

    def start(self) -> None:
        self.port = self.port or free_port()
        command = [sys.executable, "-m", "tests.gateway.inbox.receiver"]
        self.process = subprocess.Popen([*command, str(self.folder), str(self.port)])
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            time.sleep(0.02)
        raise AssertionError("the receiver does not listen")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def behave(self, path: str, **how: Any) -> None:
        self.behaviours[path] = how
        self._write("behaviour.json", self.behaviours)

    def knows(self, path: str, *secrets: str) -> None:
        self.secrets[path] = list(secrets)
        self._write("secrets.json", self.secrets)

    def _write(self, name: str, content: Any) -> None:
        new = self.folder / f"{name}.new"
        new.write_text(json.dumps(content))
        new.replace(self.folder / name)

    def got(self, path: str) -> list[dict[str, Any]]:
        file = self.folder / "got.jsonl"
        lines = file.read_text().splitlines() if file.exists() else []
        return [found for line in lines if (found := json.loads(line))["path"] == path]

    def ids(self, path: str) -> list[str]:
        return [found["headers"]["webhook-id"] for found in self.got(path)]


@dataclass
class WorkerProcess:
    """`python -m gateway worker`, as `make run` starts it."""

    database_url: str
    nats_url: str
    settings: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def start(self) -> None:
        environment = {
            **os.environ,
            "GATEWAY_DATABASE_URL": self.database_url,
            "NATS_URL": self.nats_url,
            "SANDBOX": "1",
            "GATEWAY_WEBHOOK_RETRY_SECONDS": "[0, 0.2, 0.2]",
            "GATEWAY_WEBHOOK_TIMEOUT_SECONDS": "2",
            **self.settings,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "worker"], env=environment
        )

    def stop(self) -> int:
        """Asks it to end; its exit status."""
        if self.process is None:
            return 0
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise


async def until(ask: Callable[[], Any | Awaitable[Any]], what: str) -> Any:
    """Asks again and again until the answer is true."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        answer = ask()
        if isinstance(answer, Awaitable):
            answer = await answer
        if answer:
            return answer
        await asyncio.sleep(0.05)
    raise AssertionError(f"waited in vain for {what}")


@contextlib.contextmanager
def own_process(process: Any) -> Iterator[Any]:
    """Started, and stopped at the end of the block."""
    process.start()
    try:
        yield process
    finally:
        process.stop()
