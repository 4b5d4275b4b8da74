"""The simulator as a child process that can be killed: for tests and for a laptop's demo.

It serves nothing itself; it only starts `python -m simulators.departments` and knows its address.
"""

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Literal

import httpx


class SimulatorProcess:
    """One program on a port of this machine that is free; its state outlives its process."""

    def __init__(
        self, data: Path, *, port: int, profile: Literal["lively", "calm"] = "calm"
    ) -> None:
        self.data, self.port, self.profile = data, port, profile
        self.url = f"http://127.0.0.1:{port}"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and return when it answers; raises `RuntimeError` if it does not in 30 s."""
        env = os.environ | {
            "PORT": str(self.port), "YICHUANG_DATA": str(self.data), "ENVIRONMENT": "test",
            "DEPARTMENTS_PROFILE": self.profile,
        }  # fmt: skip
        command = [sys.executable, "-m", "simulators.departments"]
        self._process = subprocess.Popen(command, env=env)  # noqa: S603 (our own program)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                httpx.get(self.url + "/health/live", timeout=2, trust_env=False)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("the simulator did not start")

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL)."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
