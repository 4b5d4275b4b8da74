"""What a run leaves written in the data folder: its lock, its processes, its address.

Exists so that the next run recovers from `kill -9` of this one: whoever holds the lock is alive,
and whatever the record names beside a free lock is a leftover of ours and may be ended.
"""

import contextlib
import fcntl
import json
import os
import signal
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TextIO

from deploy.local.account import LocalError, make_folder, write_secret
from deploy.local.processes import ProcessMark, wait_until


@dataclass
class Record:
    """One run as others may read it (`run.json`). `state` is starting, ready or stopping."""

    supervisor: ProcessMark
    state: str = "starting"
    address: str = ""
    processes: dict[str, ProcessMark] = field(default_factory=dict)

    def write(self, data: Path) -> None:
        """Write it whole."""
        write_secret(data / "run.json", json.dumps(asdict(self), indent=2))

    @classmethod
    def read(cls, data: Path) -> "Record | None":
        """The record of the present or last run; None when there is none or it is torn."""
        try:
            raw = json.loads((data / "run.json").read_text())
            return cls(
                supervisor=ProcessMark(**raw["supervisor"]),
                state=raw["state"],
                address=raw["address"],
                processes={name: ProcessMark(**mark) for name, mark in raw["processes"].items()},
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None


@contextlib.contextmanager
def only_run(data: Path) -> Iterator[None]:
    """Hold the data folder for this run; the system frees the lock however we end.

    Raises:
        LocalError: another run holds it.
    """
    make_folder(data)
    with _open_lock(data) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            record = Record.read(data)
            where = f" at {record.address}" if record and record.address else ""
            raise LocalError(
                f"Yichuang runs already{where}. `make stop` stops it, `make status` shows it."
            ) from None
        yield


def _open_lock(data: Path) -> TextIO:
    try:
        return (data / "run.lock").open("a")
    except OSError as error:
        raise LocalError(
            f"Cannot write in the data folder {data} ({error.strerror}): it belongs to another "
            "user. Start as that user, or set YICHUANG_DATA to a folder of your own."
        ) from None


def is_held(data: Path) -> bool:
    """True while a run holds the data folder."""
    try:
        with (data / "run.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False


def stop_leftovers(data: Path) -> list[str]:
    """End the processes of a run that was killed; the names of those that still ran."""
    record = Record.read(data)
    if record is None:
        return []
    left = {name: mark for name, mark in record.processes.items() if mark.alive()}
    for name, mark in left.items():
        # PostgreSQL waits for its clients on SIGTERM; SIGINT is its quick and orderly end.
        signal_group(mark, signal.SIGINT if name == "postgres" else signal.SIGTERM)
    if not wait_until(lambda: not any(m.alive() for m in left.values()), seconds=8):
        for mark in left.values():
            signal_group(mark, signal.SIGKILL)
        wait_until(lambda: not any(m.alive() for m in left.values()), seconds=5)
    return sorted(left)


def signal_group(mark: ProcessMark, number: signal.Signals) -> None:
    """Signal a child with all that it has started (each child leads a group of its own)."""
    if mark.alive():
        with contextlib.suppress(ProcessLookupError):
            os.killpg(mark.pid, number)
