"""`kill -9` of the worker while departments think, and of the departments; and callbacks for real."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from services.registration.departments.directory import DEPARTMENTS
from simulators.departments.process import SimulatorProcess

Process = Callable[..., Any]


@pytest.fixture(scope="module")
def worker_environment(worker_environment: dict[str, str]) -> dict[str, str]:
    """Short leases: what a killed worker held is taken up soon."""
    return worker_environment | {"REGISTRATION_DEPARTMENTS_LEASE_SECONDS": "2"}


async def test_a_worker_killed_after_the_department_took_it_in_files_nothing_twice(
    outside: Any, licensed: Any, a_service: Process, worker_environment: Any, until: Any
) -> None:
    outside.behave("tax", hang_next=1, hang_ms=20_000)
    outside.behave("seal", delay_ms=20_000)
    worker = a_service("worker", **worker_environment)
    worker.start()
    enterprise = await licensed()

    async def taken_in() -> bool:
        task = (await enterprise.tasks()).get("tax")
        return task is not None and outside.filings("tax", f"{task['id']}-1") != []

    await until(taken_in)
    worker.kill()
    tasks = await enterprise.tasks()
    assert {tasks[name]["state"] for name in ("tax", "seal")} == {"pending"}
    outside.restore()
    worker.start()
    await enterprise.reaches("receipted", seconds=120)
    assert set(outside.count(await enterprise.tasks()).values()) == {1}
    assert len(await enterprise.events("registration.opening.completed.v1")) == 1


async def _begun(enterprises: list[Any]) -> int:
    """How many tasks a worker has begun."""
    tasks = [task for each in enterprises for task in (await each.tasks()).values()]
    return sum(task["state"] != "pending" for task in tasks)


async def test_workers_killed_again_and_again_lose_and_double_nothing(
    outside: Any, licensed: Any, a_service: Process, worker_environment: Any, until: Any
) -> None:
    for department in DEPARTMENTS:
        outside.behave(
            department, fail_rate=0.2, drop_response=0.2, delay_ms=50, jitter_ms=300,
            decide_after_ms=300, decide_jitter_ms=1_500,
        )  # fmt: skip
    patient = worker_environment | {"REGISTRATION_DEPARTMENTS_ATTEMPTS": "50"}
    enterprises: list[Any] = []
    for _ in range(3):
        worker = a_service("worker", **patient)
        worker.start()
        enterprises.extend([await licensed() for _ in range(3)])
        begun = await _begun(enterprises)

        async def in_the_middle(more: int = begun + len(DEPARTMENTS)) -> bool:
            return await _begun(enterprises) >= more

        await until(in_the_middle, seconds=180)
        worker.kill()
    outside.restore()
    a_service("worker", **patient).start()
    for enterprise in enterprises:
        await enterprise.reaches("receipted", seconds=180)
        assert set(outside.count(await enterprise.tasks()).values()) == {1}
        assert len(await enterprise.events("registration.department-task.receipted.v1")) == 7
        assert len(await enterprise.events("registration.opening.completed.v1")) == 1


async def test_departments_that_went_down_are_found_again(
    simulator: SimulatorProcess, outside: Any, licensed: Any, a_service: Process,
    worker_environment: Any,
) -> None:  # fmt: skip
    patient = worker_environment | {"REGISTRATION_DEPARTMENTS_ATTEMPTS": "50"}
    a_service("worker", **patient).start()
    for department in DEPARTMENTS:
        outside.behave(department, decide_after_ms=8_000)
    enterprise = await licensed()
    await enterprise.reaches("sent")
    simulator.kill()
    other = await licensed()
    await other.reaches("pending")
    simulator.start()
    await enterprise.reaches("receipted", seconds=120)
    await other.reaches("receipted", seconds=120)
    for each in (enterprise, other):
        assert set(outside.count(await each.tasks()).values()) == {1}


async def test_a_department_calls_back_to_the_running_service(
    outside: Any, licensed: Any, a_service: Process, worker_environment: Any, until: Any, port: int
) -> None:
    called = worker_environment | {
        "DEPARTMENTS_CALLBACK_URL": f"http://127.0.0.1:{port}",
        "REGISTRATION_DEPARTMENTS_RETRY_SECONDS": "600",  # a look would come too late
    }
    a_service("api", **(called | {"PORT": str(port)})).start()
    a_service("worker", **called).start()

    async def ready() -> bool:
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            try:
                return (await client.get(f"http://127.0.0.1:{port}/health/ready")).is_success
            except httpx.TransportError:
                return False

    await until(ready, seconds=180)
    for department in DEPARTMENTS:
        outside.behave(department, decide_after_ms=700, callback_copies=2, callback_reorder=True)
    enterprise = await licensed()
    await enterprise.reaches("receipted", seconds=120)
    history = (await enterprise.task("bank"))["history"]
    receipt = next(line for line in history if line["outcome"] == "receipted")
    assert receipt["kind"] == "callback"
    assert len(await enterprise.events("registration.department-task.receipted.v1")) == 7
