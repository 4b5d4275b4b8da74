"""Know a process for certain, and stop it.

A pid alone lies: after a crash the number may belong to a stranger. A process is therefore always
named by pid and start time, so that we end only what we started.
"""

import contextlib
import os
import random
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil


@dataclass(frozen=True)
class ProcessMark:
    """A process that we started: its pid and the instant (epoch seconds) at which it began."""

    pid: int
    began: float

    @classmethod
    def of(cls, pid: int) -> "ProcessMark":
        """The mark of a process that runs now."""
        return cls(pid=pid, began=psutil.Process(pid).create_time())

    def process(self) -> psutil.Process | None:
        """The living process, or None when it has ended (or the pid is another's by now)."""
        try:
            found = psutil.Process(self.pid)
            if abs(found.create_time() - self.began) > 1 or found.status() == psutil.STATUS_ZOMBIE:
                return None
        except psutil.NoSuchProcess:
            return None
        return found

    def alive(self) -> bool:
        """True while it runs."""
        return self.process() is not None

    def send(self, number: signal.Signals) -> None:
        """Send a signal, quietly when it has ended."""
        if self.alive():
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def stop(self, *steps: tuple[signal.Signals, float]) -> bool:
        """Send each signal in turn, waiting that many seconds for the end; True when it ended."""
        for number, seconds in steps:
            self.send(number)
            if wait_until(lambda: not self.alive(), seconds=seconds):
                return True
        return not self.alive()


def wait_until(done: Callable[[], bool], *, seconds: float, every: float = 0.02) -> bool:
    """Ask until `done` answers True or the time is over; returns the last answer."""
    ends = time.monotonic() + seconds
    while not done():
        if time.monotonic() >= ends:
            return False
        time.sleep(every)
    return True


def free_port() -> int:
    """A port on 127.0.0.1 that was free a moment ago, and that the system gives to nobody who asks for any
    (Linux gives them from 32768 on, the others later): it is still free when a process comes to bind it."""
    while True:
        port = random.SystemRandom().randrange(20_000, 32_000)
        if not port_taken(port):
            return port


def port_taken(port: int, host: str = "127.0.0.1") -> bool:
    """True when somebody listens on (or holds) that port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return True
    return False
