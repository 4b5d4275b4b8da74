"""What all processes of a house write: one JSON line per event, under the configuration of production."""

import json
from pathlib import Path

import pytest

from deploy.local.processes import wait_until
from tests.fixtures.house import House

SERVICES = ("registration", "finance", "carriers", "gateway")
PATIENCE_SECONDS = 60


def _entries(log: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


@pytest.mark.parametrize("service", SERVICES)
def test_every_process_writes_lines_that_a_machine_reads_and_none_is_broken(
    house: House, service: str
) -> None:
    logs = sorted((house.data / "logs").glob(f"{service}-*.log"))
    worker = next(log for log in logs if "worker" in log.stem)
    assert any("api" in log.stem for log in logs), logs

    def has_started() -> bool:
        return "worker_started" in {entry["event"] for entry in _entries(worker)}

    assert wait_until(has_started, seconds=PATIENCE_SECONDS), worker.read_text()
    for log in logs:
        for entry in _entries(log):
            assert {"event", "level", "timestamp"} <= entry.keys(), (log.name, entry)
            assert "log_broken" not in entry, (log.name, entry)
