"""Carriers with seats and addresses, and the people who meet there: founders, operators, the department."""

import contextlib
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from contracts.events.registration import LicenceIssued
from kit.clock import Clock
from kit.inbox import Incoming
from kit.sweeping import sweep_all
from services.carriers.addresses.seed import seed_addresses
from services.carriers.carriers.seed import seed_carriers
from services.carriers.composition import SERVICE
from services.carriers.workstations.seed import seed_workstations
from tests.fixtures.callers import Caller, Running, running

SPACE, INCUBATOR, PROVINCIAL, ACCELERATOR = "ZC-001", "FH-001", "FH-005", "JS-001"
FIRM = "91980101XY00000123"


def a_form(carrier: str = SPACE, **changes: Any) -> dict[str, Any]:
    """A team's application that breaks no rule."""
    form = {
        "carrier_code": carrier,
        "applied_as": "team",
        "team_name": "潮汐能监测小组",
        "project": "低成本的潮汐能监测设备",
        "field": "new_energy",
        "people": 3,
        "sci_tech": True,
        "works_on_site": True,
        "workstations": 1,
        "from_on": str(Clock().today() + timedelta(days=1)),
        "months": 12,
        "contact": {"name": "林晓舟", "phone": "00013800001"},
    }
    return {k: v for k, v in (form | changes).items() if v is not None}


@dataclass
class Place:
    """The service, its database, and callers of each kind."""

    running: Running
    operators: dict[str, str]
    url: str

    @property
    def state(self) -> Any:
        return self.running.app.state

    @property
    def today(self) -> date:
        day: date = self.state.clock.today()
        return day

    def founder(self, name: str | None = None) -> Caller:
        who = name or uuid.uuid4().hex
        return self.running.caller("founder", sub=f"sub-{who}", person=f"person-{who}", name=who)

    def operator(self, carrier: str = SPACE) -> Caller:
        org = self.operators[carrier]
        return self.running.caller("carrier_operator", sub=f"sub-{org}", org=org)

    def officer(self, region: str = "980100", role: str = "officer") -> Caller:
        return self.running.caller(
            role, sub=f"sub-{role}-{region}", org="science", regions=[region]
        )

    async def hear(self, consumer: str, type_: str, data: Any, *, sequence: int = 1) -> None:
        """An event of another service, as the inbox hands it on."""
        event = Incoming(
            id=uuid.uuid4().hex,
            type=type_,
            subject="licence/1",
            sequence=sequence,
            time=datetime.now(UTC),
            audience=("public",),
            data=data.model_dump(mode="json"),
        )
        handler = next(c.handler for c in SERVICE.worker.inbox.consumers if c.name == consumer)
        async with self.state.database.transaction() as session:
            await handler(session, event)

    async def license(
        self,
        uscc: str,
        person: str,
        *,
        founded_on: date | None = None,
        grant: str | None = None,
        version: int = 1,
    ) -> None:
        """Registration has licensed a firm, or licensed it anew."""
        licence = LicenceIssued(
            case_id=uuid.uuid4(),
            uscc=uscc,
            enterprise_name=f"青屿{uscc[-4:]}科技有限公司",
            region_code="980101",
            established_on=founded_on or self.today,
            licence_version=version,
            legal_representative=person,
            address_grant=grant,
        )
        for consumer in ("carriers-enterprises", "carriers-address-uses"):
            await self.hear(consumer, "registration.licence.issued.v1", licence)

    async def work(self) -> None:
        """Runs the waiting jobs to the end, as a worker would."""
        state: Any = SimpleNamespace(**self.state._state)
        app = SERVICE.worker.jobs.procrastinate_app(self.url, state)
        async with app.open_async():
            await app.run_worker_async(wait=False, install_signal_handlers=False, concurrency=2)

    @contextlib.contextmanager
    def later(self, **ahead: int) -> Iterator[None]:
        """Business time is some days ahead inside the block."""
        before = self.state.clock.offset
        self.state.clock.offset = before + timedelta(**ahead)
        try:
            yield
        finally:
            self.state.clock.offset = before

    async def sweep(self) -> int:
        return await sweep_all(self.state)

    async def act(
        self, caller: Caller, case: dict[str, Any], action: str, **body: Any
    ) -> httpx.Response:
        path = f"/cases/{case['id']}/actions/{action}"
        return await caller.post(path, json=body, version=case["version"])

    async def done(
        self, caller: Caller, case: dict[str, Any], action: str, **body: Any
    ) -> dict[str, Any]:
        """A move that must succeed."""
        reply = await self.act(caller, case, action, **body)
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def read(self, caller: Caller, case: dict[str, Any], expand: str = "") -> dict[str, Any]:
        reply = await caller.get(f"/cases/{case['id']}?expand={expand}")
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def draft(self, founder: Caller, **form: Any) -> dict[str, Any]:
        made = await founder.post("/cases", json={"matter": "tenancy", "form": a_form(**form)})
        assert made.status_code == 201, made.text
        found: dict[str, Any] = made.json()
        return found

    async def submitted(self, founder: Caller, **form: Any) -> dict[str, Any]:
        return await self.done(founder, await self.draft(founder, **form), "submit")

    async def offered(
        self, founder: Caller, *, carrier: str = SPACE, seat: str | None = None, **form: Any
    ) -> dict[str, Any]:
        case = await self.submitted(founder, carrier=carrier, **form)
        seat = seat or await self.new_seat(carrier)
        starts_on = form.get("from_on") or str(self.today)
        body = {"workstations": [seat], "starts_on": starts_on, "months": form.get("months", 12)}
        return await self.done(self.operator(carrier), case, "admit", **body)

    async def tenant(self, founder: Caller, **given: Any) -> dict[str, Any]:
        """Somebody who has moved in."""
        return await self.done(founder, await self.offered(founder, **given), "move_in")

    async def free_seat(self, carrier: str = SPACE) -> str:
        reply = await self.operator(carrier).get(
            f"/carriers/{carrier}/workstations", params={"free": True, "limit": 200}
        )
        return str(reply.json()["items"][0]["number"])

    async def new_seat(self, carrier: str = SPACE) -> str:
        """A seat that nobody has ever had."""
        number = f"N-{uuid.uuid4().hex[:10]}"
        body = {"numbers": [number], "kind": "open_desk", "area_m2": 4}
        reply = await self.operator(carrier).post(f"/carriers/{carrier}/workstations", json=body)
        assert reply.status_code == 201, reply.text
        return number

    async def occupancy(self, carrier: str = SPACE, on: date | None = None) -> tuple[int, int]:
        params = {"on": str(on)} if on else {}
        reply = await self.running.anonymous.get(f"/carriers/{carrier}/occupancy", params=params)
        body = reply.json()
        return body["workstations"], body["free_workstations"]

    async def events(self, type_: str) -> list[Any]:
        """The payloads of a type that were written, oldest first."""
        query = text("SELECT data FROM outbox WHERE type = :type ORDER BY id")
        async with self.state.database.reader() as connection:
            return [row.data for row in await connection.execute(query, {"type": type_})]


@pytest.fixture(scope="module")
async def place(fresh_database: Callable[[str], Any]) -> AsyncIterator[Place]:
    url = fresh_database("carriers").app
    async with running(SERVICE, url, database_pool_size=20) as made:
        for seed in (seed_carriers, seed_workstations, seed_addresses):
            await seed(made.app.state)
        async with made.app.state.database.reader() as connection:
            rows = await connection.execute(text("SELECT reference, operator_org FROM carriers"))
            operators = {row.reference: row.operator_org for row in rows}
        yield Place(made, operators, url)
