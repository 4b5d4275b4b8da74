"""`python -m deploy.local run | stop | reset | status`: what `make` calls."""

import argparse
import signal
import sys
from pathlib import Path

from deploy.local.account import LocalError, binaries_folder, data_folder, remove_tree
from deploy.local.children import answers
from deploy.local.engines import nats_in, postgres_in
from deploy.local.processes import wait_until
from deploy.local.record import Record, is_held, stop_leftovers
from deploy.local.supervisor import MARK, Supervisor, logs_folder

# In a folder that held other things before we came, only what we know to be ours is removed.
_OURS = (
    "postgres",
    "nats",
    "departments",  # its memory of filings belongs to the databases that are removed
    "bank",  # so do the sandbox bank's dossiers
    "demo-keys",
    "roles.json",
    "secrets.json",
    "prepared.json",
    "run.json",
)
_KEPT = {"logs", "programs", "tests", "run.lock", MARK}


def run(_data: Path) -> int:
    """Start everything and stay until Ctrl-C."""
    Supervisor().run()
    return 0


def stop(data: Path) -> int:
    """Stop a run, or what a killed run left."""
    record = Record.read(data)
    if is_held(data):
        if record is None or not record.supervisor.alive():
            raise LocalError("Yichuang runs, but did not yet say as which process. Try again.")
        record.supervisor.send(signal.SIGTERM)
        if not wait_until(lambda: not is_held(data), seconds=30, every=0.1):
            raise LocalError(f"The run (process {record.supervisor.pid}) does not stop.")
        print("已停止 · stopped")
        return 0
    left = stop_leftovers(data)
    for engine in (nats_in(data), postgres_in(data)):
        engine.stop()
    (data / "run.json").unlink(missing_ok=True)
    print(f"已停止 · stopped {', '.join(left)}" if left else "没有在运行 · nothing runs")
    return 0


def reset(data: Path) -> int:
    """Stop, then remove the local data: databases, streams, generated passwords and keys."""
    stop(data)
    whole = (data / MARK).exists()
    doomed = [e for e in data.iterdir() if e.name not in _KEPT] if whole else []
    for entry in (*doomed, *(data / name for name in _OURS)):
        if entry.is_dir() and not entry.is_symlink():
            remove_tree(entry)
        else:
            entry.unlink(missing_ok=True)
    print(f"已清空 · removed the local data in {data}")
    return 0


def status(data: Path) -> int:
    """Say what runs; exit status 0 when everything does."""
    record = Record.read(data)
    if record is None or not is_held(data):
        print("没有在运行 · nothing runs")
        return 1
    print(f"{record.state}   {record.address}   (supervisor {record.supervisor.pid})")
    for name, mark in record.processes.items():
        print(f"  {'✓' if mark.alive() else '✗'} {name:22} {mark.pid}")
    ready = record.state == "ready" and answers(f"{record.address}/health/ready")
    all_alive = all(mark.alive() for mark in record.processes.values())
    print(f"data {data}\nlogs {logs_folder(data)}\nprograms {binaries_folder(data)}")
    return 0 if ready and all_alive else 1


def main() -> int:
    """Read the command line; every expected trouble is a sentence, never a trace."""
    commands = {"run": run, "stop": stop, "reset": reset, "status": status}
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("command", choices=commands)
    arguments = parser.parse_args()
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")
    try:
        return commands[arguments.command](data_folder())
    except LocalError as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    raise SystemExit(main())
