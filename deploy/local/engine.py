"""A server program from a wheel, in a folder of ours, on 127.0.0.1: what PostgreSQL and NATS have in common.

Starts it under an account that it accepts, waits until it serves, finds a leftover of a run that was killed,
and stops it. What is in the folder, and what it says when it is ready, is each engine's own.
"""

import signal
import subprocess
from abc import ABC, abstractmethod
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

import psutil

from deploy.local.account import Account, LocalError, engine_account, make_folder, require_reach
from deploy.local.processes import ProcessMark, free_port, port_taken, wait_until


class Engine(ABC):
    """One engine in a folder; a context manager, or `start()` and `stop()`."""

    name: ClassVar[str]
    start_seconds: ClassVar[float]
    stop_signals: ClassVar[tuple[signal.Signals, ...]]
    """How it is asked to stop, in order; the first has `stop_seconds`, the others 3 s each."""
    stop_seconds: ClassVar[float]

    def __init__(
        self,
        folder: Path,
        *,
        programs: Path,
        port: int | None = None,
        fast: bool = False,
        log: Path | None = None,
    ) -> None:
        self.folder = folder
        self.port = port or 0
        self.fast = fast
        self.log = log or folder / f"{self.name.lower()}.log"
        self.account: Account = engine_account()
        self._fixed_port = port
        self._keep_programs = programs
        self.mark: ProcessMark | None = None
        self._child: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def _prepare(self) -> None:
        """Makes what the folder lacks."""

    @abstractmethod
    def _command(self) -> list[str]:
        """The program and its arguments, for the port of this attempt."""

    @abstractmethod
    def _environment(self) -> dict[str, str]:
        """What the program may see of ours."""

    @abstractmethod
    def _ready(self) -> bool:
        """Whether the server says that it serves."""

    @property
    @abstractmethod
    def _pid_file(self) -> Path:
        """Its first line is the server's process id."""

    @property
    @abstractmethod
    def _sign(self) -> str:
        """The argument by which a process is known as the server of this very folder."""

    def start(self) -> Self:
        """Start the server and wait until it serves. Raises LocalError with the reason."""
        make_folder(self.folder)
        require_reach(self.folder, self.account)
        self.account.own(self.folder)
        self._prepare()
        self.stop()  # a leftover of our own, from a run that was killed
        for attempt in range(3):
            self.port = self._fixed_port or free_port()
            if self._launch():
                return self
            if self._fixed_port is not None or attempt == 2:
                break
        raise LocalError(self._why_not_started())

    def restart(self) -> Self:
        """Start it again on the port it had, so that every address stays true."""
        self._fixed_port = self.port or self._fixed_port
        return self.start()

    def stop(self, *, seconds: float | None = None) -> None:
        """Stop it; quiet when it is down."""
        mark = self.mark or self._running()
        if mark is not None:
            first, *more = self.stop_signals
            mark.stop((first, seconds or self.stop_seconds), *((each, 3) for each in more))
        if self._child is not None:
            self._child.poll()  # collect it, so that no zombie stays
        self.mark = self._child = None
        self._pid_file.unlink(missing_ok=True)

    def alive(self) -> bool:
        """True while the server process runs."""
        return self.mark is not None and self.mark.alive()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _launch(self) -> bool:
        command = self._command()
        make_folder(self.log.parent)
        with self.log.open("ab") as log:
            child = subprocess.Popen(  # noqa: S603 - our own program, our own arguments
                command,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=self.folder,
                env=self._environment(),
                start_new_session=True,  # Ctrl-C is ours to hear; we stop it after its clients
                **self.account.spawn_options(),  # type: ignore[call-overload]
            )
        self._child = child
        self.mark = ProcessMark.of(child.pid)
        wait_until(lambda: child.poll() is not None or self._ready(), seconds=self.start_seconds)
        if child.poll() is None and self._ready():
            return True
        self.stop()
        return False

    def _running(self) -> ProcessMark | None:
        """A server that runs on our own folder; a stranger who has its old pid is none."""
        try:
            pid = int(self._pid_file.read_text().splitlines()[0])
            if self._sign in psutil.Process(pid).cmdline():
                return ProcessMark.of(pid)
        except (OSError, ValueError, IndexError, psutil.Error):
            return None
        return None

    def _why_not_started(self) -> str:
        if self._fixed_port is not None and port_taken(self._fixed_port):
            return f"{self.name} cannot start: port {self._fixed_port} is taken by someone else."
        return f"{self.name} did not start; its log is {self.log}."
