"""Founders, companies, officers and banks for the tests of candidates and applications."""

import itertools
import uuid
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from contracts.events.carriers import TenancyGraduated
from contracts.events.registration import LicenceIssued
from kit.inbox import Incoming
from kit.sweeping import sweep_all
from services.finance.candidates.subscription import remember_incubation
from services.finance.enterprises.store import ENTERPRISES
from tests.fixtures.callers import Caller, Running

WAN_FEN = 1_000_000
QINGYU, SONGLING, LANSHI = "qingyu-example-bank", "songling-example-bank", "lanshi-example-bank"
_NUMBERS = itertools.count(1)


@dataclass
class Company:
    """A licensed company and the founder who represents it."""

    uscc: str
    name: str
    founder: Caller
    person: str


@dataclass
class World:
    """Everybody around one running service."""

    finance: Running

    @property
    def today(self) -> date:
        found: date = self.finance.app.state.clock.today()
        return found

    def founder(self, person: str, **claims: Any) -> Caller:
        return self.finance.caller("founder", sub=f"sub-{person}", person=person, **claims)

    def bank(self, org: str, **claims: Any) -> Caller:
        return self.finance.caller("bank", sub=f"clerk-{org}", org=org, **claims)

    def officer(
        self, *, org: str = "science", region: str = "980100", head: bool = False
    ) -> Caller:
        roles = ("head", "officer") if head else ("officer",)
        return self.finance.caller(*roles, sub=f"{org}-{region}", org=org, regions=[region])

    async def company(
        self, *, region: str = "980101", established_on: date = date(2024, 3, 1)
    ) -> Company:
        """A company of the register's copy, with a founder of its own."""
        number = next(_NUMBERS)
        uscc, person = f"91980101MA{number:08d}", f"person-{number}-{uuid.uuid4().hex}"
        licence = LicenceIssued(
            case_id=uuid.uuid4(),
            uscc=uscc,
            enterprise_name=f"青屿示范科技{number}有限公司",
            region_code=region,
            established_on=established_on,
            legal_representative=person,
        )
        values = licence.model_dump(exclude={"case_id", "enterprise_name"})
        state = self.finance.app.state
        async with state.database.transaction() as session:
            await ENTERPRISES.keep(
                session,
                values | {"name": licence.enterprise_name, "updated_at": state.clock.now()},
            )
        return Company(uscc, licence.enterprise_name, self.founder(person), person)

    async def later(self, *, days: int) -> int:
        """Moves the business clock and runs what the worker runs; returns how much moved."""
        state = self.finance.app.state
        state.clock.offset += timedelta(days=days)
        return await sweep_all(state)

    async def in_library(self, company: Company, **figures: Any) -> dict[str, Any]:
        """The company applies for the library and the science department enters it."""
        case = await submitted(company, "candidate-enterprise", figures_of(company, **figures))
        region = "980200" if "9802" in case["region_code"] else "980100"
        officer = self.officer(region=region)
        entered = await act(officer, case, "enter", {"note": "已核对纳税申报表"})
        return entered.json()


async def graduate(world: World, company: Company, *, uscc: str | None) -> None:
    """A tenant graduates, and finance hears of it twice."""
    data = TenancyGraduated(
        tenancy_id=uuid.uuid4(),
        reference="T20270101-000001",
        carrier_code="QM-001",
        uscc=uscc,
        ground="revenue",
        on=world.today,
    )
    event = Incoming(
        id=uuid.uuid4().hex,
        type="carriers.tenancy.graduated.v1",
        subject=str(data.tenancy_id),
        sequence=1,
        time=datetime.now(UTC),
        audience=("staff",),
        data=data.model_dump(mode="json"),
    )
    for _ in range(2):
        async with world.finance.app.state.database.transaction() as session:
            await remember_incubation(session, event)


def figures_of(company: Company, **changes: Any) -> dict[str, Any]:
    """A sound sci-tech SME: 8 m revenue, 20 staff of whom 8 in science, one patent."""
    form = {
        "uscc": company.uscc,
        "figures_year": 2026,
        "revenue_fen": 800 * WAN_FEN,
        "assets_fen": 500 * WAN_FEN,
        "staff": 20,
        "tech_staff": 8,
        "sme_score": 72,
        "own_ip": 3,
        "patents": 1,
        "titles": [],
        "good_standing": True,
    }
    return form | changes


def loan_of(company: Company, **changes: Any) -> dict[str, Any]:
    """3 m for a year from the class of smaller firms."""
    form = {
        "uscc": company.uscc,
        "product_code": "kedai-share-a",
        "amount_fen": 300 * WAN_FEN,
        "term_months": 12,
        "purpose": "采购检测设备",
        "repayment_method": "equal_instalments",
    }
    return form | changes


OFFER = {
    "outcome": "approved",
    "amount_fen": 250 * WAN_FEN,
    "annual_rate": "0.0345",
    "term_months": 12,
    "repayment_method": "equal_instalments",
    "reason": "经营稳定",
}


async def draft(company: Company, matter: str, form: dict[str, Any]) -> dict[str, Any]:
    reply = await company.founder.post("/cases", json={"matter": matter, "form": form})
    assert reply.status_code == 201, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def act(
    caller: Caller, case: dict[str, Any], action: str, body: dict[str, Any] | None = None
) -> httpx.Response:
    path = f"/cases/{case['id']}/actions/{action}"
    return await caller.post(path, version=case["version"], json=body or {})


async def submitted(company: Company, matter: str, form: dict[str, Any]) -> dict[str, Any]:
    reply = await act(company.founder, await draft(company, matter, form), "submit")
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def move(
    caller: Caller, case: dict[str, Any], action: str, body: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The same as `act`, for moves that must be possible."""
    reply = await act(caller, case, action, body)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def read(caller: Caller, case: dict[str, Any], expand: str = "") -> dict[str, Any]:
    reply = await caller.get(f"/cases/{case['id']}", params={"expand": expand} if expand else {})
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


def codes(reply: httpx.Response) -> dict[str, str]:
    """pointer → code of each finding of a refusal."""
    return {each["pointer"]: each["code"] for each in reply.json()["errors"]}
