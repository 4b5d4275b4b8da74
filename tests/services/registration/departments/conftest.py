"""Registration on a database of its own, a real simulator, and real worker and API processes."""

import asyncio
import os
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import insert, text

from contracts.events.registration import LicenceIssued
from deploy.local.processes import free_port
from kit.outbox import Event, emit
from kit.sealing import Sealer
from kit.tables import cases
from services.registration.composition import SERVICE
from services.registration.departments.directory import DEPARTMENTS
from services.registration.departments.gathering import ESTABLISHMENT
from services.registration.filings.establishment.form import EstablishmentForm
from simulators.departments.process import SimulatorProcess
from tests.fixtures.callers import Caller, Running, running

PERSON = {"name": "林晓舟", "id_number": "980101199003071016", "phone": "00013800001"}
FORM: Mapping[str, Any] = {
    "name_reservation_id": str(uuid.UUID(int=1)),
    "industry_code": "65",
    "scope_items": ["I6510"],
    "domicile": {
        "region_code": "980101", "street": "创业路1号101室", "kind": "leased", "area_m2": 60,
    },
    "registered_capital_fen": 100_000_00,
    "shareholders": [
        {"kind": "natural_person", "name": "林晓舟", "signer": PERSON,
         "subscribed_fen": 100_000_00, "method": "money", "contributed_by_on": "2030-01-01"}
    ],
    "officers": [PERSON | {"position": "director"}],
    "supervisor_waived": True,
    "legal_representative": PERSON,
    "liaison": {"name": "陈若溪", "id_number": "980102199509213030", "phone": "00013800002"},
    "finance_officer": {"name": "周明远", "id_number": "980101198805122028", "phone": "00013800003"},
    "beneficial_owners": [
        {"name": "林晓舟", "id_number": "980101199003071016", "share_percent": "100"}
    ],
    "seals": ["official", "finance"],
    "bank_code": "QYSB",
    "employees": 3,
}  # fmt: skip
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_numbers = iter(range(1, 31**4))


def new_uscc() -> str:
    """A code that nobody used yet, right in both check characters."""
    number, digits = next(_numbers), ""
    for _ in range(6):
        number, rest = divmod(number, 31)
        digits = _ALPHABET[rest] + digits
    body = "XY" + digits
    value = {c: i for i, c in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")}
    r = 11 - sum(value[c] * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    code = "91980101" + body + {10: "X", 11: "0"}.get(r, str(r))
    total = sum(_ALPHABET.index(c) * 3**i % 31 for i, c in enumerate(code))
    return code + _ALPHABET[(31 - total % 31) % 31]


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    process = SimulatorProcess(tmp_path_factory.mktemp("departments"), port=free_port())
    process.start()
    yield process
    process.kill()


class Outside:
    """The simulator's counter and switchboard, as a test uses them."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def behave(self, department: str, **behaviour: Any) -> None:
        path = f"/admin/behaviour/{DEPARTMENTS[department].path}"
        self._client.put(path, json=behaviour).raise_for_status()

    def restore(self, *departments: str) -> None:
        for department in departments or DEPARTMENTS:
            path = f"/admin/behaviour/{DEPARTMENTS[department].path}"
            self._client.delete(path).raise_for_status()

    def file(self, department: str, filing: Mapping[str, Any]) -> dict[str, Any]:
        reply = self._client.post(f"/{DEPARTMENTS[department].path}/filings", json=dict(filing))
        found: dict[str, Any] = reply.json()
        return found

    def filings(self, department: str, reference: str) -> list[dict[str, Any]]:
        path = f"/{DEPARTMENTS[department].path}/filings"
        reply = self._client.get(path, params={"reference": reference})
        found: list[dict[str, Any]] = reply.json()["items"]
        return found

    def count(self, tasks: Mapping[str, Mapping[str, Any]]) -> dict[str, int]:
        """How many filings each department stored for these tasks, over all their references."""
        return {
            department: sum(
                len(self.filings(department, f"{task['id']}-{number}"))
                for number in range(1, task["round"] + 1)
            )
            for department, task in tasks.items()
        }


@pytest.fixture
def outside(simulator: SimulatorProcess) -> Iterator[Outside]:
    """The departments; every one behaves unless the test says otherwise."""
    with httpx.Client(base_url=simulator.url, timeout=10, trust_env=False) as client:
        counter = Outside(client)
        counter.restore()
        yield counter


@pytest.fixture(scope="module")
def database_url(fresh_database: Callable[[str], Any]) -> str:
    url: str = fresh_database("registration").app
    return url


@pytest.fixture(scope="module")
async def registration(database_url: str) -> AsyncIterator[Running]:
    async with running(SERVICE, database_url) as made:
        yield made


class ServiceProcess:
    """`python -m services.registration worker` (or api) as a child that can be killed."""

    def __init__(self, verb: str, **environment: str) -> None:
        self._verb = verb
        self._environment = os.environ | {"ENVIRONMENT": "test"} | environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "services.registration", self._verb]
        log = (
            Path(os.environ.get("TMPDIR", "/tmp")) / f"registration-{self._verb}-{os.getpid()}.log"
        )
        with log.open("ab") as out:
            self._process = subprocess.Popen(command, env=self._environment, stdout=out, stderr=out)

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()


@pytest.fixture(scope="module")
def worker_environment(
    database_url: str, simulator: SimulatorProcess, fresh_nats: Callable[[], str]
) -> dict[str, str]:
    """Impatient: pauses of a twentieth of a second, four tries. Where tries are counted a step must hold
    its lease: one of CLOCK_SLACK_SECONDS or less keeps no second step of the task away."""
    return {
        "REGISTRATION_DATABASE_URL": database_url,
        "NATS_URL": fresh_nats(),
        "DEPARTMENTS_URL": simulator.url,
        "DEPARTMENTS_CALLBACK_URL": f"http://127.0.0.1:{free_port()}",  # nobody: looks must do
        "REGISTRATION_DEPARTMENTS_RETRY_SECONDS": "0.05",
        "REGISTRATION_DEPARTMENTS_ATTEMPTS": "4",
        "REGISTRATION_DEPARTMENTS_LEASE_SECONDS": "10",
    }


@pytest.fixture(scope="module")
def worker_process(worker_environment: dict[str, str]) -> Iterator[ServiceProcess]:
    process = ServiceProcess("worker", **worker_environment)
    process.start()
    yield process
    process.kill()


@pytest.fixture
def working(worker_process: ServiceProcess) -> ServiceProcess:
    """The module's worker; a test must not wait a minute for a dead one."""
    assert worker_process.alive, "the worker has died: see its log"
    return worker_process


@pytest.fixture
def a_service() -> Iterator[Callable[..., ServiceProcess]]:
    """Makes service processes that a test starts and kills itself; none outlives the test."""
    made: list[ServiceProcess] = []

    def make(verb: str, **environment: str) -> ServiceProcess:
        made.append(ServiceProcess(verb, **environment))
        return made[-1]

    yield make
    for process in made:
        process.kill()


async def eventually(holds: Callable[[], Awaitable[bool]], *, seconds: float = 60) -> None:
    """Waits for what another process does."""
    async with asyncio.timeout(seconds):
        while not await holds():  # noqa: ASYNC110  another process cannot set our event
            await asyncio.sleep(0.05)


@dataclass
class Enterprise:
    """A licensed enterprise of a test, and ways to look at its department tasks."""

    service: Running
    case_id: uuid.UUID
    uscc: str
    founder: str
    licence: LicenceIssued = field(repr=False)

    @property
    def owner(self) -> Caller:
        return self.service.caller("founder", sub=self.founder)

    def officer(self, department: str, **claims: Any) -> Caller:
        values = {"org": department, "regions": ["980100"], "sub": f"officer-{department}"}
        return self.service.caller("department_officer", **(values | claims))

    async def tasks(self) -> dict[str, dict[str, Any]]:
        reply = await self.owner.get("/department-tasks", params={"case_id": str(self.case_id)})
        assert reply.status_code == 200, reply.text
        return {task["department"]: task for task in reply.json()["items"]}

    async def task(self, department: str) -> dict[str, Any]:
        task_id = (await self.tasks())[department]["id"]
        reply = await self.owner.get(f"/department-tasks/{task_id}")
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def reaches(
        self, state: str, *departments: str, seconds: float = 60
    ) -> dict[str, dict[str, Any]]:
        """Waits until these departments' tasks (all, if none is named) are in this state."""

        async def there() -> bool:
            tasks = await self.tasks()
            named = departments or tuple(tasks)
            return bool(tasks) and all(tasks[name]["state"] == state for name in named)

        try:
            await eventually(there, seconds=seconds)
        except TimeoutError:
            raise AssertionError(
                {
                    name: (task["state"], task["problem_code"])
                    for name, task in (await self.tasks()).items()
                }
            ) from None
        return await self.tasks()

    async def act(
        self, department: str, action: str, body: Mapping[str, Any], **kwargs: Any
    ) -> httpx.Response:
        task = (await self.tasks())[department]
        caller = kwargs.pop("caller", None) or self.officer(department)
        version = kwargs.pop("version", task["version"])
        path = f"/department-tasks/{task['id']}/actions/{action}"
        return await caller.post(path, json=dict(body), version=version, **kwargs)

    async def events(self, type_: str) -> list[dict[str, Any]]:
        """What the outbox holds about this enterprise, of one type."""
        query = text(
            "SELECT data FROM outbox WHERE type = :type AND data ->> 'uscc' = :uscc ORDER BY id"
        )
        async with self.service.app.state.database.reader() as connection:
            rows = await connection.execute(query, {"type": type_, "uscc": self.uscc})
            return [row.data for row in rows]


License = Callable[..., Awaitable[Enterprise]]


async def announce(service: Running, licence: LicenceIssued, *, sequence: int = 1) -> None:
    event = Event(
        type="registration.licence.issued.v1", aggregate=("licence", licence.uscc),
        sequence=sequence, data=licence, audience=["public"],
    )  # fmt: skip
    async with service.app.state.database.transaction() as session:
        await emit(session, event)


@pytest.fixture
def licensed(registration: Running) -> License:
    """Makes a registered case with its form, and says that its licence was issued."""

    async def make(**changes: Any) -> Enterprise:
        case_id, founder = uuid.uuid4(), f"founder-{uuid.uuid4().hex[:8]}"
        state = registration.app.state
        form = dict(FORM) | changes.pop("form", {})
        EstablishmentForm.model_validate(form)
        sealer = Sealer(
            EstablishmentForm, state.vault, state.settings.person_key.get_secret_value()
        )
        now = datetime.now(UTC)
        values = {
            "id": case_id, "reference": f"T-{case_id.hex[:12]}", "matter": ESTABLISHMENT,
            "state": "registered", "version": 5, "applicant_sub": founder, "applicant_person": None,
            "region_code": "980101", "form": sealer.seal(form), "created_at": now,
            "updated_at": now, "submitted_at": now, "closed_at": now,
        }  # fmt: skip
        async with state.database.transaction() as session:
            await session.execute(insert(cases), values)
        licence = LicenceIssued.model_validate(
            {
                "case_id": case_id, "uscc": new_uscc(), "enterprise_name": "青屿云帆软件有限公司",
                "region_code": "980101", "established_on": state.clock.today(),
            }
            | changes
        )  # fmt: skip
        await announce(registration, licence)
        return Enterprise(registration, case_id, licence.uscc, founder, licence)

    return make


@pytest.fixture
def a_uscc() -> str:
    """A code for a test that needs to know it beforehand."""
    return new_uscc()


@pytest.fixture
def until() -> Callable[..., Awaitable[None]]:
    """Waits for what another process does."""
    return eventually


@pytest.fixture
def port() -> int:
    """A port of this machine that nobody listens on."""
    return free_port()
