"""`make run` as a whole: started, hurt, stopped, started again."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from deploy.local.account import CHECKOUT
from deploy.local.children import answers
from deploy.local.processes import ProcessMark, wait_until
from deploy.local.record import is_held
from tests.fixtures.house import House, environment, start_house


def _call(house: House, verb: str) -> subprocess.CompletedProcess[str]:
    port = int(house.address.rpartition(":")[2])
    return subprocess.run(
        [sys.executable, "-m", "deploy.local", verb],
        cwd=CHECKOUT,
        env=environment(house.data, port=port),
        capture_output=True,
        text=True,
        check=False,
    )


def _belongs(process: psutil.Process, data: Path) -> bool:
    try:
        told = process.environ().get("YICHUANG_DATA") == str(data)
        named = str(data) in " ".join(process.cmdline())
        return (told or named) and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def _ours(data: Path) -> list[int]:
    """Processes that carry this data folder in their command line or environment."""
    everyone = (p for p in psutil.process_iter() if p.pid != os.getpid())
    return [p.pid for p in everyone if _belongs(p, data)]


def test_everything_runs_and_the_demo_accounts_are_printed(own_house: House) -> None:
    status = _call(own_house, "status")
    assert status.returncode == 0, status.stdout
    assert len(own_house.record().processes) == 13
    printed = own_house.output.read_text()
    assert own_house.address in printed
    assert "演示账户" in printed


def test_a_second_run_is_refused_with_the_address(own_house: House) -> None:
    second = _call(own_house, "run")
    assert second.returncode == 1
    assert f"Yichuang runs already at {own_house.address}" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.parametrize("name", ["registration-worker", "finance-api", "nats", "postgres"])
def test_a_process_that_dies_is_started_again(own_house: House, name: str) -> None:
    before = own_house.record().processes[name]
    os.kill(before.pid, signal.SIGKILL)

    def again() -> bool:
        now = own_house.record().processes[name]
        return now != before and now.alive()

    assert wait_until(again, seconds=30)
    assert wait_until(lambda: answers(f"{own_house.address}/health/ready"), seconds=60)


def test_a_killed_supervisor_is_recovered_by_the_next_run(own_house: House) -> None:
    left = own_house.record().processes
    os.kill(own_house.supervisor.pid, signal.SIGKILL)
    assert wait_until(lambda: not is_held(own_house.data), seconds=5)
    assert all(mark.alive() for mark in left.values())
    port = int(own_house.address.rpartition(":")[2])
    # The port is still held by the gateway of the killed run: it is ours, so it is no obstacle.
    again = start_house(own_house.data, port=port)
    assert not any(mark.alive() for mark in left.values())
    assert "left over from a killed run" in again.output.read_text()
    assert again.address == own_house.address


def test_stopping_leaves_nothing_and_the_second_start_takes_seconds(own_house: House) -> None:
    supervisor: ProcessMark = own_house.record().supervisor
    began = time.monotonic()
    assert supervisor.stop((signal.SIGINT, 20))
    stopped_in = time.monotonic() - began
    assert wait_until(lambda: _ours(own_house.data) == [], seconds=10)
    began = time.monotonic()
    again = start_house(own_house.data)
    started_in = time.monotonic() - began
    print(f"stopped in {stopped_in:.1f} s, started again in {started_in:.1f} s")
    assert "up to date" in again.output.read_text()
    assert _call(again, "stop").returncode == 0
    assert wait_until(lambda: _ours(own_house.data) == [], seconds=10)
    reset = _call(again, "reset")
    assert reset.returncode == 0, reset.stderr
    assert not (own_house.data / "postgres").exists()
    assert not (own_house.data / "secrets.json").exists()
