"""An operator, a city, a province and experts around one filing; each step is one call."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from kit.crypto import person_hash
from kit.sweeping import sweep_all
from services.carriers.recognition.parameters import demo_experts
from tests.fixtures.callers import Caller, Running
from tests.fixtures.files import LEASE as PDF

SPACE = "ZC-001"
OPERATOR = "qingyu-maker-space"


def a_form(**changes: Any) -> dict[str, Any]:
    """A declaration that meets every criterion of today."""
    return {
        "carrier_code": SPACE,
        "legal_person": True,
        "tenants": 26,
        "new_firms": 9,
        "financed_firms": 2,
        "typical_cases": ["潮汐能监测", "云上稻田", "竹纤维新材料"],
        "full_time_staff": 4,
        "mentors": 6,
        "events": 14,
        "satisfaction_percent": 93,
        "statistics_reported": True,
        "summary": "面向新一代信息技术的众创空间，常年举办路演和沙龙。",
    } | changes


def a_sheet(points: int = 80, **changes: Any) -> dict[str, Any]:
    items = ("premises", "services", "results", "team", "sustainability")
    sheet: dict[str, Any] = dict.fromkeys(items, points)
    return sheet | {"recommends": True, "comment": "建设扎实", "no_interest": True} | changes


@dataclass
class Filing:
    """One case and everybody around it."""

    running: Running
    space: str = SPACE
    org: str = OPERATOR
    case_id: str = ""
    seen: dict[str, Any] = field(default_factory=dict)

    @property
    def operator(self) -> Caller:
        return self.running.caller("carrier_operator", sub=f"sub-{self.org}", org=self.org)

    @property
    def city(self) -> Caller:
        return self.running.caller("officer", sub="sub-city", org="science", regions=["980100"])

    @property
    def province(self) -> Caller:
        return self.running.caller(
            "head", "officer", sub="sub-province", org="science", regions=["980000"]
        )

    @property
    def deciding(self) -> Caller:
        """The other one in the province: decides what `province` proposed."""
        return self.running.caller(
            "head", "officer", sub="sub-deciding", org="science", regions=["980000"]
        )

    def expert(self, number: int) -> Caller:
        key = self.running.app.state.settings.person_key.get_secret_value()
        hashed = person_hash(demo_experts()[number]["id_number"], person_key=key)
        return self.running.caller(
            "expert", sub=f"sub-expert-{number}", person=hashed, regions=["980000"]
        )

    async def version(self) -> int:
        reply = await self.province.get(f"/cases/{self.case_id}")
        if reply.status_code == 404:
            reply = await self.operator.get(f"/cases/{self.case_id}")
        return int(reply.json()["version"])

    async def start(self, **changes: Any) -> httpx.Response:
        form = a_form(carrier_code=self.space) | changes
        reply = await self.operator.post(
            "/cases", json={"matter": "maker-space-filing", "form": form}
        )
        assert reply.status_code == 201, reply.text
        self.case_id = reply.json()["id"]
        return reply

    async def attach(self, *materials: str) -> None:
        for material in materials or ("operator_licence", "tenant_list"):
            reply = await self.operator.post(
                f"/cases/{self.case_id}/documents",
                params={"material": material, "filename": f"{material}.pdf"},
                content=PDF,
                headers={"content-type": "application/pdf"},
            )
            assert reply.status_code == 201, reply.text

    async def do(self, who: Caller, action: str, **body: Any) -> httpx.Response:
        """An action with the case's present version."""
        return await who.post(
            f"/cases/{self.case_id}/actions/{action}", json=body, version=await self.version()
        )

    async def done(self, who: Caller, action: str, **body: Any) -> dict[str, Any]:
        reply = await self.do(who, action, **body)
        assert reply.status_code == 200, f"{action}: {reply.text}"
        found: dict[str, Any] = reply.json()
        return found

    async def submitted(self, **changes: Any) -> dict[str, Any]:
        await self.start(**changes)
        await self.attach()
        return await self.done(self.operator, "submit")

    async def in_review(self, **changes: Any) -> dict[str, Any]:
        await self.submitted(**changes)
        await self.done(self.city, "recommend", reason="材料齐全，现场核实一致")
        codes = ["ZJ-0001", "ZJ-0002", "ZJ-0003"]
        return await self.done(self.province, "convene", experts=codes)

    async def reviewed(self, *points: int) -> dict[str, Any]:
        await self.in_review()
        for number, given in enumerate(points or (85, 80, 90)):
            found = await self.done(self.expert(number), "score", **a_sheet(given))
        return found

    async def publicised(self) -> dict[str, Any]:
        await self.reviewed()
        return await self.done(self.province, "propose", reason="拟予备案")

    async def recognised(self) -> dict[str, Any]:
        await self.publicised()
        await self.days_pass(9)
        return await self.done(self.deciding, "recognise")

    async def days_pass(self, days: int) -> None:
        """The business clock moves on and what grows due is handled."""
        state = self.running.app.state
        state.clock.offset += timedelta(days=days)
        await sweep_all(state)

    async def case(self, who: Caller | None = None, **params: Any) -> dict[str, Any]:
        reply = await (who or self.province).get(f"/cases/{self.case_id}", params=params)
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def carrier(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.running.anonymous.get(f"/carriers/{self.space}")).json()
        return found
