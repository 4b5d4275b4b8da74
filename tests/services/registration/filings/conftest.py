"""A running registration with demo segments, the departments' simulator, and a founder's whole path."""

import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from deploy.local.processes import free_port
from kit.crypto import person_hash
from services.registration.codes.seed import seed as seed_codes
from services.registration.composition import SERVICE
from services.registration.filings import assessing
from simulators.departments.process import SimulatorProcess
from tests.demo.forms import trade_name
from tests.fixtures.callers import Caller, Running, running
from tests.fixtures.files import pdf

LIN = {"name": "林晓舟", "id_number": "980101199003071016", "phone": "00013800001"}
ZHOU = {"name": "周明远", "id_number": "980101198805122028", "phone": "00013800002"}
CHEN = {"name": "陈若溪", "id_number": "980102199509213030", "phone": "00013800003"}
HE = {"name": "何一帆", "id_number": "980101198506015054", "phone": "00013800004"}
KEY = "development-only-secret-never-for-production"


def form(
    reservation_id: str, *, holders: tuple[dict[str, Any], ...] = (LIN,), **changes: Any
) -> dict[str, Any]:
    """A complete form that breaks no rule; `changes` replace top-level fields."""
    share = 10_000_000
    made = {
        "name_reservation_id": reservation_id,
        "industry_code": "6513",
        "scope_items": ["6511-01", "6513-01"],
        "domicile": {
            "region_code": "980101",
            "street": "创业路88号3楼301室",
            "kind": "leased",
            "area_m2": 60,
        },
        "registered_capital_fen": share * len(holders),
        "shareholders": [
            {
                "kind": "natural_person",
                "name": who["name"],
                "signer": who,
                "subscribed_fen": share,
                "method": "money",
                "contributed_by_on": "2030-06-30",
            }
            for who in holders
        ],
        "officers": [{"position": "director", **holders[0]}, {"position": "manager", **holders[0]}],
        "supervisor_waived": True,
        "legal_representative": holders[0],
        "liaison": holders[0],
        "finance_officer": holders[0],
        "beneficial_owners": [
            {
                "name": holders[0]["name"],
                "id_number": holders[0]["id_number"],
                "share_percent": "100",
            }
        ],
        "seals": ["official", "finance"],
        "bank_code": "QYSB",
        "employees": 2,
    }
    return made | changes


@pytest.fixture(scope="module")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimulatorProcess]:
    process = SimulatorProcess(tmp_path_factory.mktemp("departments"), port=free_port())
    process.start()
    yield process
    process.kill()


@dataclass
class House:
    """Registration, its jobs on demand, and the people of the demo province."""

    running: Running
    simulator: SimulatorProcess
    database_url: str

    def founder(self, who: dict[str, Any] = LIN, **claims: Any) -> Caller:
        person = person_hash(who["id_number"], person_key=KEY)
        return self.running.caller(
            "founder", sub=f"sub-{who['name']}", person=person, name=who["name"], **claims
        )

    def officer(self, *roles: str, region: str = "980100") -> Caller:
        return self.running.caller(*(roles or ("officer",)), regions=[region], org="registration")

    async def work(self) -> None:
        """Runs the waiting jobs to the end, as a worker would."""
        state: Any = SimpleNamespace(**self.running.app.state._state)
        await assessing.prepare(state)
        app = SERVICE.worker.jobs.procrastinate_app(self.database_url, state)
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False, concurrency=4)
        await assessing.close(state)

    async def reserve(self, founder: Caller, trade: str | None = None) -> str:
        name = f"云川省青屿市江湾区{trade or trade_name()}软件有限公司"
        body = {"name": name, "region_code": "980101", "organization_form": "limited_company"}
        reply = await founder.post("/name-reservations", json=body)
        assert reply.status_code == 201, reply.text
        return str(reply.json()["id"])

    async def draft(self, founder: Caller, body: dict[str, Any]) -> dict[str, Any]:
        """A case with this form and its proof of address."""
        made = await founder.post("/cases", json={"matter": "company-establishment", "form": body})
        assert made.status_code == 201, made.text
        case: dict[str, Any] = made.json()
        await self.upload(founder, case["id"])
        return case

    async def upload(self, founder: Caller, case_id: str) -> httpx.Response:
        return await founder.post(
            f"/cases/{case_id}/documents?material=domicile_proof&filename=lease.pdf",
            content=pdf(note=uuid.uuid4().hex),  # the same file again would be no answer
            headers={"Content-Type": "application/pdf"},
        )

    async def act(
        self, caller: Caller, case: dict[str, Any], action: str, **body: Any
    ) -> httpx.Response:
        path = f"/cases/{case['id']}/actions/{action}"
        return await caller.post(path, json=body, version=case["version"])

    async def read(self, caller: Caller, case: dict[str, Any], expand: str = "") -> dict[str, Any]:
        reply = await caller.get(f"/cases/{case['id']}?expand={expand}")
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def signing(self, founder: Caller, **changes: Any) -> dict[str, Any]:
        """A case that has been sent for signing."""
        body = form(await self.reserve(founder), **changes)
        case = await self.draft(founder, body)
        sent = await self.act(founder, case, "send_for_signing")
        assert sent.status_code == 200, sent.text
        found: dict[str, Any] = sent.json()
        return found

    async def sign(self, signer: Caller, case: dict[str, Any]) -> httpx.Response:
        present = await self.read(signer, case)
        digest = present["facts"]["digest"]
        return await self.act(signer, present, "sign", digest=digest, agreed=True)


@pytest.fixture(scope="module")
async def house(
    fresh_database: Callable[[str], Any], simulator: SimulatorProcess
) -> AsyncIterator[House]:
    url = fresh_database("registration").app
    async with running(SERVICE, url, departments_url=simulator.url) as made:
        await seed_codes(made.app.state)
        yield House(made, simulator, url)
