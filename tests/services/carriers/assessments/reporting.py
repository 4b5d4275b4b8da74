"""A title holder and its department over the years; the title is granted as the filing grants it."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import httpx

from kit.sweeping import sweep_all
from services.carriers.carriers.store import find_carrier
from services.carriers.recognition import titles
from tests.fixtures.callers import Caller, Running

OPERATOR = "qingyu-maker-space"


@dataclass
class Titled:
    """One carrier with a title from 1 March 2027; today is what `on` set last."""

    running: Running
    number: str = ""

    @property
    def operator(self) -> Caller:
        return self.running.caller("carrier_operator", sub=f"sub-{OPERATOR}", org=OPERATOR)

    @property
    def city(self) -> Caller:
        return self.running.caller("officer", sub="sub-city", org="science", regions=["980100"])

    async def on(self, day: date, *, sweep: bool = True) -> None:
        """It is that day; what grows due is handled."""
        clock = self.running.app.state.clock
        clock.offset += day - clock.today()
        if sweep:
            await sweep_all(self.running.app.state)

    async def begin(self) -> None:
        await self.on(date(2027, 3, 1), sweep=False)
        state = self.running.app.state
        async with state.database.transaction() as session:
            carrier = await find_carrier(session, "ZC-001")
            title = await titles.grant(
                session, carrier, kind="maker_space_filing", case_id=None, years=5,
                now=state.clock.now(), today=state.clock.today(),
            )  # fmt: skip
        self.number = title["number"]

    async def years(self) -> dict[int, dict[str, Any]]:
        reply = await self.running.anonymous.get("/carriers/ZC-001/assessments")
        assert reply.status_code == 200, reply.text
        return {each["year"]: each for each in reply.json()["items"]}

    async def title(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.running.anonymous.get(f"/titles/{self.number}")).json()
        return found

    async def do(self, who: Caller, case_id: str, action: str, **body: Any) -> httpx.Response:
        version = (await who.get(f"/cases/{case_id}")).json()["version"]
        return await who.post(f"/cases/{case_id}/actions/{action}", json=body, version=version)

    async def draft(self, year: int, **changes: Any) -> str:
        form = a_report(year) | changes
        reply = await self.operator.post(
            "/cases", json={"matter": "annual-assessment", "form": form}
        )
        assert reply.status_code == 201, reply.text
        case_id: str = reply.json()["id"]
        return case_id

    async def reported(self, year: int, **changes: Any) -> str:
        case_id = await self.draft(year, **changes)
        reply = await self.do(self.operator, case_id, "submit")
        assert reply.status_code == 200, reply.text
        return case_id

    async def graded(self, year: int, *, quality: int = 90, **changes: Any) -> dict[str, Any]:
        case_id = await self.reported(year, **changes)
        reply = await self.do(self.city, case_id, "grade", quality=quality, note="现场核查属实")
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()["facts"]
        return found


def a_report(year: int) -> dict[str, Any]:
    """A year without fault."""
    return {
        "carrier_code": "ZC-001",
        "year": year,
        "tenants": 25,
        "new_firms": 10,
        "graduates": 3,
        "events": 12,
        "mentors": 6,
        "satisfaction_percent": 90,
        "typical_cases": ["潮汐能监测"],
        "summary": "全年举办路演十二场。",
    }


WEAK = {
    "tenants": 5,
    "new_firms": 1,
    "graduates": 0,
    "events": 2,
    "mentors": 1,
    "typical_cases": [],
}
DAY = timedelta(days=1)
