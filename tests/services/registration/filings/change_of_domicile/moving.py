"""A company and the case by which it moves; each step is one call."""

from dataclasses import dataclass
from typing import Any

import httpx
from sqlalchemy import text

from tests.fixtures.callers import Caller
from tests.services.registration.filings.conftest import House

MATTER = "change-of-domicile"
NEW = {"region_code": "980102", "street": "松溪路12号5楼", "kind": "leased", "area_m2": 80}
STREET = "云川省青屿市松岭区松溪路12号5楼"


@dataclass
class Move:
    """What stands in the register before, and the caller who stands for it."""

    house: House
    founder: Caller
    uscc: str
    licence_id: str

    def form(self, **changes: Any) -> dict[str, Any]:
        today = str(self.house.running.app.state.clock.today())
        return {"uscc": self.uscc, "decided_on": today, "domicile": NEW} | changes

    async def draft(self, caller: Caller | None = None, **changes: Any) -> dict[str, Any]:
        who = caller or self.founder
        made = await who.post("/cases", json={"matter": MATTER, "form": self.form(**changes)})
        assert made.status_code == 201, made.text
        case: dict[str, Any] = made.json()
        return case

    async def submitted(self, **changes: Any) -> dict[str, Any]:
        case = await self.draft(**changes)
        assert (await self.house.upload(self.founder, case["id"])).status_code == 201
        return await self.done(self.founder, case, "submit")

    async def registered(self, **changes: Any) -> dict[str, Any]:
        return await self.done(self.house.officer(), await self.submitted(**changes), "approve")

    async def done(
        self, caller: Caller, case: dict[str, Any], action: str, **body: Any
    ) -> dict[str, Any]:
        reply = await self.house.act(caller, case, action, **body)
        assert reply.status_code == 200, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def found(self, **changes: Any) -> set[tuple[str, str]]:
        """(pointer, code) of everything that stops the draft."""
        case = await self.draft(**changes)
        await self.house.upload(self.founder, case["id"])
        return codes(await self.house.act(self.founder, case, "submit"))

    async def entity(self) -> dict[str, Any]:
        reply = await self.house.running.anonymous.get(f"/entities/{self.uscc}")
        entity: dict[str, Any] = reply.json()
        return entity

    async def licence(self, licence_id: str) -> dict[str, Any]:
        reply = await self.founder.get(f"/licences/{licence_id}")
        assert reply.status_code == 200, reply.text
        licence: dict[str, Any] = reply.json()
        return licence

    async def rows(self, query: str, **values: Any) -> list[Any]:
        async with self.house.running.app.state.database.reader() as connection:
            return list(await connection.execute(text(query), {"uscc": self.uscc} | values))


def codes(reply: httpx.Response) -> set[tuple[str, str]]:
    return {(e["pointer"].removeprefix("/form"), e["code"]) for e in reply.json()["errors"]}
