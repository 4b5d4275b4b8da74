"""Starts the whole house in order, watches it, and takes it down without leaving anything.

Engines first, then databases, then the processes; on the way out the other way round. Everything
it starts is written into `run.json`, so that the next run recovers when this one is killed.
"""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from deploy.local.account import CHECKOUT, LocalError, data_folder, make_folder
from deploy.local.children import Child
from deploy.local.development_secrets import development_secrets
from deploy.local.engines import (
    SERVICES,
    DatabaseUrls,
    Nats,
    Postgres,
    nats_in,
    postgres_in,
    provide_service_databases,
    role_passwords,
)
from deploy.local.plan import LABELS, choose_ports, given_databases, programs, shared_environment
from deploy.local.prepare import DemoAccounts, Preparation
from deploy.local.processes import ProcessMark
from deploy.local.record import Record, only_run, stop_leftovers
from deploy.local.screen import Screen

MARK = ".yichuang"  # says that a data folder was empty when we came: all in it is ours
_START_LIMIT = 180.0  # seconds until everything must be ready
_START_DEATHS = 3  # a process that dies this often while starting has a fault, not bad luck
_STOP_SECONDS = 6.0
_PORT_ATTEMPTS = 4


class Stopped(Exception):
    """Somebody asked us to stop."""


class PortLost(Exception):
    """Somebody took a port between our choosing and the child's binding."""


def logs_folder(data: Path) -> Path:
    """Logs lie in the checkout, where people look; with `YICHUANG_DATA` beside the data."""
    if not os.environ.get("YICHUANG_DATA") and os.access(CHECKOUT, os.W_OK):
        return CHECKOUT / ".local" / "logs"
    return data / "logs"


class Supervisor:
    """One run of the house."""

    def __init__(self, *, data: Path | None = None, screen: Screen | None = None) -> None:
        self.data = data or data_folder()
        self.screen = screen or Screen()
        self.logs = logs_folder(self.data)
        self.record = Record(supervisor=ProcessMark.of(os.getpid()))
        self.postgres: Postgres | None = None
        self.nats: Nats | None = None
        self.children: list[Child] = []
        self._asked_to_stop = 0

    def run(self) -> None:
        """Start everything, watch it until we are asked to stop, stop everything.

        Raises:
            LocalError: something on this machine stands in the way.
        """
        began = time.monotonic()
        with only_run(self.data):
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, self._hear)
            try:
                self._start(began)
                self._watch()
            except Stopped:
                pass
            finally:
                self._stop()

    # ---- start --------------------------------------------------------------------------------

    def _start(self, began: float) -> None:
        self.screen.say("一窗 Yichuang 正在启动 · starting")
        make_folder(self.logs)
        left = stop_leftovers(self.data)
        if left:
            self.screen.fact("清理 left over from a killed run", f"{len(left)} stopped")
        ports, notice = choose_ports(os.environ)
        if notice:
            self.screen.trouble(notice)
        self._write()
        databases = self._start_postgres()
        nats_url = self._start_nats()
        secrets = development_secrets(self.data)

        def told(ports: dict[str, int]) -> dict[str, str]:
            return shared_environment(
                ports=ports,
                databases=databases,
                nats_url=nats_url,
                secrets=secrets,
                data=str(self.data),
            )

        self._prepare(told(ports))
        accounts = DemoAccounts(told(ports))
        address = self._start_children(told)
        self.screen.welcome(
            address, accounts.answer(), seconds=time.monotonic() - began, logs=self.logs
        )
        self.record.state, self.record.address = "ready", address
        self._write()

    def _start_postgres(self) -> dict[str, DatabaseUrls]:
        given = given_databases(os.environ)
        if len(given) == len(SERVICES):
            self.screen.fact("PostgreSQL", "given by URL")
            return given
        with self.screen.step("PostgreSQL 18") as detail:
            fast = os.environ.get("YICHUANG_FAST") == "1"
            self.postgres = postgres_in(self.data, fast=fast, log=self.logs / "postgres.log")
            self.postgres.start()
            detail.append(f"127.0.0.1:{self.postgres.port}")
            self._write()
            own = tuple(s for s in SERVICES if s not in given)
            passwords = role_passwords(self.data)
            made = provide_service_databases(self.postgres, passwords=passwords, services=own)
        self._check_asked()
        return {**made, **given}

    def _start_nats(self) -> str:
        given = os.environ.get("NATS_URL")
        if given:
            self.screen.fact("NATS JetStream", "given by URL")
            return given
        with self.screen.step("NATS JetStream") as detail:
            fast = os.environ.get("YICHUANG_FAST") == "1"
            self.nats = nats_in(self.data, fast=fast, log=self.logs / "nats.log").start()
            detail.append(f"127.0.0.1:{self.nats.port}")
            self._write()
        self._check_asked()
        return self.nats.url()

    def _prepare(self, environment: dict[str, str]) -> None:
        preparation = Preparation(self.data, environment=environment, logs=self.logs)
        due = preparation.due(given=set(given_databases(os.environ)))
        if not due:
            self.screen.fact("数据 databases and demo province", "up to date")
            return
        production = environment["ENVIRONMENT"] == "production"
        with self.screen.step("数据 databases and demo province") as detail:
            preparation.run(due, step="migrate" if production else "prepare")
            detail.append("migrated" if production else "made and loaded")
        self._check_asked()
        preparation.done(due)

    def _start_children(self, told: Callable[[dict[str, int]], dict[str, str]]) -> str:
        """First all that serve, then the workers: nobody waits at a door for a worker.

        Ports are chosen again each time, because another house may have taken one meanwhile.
        Returns the address of the front door.
        """
        for attempt in range(_PORT_ATTEMPTS):
            ports, _ = choose_ports(os.environ)
            environment = told(ports)
            every = [Child(p, environment=environment, logs=self.logs) for p in programs(ports)]
            serving = [child for child in every if child.program.port]
            try:
                for child in serving:
                    self._begin(child)
                self._await(serving)
            except PortLost as lost:
                if attempt == _PORT_ATTEMPTS - 1:
                    raise LocalError(f"{lost}, again and again.") from None
                self.screen.trouble(f"{lost}; choosing other ports.")
                self._stop_children()
                continue
            for child in every:
                if child not in serving:
                    self._begin(child)
            return environment["PUBLIC_URL"]
        raise AssertionError("unreachable")

    def _begin(self, child: Child) -> None:
        child.start()
        self.children.append(child)
        self._write()  # at once: a kill between two starts must leave no stranger

    def _await(self, children: list[Child]) -> None:
        began, waiting = time.monotonic(), list(children)
        while waiting:
            self._check_asked()
            self._tend(starting=True)
            for child in [c for c in waiting if c.ready()]:
                waiting.remove(child)
                self._tell_ready(child, time.monotonic() - began)
            if waiting and time.monotonic() - began > _START_LIMIT:
                raise LocalError(_not_ready(waiting[0]))
            time.sleep(0.05)

    def _tell_ready(self, child: Child, seconds: float) -> None:
        label = LABELS[child.program.name.removesuffix("-api")]
        self.screen.fact(label, f"127.0.0.1:{child.program.port}", seconds=seconds)

    # ---- watch --------------------------------------------------------------------------------

    def _watch(self) -> None:
        while True:
            self._check_asked()
            self._tend(starting=False)
            self._tend_engines()
            time.sleep(0.2)

    def _tend(self, *, starting: bool) -> None:
        for child in self.children:
            status = child.died()
            if status is not None:
                if starting and child.lost_its_port():
                    raise PortLost(f"another program took port {child.program.port}")
                if starting and child.deaths >= _START_DEATHS:
                    raise LocalError(_not_ready(child))
                self.screen.trouble(
                    f"{child.program.name} ended (status {status}); "
                    f"starting it again in {child.pause:g} s. Its log: {child.log}"
                )
            elif child.due_again():
                child.start()
                self._write()

    def _tend_engines(self) -> None:
        for name, engine in (("PostgreSQL", self.postgres), ("NATS", self.nats)):
            if engine is not None and not engine.alive():
                self.screen.trouble(f"{name} ended; starting it again. Its log: {engine.log}")
                try:
                    engine.restart()
                except LocalError as error:
                    self.screen.trouble(str(error))
                    self._pause(2)
                self._write()

    def _pause(self, seconds: float) -> None:
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            self._check_asked()
            time.sleep(0.1)

    # ---- stop ---------------------------------------------------------------------------------

    def _hear(self, _number: int, _frame: FrameType | None) -> None:
        self._asked_to_stop += 1

    def _check_asked(self) -> None:
        if self._asked_to_stop:
            raise Stopped

    def _stop(self) -> None:
        self.record.state = "stopping"
        self._write()
        if self.children:
            self.screen.say("\n正在停止 · stopping")
        self._stop_children()
        if self.nats is not None:
            self.nats.stop()
        if self.postgres is not None:
            self.postgres.stop()
        (self.data / "run.json").unlink(missing_ok=True)
        self.screen.say("已停止 · stopped")

    def _stop_children(self) -> None:
        """Ask all, wait, end those that do not listen; a second Ctrl-C shortens the wait."""
        first, ends = self._asked_to_stop, time.monotonic() + _STOP_SECONDS
        for child in self.children:
            child.signal(signal.SIGTERM)
        while not all(child.gone() for child in self.children):
            if time.monotonic() > ends or self._asked_to_stop > first:
                for child in self.children:
                    child.signal(signal.SIGKILL)
            time.sleep(0.03)
        self.children.clear()

    def _write(self) -> None:
        marks = {c.program.name: c.mark for c in self.children if c.mark}
        for name, engine in (("postgres", self.postgres), ("nats", self.nats)):
            if engine is not None and engine.mark is not None:
                marks[name] = engine.mark
        self.record.processes = marks
        self.record.write(self.data)


def _not_ready(child: Child) -> str:
    return (
        f"{child.program.name} does not get ready; its log is {child.log}:\n{child.last_words(12)}"
    )
