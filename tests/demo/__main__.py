"""Plays the platform through its front door and checks the results with independent programs.

    make demo                     on the running house, or on one that it starts itself
    make demo ACT=growth          only one act: `licence` or `growth`
    python -m tests.demo http://127.0.0.1:8000

Act one, the licence: a founder, her co-shareholder, a registration officer, and a passer-by who verifies. Act
two, the growth: from a seat in an incubator to a loan, its default and the compensation; seven people and one
bank. Each step is printed with its time. Exit code 1 with the reason where anything is off.
"""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx

from deploy.local.account import data_folder, temporary_data_folder
from deploy.local.processes import free_port
from deploy.local.record import Record
from tests.demo.growth import Growth
from tests.demo.journey import Journey

START_SECONDS = 180


@contextlib.contextmanager
def house() -> Iterator[str]:
    """The address of the running house; where none runs, one of its own that is stopped afterwards."""
    if len(sys.argv) > 1:
        yield sys.argv[1].rstrip("/")
        return
    running = _running()
    if running:
        yield running
        return
    print("没有正在运行的平台，先启动一个 · no house is running, starting one")
    with temporary_data_folder() as folder:
        port = free_port()
        environment = {**os.environ, "YICHUANG_DATA": str(folder), "PORT": str(port)}
        child = subprocess.Popen([sys.executable, "-m", "deploy.local", "run"], env=environment)
        try:
            _wait_ready(f"http://127.0.0.1:{port}", child)
            yield f"http://127.0.0.1:{port}"
        finally:
            child.send_signal(signal.SIGINT)
            child.wait(timeout=60)


def _running() -> str | None:
    record = Record.read(data_folder())
    address = getattr(record, "address", None) if record and record.state == "ready" else None
    if not address:
        return None
    try:
        return (
            address if httpx.get(f"{address}/health/live", timeout=3).status_code == 200 else None
        )
    except httpx.HTTPError:
        return None


def _wait_ready(address: str, child: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if child.poll() is not None:
            sys.exit("✗ the house did not start; its words are above")
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{address}/health/ready", timeout=3).status_code == 200:
                return
        time.sleep(0.3)
    sys.exit(f"✗ the house was not ready after {START_SECONDS} s")


def main() -> int:
    with house() as address:
        print(f"\n一窗演示 · demo at {address}\n")
        acts = {"licence": Journey, "growth": Growth}
        for title, act in acts.items():
            if os.environ.get("ACT", title) != title:
                continue
            play = act(address)
            print(f"— {title}")
            try:
                play.play()
            except (AssertionError, httpx.HTTPError, KeyError) as error:
                print(f"\n✗ {play.step}: {error}", file=sys.stderr)
                return 1
            print(f"\n✓ {title}: 全部完成 · all {play.steps} steps in {play.seconds():.1f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
