"""A child is ready when it says so itself, and is started again when it dies."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from deploy.local.children import Child, answers, listens
from deploy.local.plan import Program
from deploy.local.processes import free_port, wait_until


class _SaysReady(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def another_house() -> Iterator[int]:
    """The port of somebody else who answers every readiness question with yes."""
    server = HTTPServer(("127.0.0.1", 0), _SaysReady)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1]
    server.shutdown()
    server.server_close()


def _departments(folder: Path, port: int) -> Child:
    told = {**os.environ, "YICHUANG_DATA": str(folder), "ENVIRONMENT": "development"}
    program = Program("departments", "simulators.departments", None, port)
    return Child(program, environment=told, logs=folder)


@pytest.fixture
def child(tmp_path: Path) -> Iterator[Child]:
    """A real process of the house on a free port."""
    found = _departments(tmp_path, free_port())
    yield found
    found.signal(signal.SIGKILL)
    wait_until(found.gone, seconds=5)


def test_the_answer_of_another_house_is_not_readiness(another_house: int, tmp_path: Path) -> None:
    child = _departments(tmp_path, another_house)
    child.start()
    assert answers(f"http://127.0.0.1:{another_house}/health/ready")
    assert not child.ready()
    assert wait_until(child.gone, seconds=30)
    assert not child.ready()
    assert child.lost_its_port()


def test_a_child_is_ready_when_it_listens_and_says_so(child: Child) -> None:
    child.start()
    assert wait_until(child.ready, seconds=30)
    assert child.mark is not None
    assert child.program.port is not None
    assert listens(child.mark.pid, child.program.port)
    assert not child.lost_its_port()


def test_a_death_is_told_once_and_pauses_grow(child: Child) -> None:
    child.start()
    pauses = []
    for _ in range(3):
        child.signal(signal.SIGKILL)
        assert wait_until(child.gone, seconds=5)
        assert child.died() == -signal.SIGKILL
        assert child.died() is None
        pauses.append(child.pause)
        child.start()
    assert pauses == [0.5, 1, 2]


def test_nobody_listens_on_a_free_port() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        assert not listens(os.getpid(), probe.getsockname()[1])
