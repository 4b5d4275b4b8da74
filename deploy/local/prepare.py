"""Bring the databases to the present code: migrate, load the demo province.

Skips what was done already for the same code and the same data, so that a second start takes
seconds; with databases given by URL nothing is assumed and everything is run.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from deploy.local.account import CHECKOUT, LocalError, write_secret
from deploy.local.children import last_lines
from deploy.local.engines import SERVICES
from deploy.local.plan import module_of

_SOURCES = {".py", ".json", ".csv", ".sql", ".yaml", ".txt"}


def digest(service: str) -> str:
    """A digest of all that migrations and demo data of a service are made from."""
    summed = hashlib.sha256()
    folder = CHECKOUT / module_of(service).replace(".", "/")
    for root in (folder, CHECKOUT / "kit", CHECKOUT / "contracts"):
        for file in sorted(root.rglob("*")):
            if file.suffix in _SOURCES and file.is_file():
                summed.update(f"{file.relative_to(CHECKOUT)}\0".encode())
                summed.update(file.read_bytes())
    return summed.hexdigest()


class Preparation:
    """What is prepared in this data folder (`prepared.json`: service -> digest)."""

    def __init__(self, data: Path, *, environment: Mapping[str, str], logs: Path) -> None:
        self._file = data / "prepared.json"
        self._environment = dict(environment)
        self._logs = logs

    def due(self, *, given: set[str]) -> list[str]:
        """The services whose data must be prepared; those given by URL always."""
        try:
            known = json.loads(self._file.read_text())
        except (OSError, ValueError):
            known = {}
        return [s for s in SERVICES if s in given or known.get(s) != digest(s)]

    def run(self, services: list[str], *, step: str) -> None:
        """Run `python -m <service> <step>` for all of them side by side.

        Raises:
            LocalError: one of them failed; the message carries the end of its log.
        """
        started = {s: self._start(s, step) for s in services}
        failed = [s for s, process in started.items() if process.wait() != 0]
        if failed:
            log = self._log(failed[0], step)
            raise LocalError(
                f"`python -m {module_of(failed[0])} {step}` failed; its log is {log}:\n"
                f"{last_lines(log, 12)}"
            )

    def done(self, services: list[str]) -> None:
        """Remember that these are prepared for the present code."""
        try:
            known = json.loads(self._file.read_text())
        except (OSError, ValueError):
            known = {}
        known.update({s: digest(s) for s in services})
        write_secret(self._file, json.dumps(known, indent=2))

    def _log(self, service: str, step: str) -> Path:
        return self._logs / f"{service}-{step}.log"

    def _start(self, service: str, step: str) -> "subprocess.Popen[bytes]":
        with self._log(service, step).open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own program, our own arguments
                [sys.executable, "-m", module_of(service), step],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                cwd=CHECKOUT,
                env=self._environment,
            )


class DemoAccounts:
    """The demo accounts as the gateway declares them (role, label, username, password).

    Asked in a process of its own, since what starts the house imports nothing of it; asked early,
    so that nobody waits for the answer.
    """

    _QUESTION = (
        "import json; from gateway.identity.demo import DEMO_ACCOUNTS; "
        "print(json.dumps(DEMO_ACCOUNTS))"
    )

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._asked = subprocess.Popen(  # noqa: S603 - our own program, our own arguments
            [sys.executable, "-c", self._QUESTION],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            stdin=subprocess.DEVNULL,
            cwd=CHECKOUT,
            env=dict(environment),
        )

    def answer(self) -> list[dict[str, str]]:
        """One dictionary per account; none when the gateway declares none."""
        told, _ = self._asked.communicate()
        found: list[dict[str, str]] = json.loads(told) if self._asked.returncode == 0 else []
        return found
