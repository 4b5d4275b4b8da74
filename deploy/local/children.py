"""A child process of the supervisor: started, watched, started again when it dies.

It knows nothing of what the child does beyond its readiness address.
"""

import http.client
import os
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from deploy.local.account import CHECKOUT
from deploy.local.plan import Program, for_program
from deploy.local.processes import ProcessMark, port_taken
from deploy.local.record import signal_group

_LONGEST_PAUSE = 30.0
_CALM = 60.0  # seconds of life after which earlier deaths are forgotten
_LOG_LIMIT = 10_000_000


class Child:
    """One process of the plan in its present life."""

    def __init__(self, program: Program, *, environment: Mapping[str, str], logs: Path) -> None:
        self.program = program
        self.log = logs / f"{program.name}.log"
        self.deaths = 0
        self.mark: ProcessMark | None = None
        self._environment = for_program(environment, program)
        self._process: subprocess.Popen[bytes] | None = None
        self._began = 0.0
        self._again_at: float | None = None

    def start(self) -> None:
        """Start it (again); what it prints goes to its log."""
        roll(self.log)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own program, our own arguments
                self.program.command(),
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=CHECKOUT,
                env=self._environment,
                start_new_session=True,  # Ctrl-C is ours to hear
            )
        self.mark = ProcessMark.of(self._process.pid)
        self._began = time.monotonic()
        self._again_at = None

    def died(self) -> int | None:
        """Its exit status when it has just died, once per death; else None."""
        if self._process is None or self._again_at is not None:
            return None
        status = self._process.poll()
        if status is None:
            return None
        if time.monotonic() - self._began > _CALM:
            self.deaths = 0
        self.deaths += 1
        self._again_at = time.monotonic() + self.pause
        return status

    @property
    def pause(self) -> float:
        """Seconds until it is started again: 0.5, 1, 2 … 30."""
        return float(min(0.5 * 2 ** max(self.deaths - 1, 0), _LONGEST_PAUSE))

    def due_again(self) -> bool:
        """True when it is dead and its pause is over."""
        return self._again_at is not None and time.monotonic() >= self._again_at

    def ready(self) -> bool:
        """True when it lives and, if it has an address, itself says there that it is ready."""
        if self._process is None or self._process.poll() is not None:
            return False
        if self.program.port is None or self.program.ready_url is None:
            return True
        return listens(self._process.pid, self.program.port) and answers(self.program.ready_url)

    def lost_its_port(self) -> bool:
        """True when somebody else took its port between our choosing and its binding."""
        port = self.program.port
        return port is not None and self.gone() and port_taken(port)

    def signal(self, number: signal.Signals) -> None:
        """Signal it with all that it has started."""
        if self.mark is not None and self._process is not None and self._process.poll() is None:
            signal_group(self.mark, number)

    def gone(self) -> bool:
        """True when it has ended."""
        return self._process is None or self._process.poll() is not None

    def last_words(self, lines: int = 8) -> str:
        """The end of its log, for a person who must see why it did not start."""
        return last_lines(self.log, lines)


def listens(pid: int, port: int) -> bool:
    """True when that very process (or one that it started) listens on the port.

    An answer alone proves nothing: it may come from another house on this machine.
    """
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
        return any(
            c.status == psutil.CONN_LISTEN and c.laddr.port == port
            for member in family
            for c in member.net_connections("tcp")
        )
    except psutil.Error:
        return False


def answers(url: str, *, timeout: float = 2.0) -> bool:
    """True when a GET of that loopback address answers 200."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        connection.request("GET", parts.path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def last_lines(log: Path, lines: int) -> str:
    """The last lines of a log, at most 4000 characters."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - 8000))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.strip().splitlines()[-lines:])[-4000:]


def roll(log: Path) -> None:
    """Keep one earlier log when this one has grown past 10 MB."""
    if log.exists() and log.stat().st_size > _LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
