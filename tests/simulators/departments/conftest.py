"""A real simulator process per module, and the words that the tests here share."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from deploy.local.processes import free_port
from simulators.departments.process import SimulatorProcess

PARTICULARS: dict[str, dict[str, Any]] = {
    "tax": {"finance_officer": {"name": "周明远", "phone": "00000000001"}},
    "seal": {"seals": ["official", "finance"]},
    "social-insurance": {"liaison": {"name": "陈若溪", "phone": "00000000002"}},
    "medical-insurance": {"liaison": {"name": "陈若溪", "phone": "00000000002"}},
    "housing-fund": {"liaison": {"name": "陈若溪", "phone": "00000000002"}},
    "bank": {"bank_code": "QYSL"},
    "statistics": {"industry_code": "I65"},
}


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    process = SimulatorProcess(tmp_path_factory.mktemp("departments"), port=free_port())
    process.start()
    yield process
    process.kill()


@pytest.fixture
def departments(simulator: SimulatorProcess) -> Iterator[httpx.Client]:
    """A client of a simulator that has forgotten everything."""
    with httpx.Client(base_url=simulator.url, timeout=10, trust_env=False) as client:
        client.post("/admin/reset").raise_for_status()
        yield client


@pytest.fixture
def particulars() -> dict[str, dict[str, Any]]:
    """What each department (by path) wants to know."""
    return PARTICULARS


@pytest.fixture
def a_filing() -> Callable[..., dict[str, Any]]:
    """Makes a sound filing for one department, with changes."""

    def make(department: str = "tax", **changes: Any) -> dict[str, Any]:
        return {
            "reference": "r-1",
            "uscc": "91980101XY00000123",
            "enterprise_name": "青屿云帆软件有限公司",
            "region": "980101",
            "established_on": "2026-11-21",
            "particulars": PARTICULARS[department],
        } | changes

    return make


@pytest.fixture
def behave(departments: httpx.Client) -> Callable[..., None]:
    """Lays a behaviour over a department."""

    def lay(department: str, **behaviour: Any) -> None:
        departments.put(f"/admin/behaviour/{department}", json=behaviour).raise_for_status()

    return lay
