"""A sandboxed finance with its seeds, two enterprises, and everybody who has a part in a subsidy."""

import uuid
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text

from kit.clock import SHANGHAI
from kit.sandbox import KEY
from kit.tables import platform_facts
from services.finance.composition import SERVICE
from services.finance.enterprises.store import ENTERPRISES
from services.finance.ledger import service as ledger
from services.finance.pools import service as pools
from services.finance.pools.accounts import budget_account
from tests.fixtures.callers import Caller, Running, running
from tests.fixtures.files import LEASE as PDF
from tests.services.finance.pools.funds import check_funds

MATERIALS = ("policy", "invoice", "payment_proof")
MINE, OTHER = "91980101XY00000123", "91980101XY000008XX"
OWNER, STRANGER = "a" * 64, "b" * 64
# A morning far from a new year and from long holidays, and ahead, where alone the clock moves.
START = datetime(datetime.now(SHANGHAI).year + 1, 3, 1, 9, tzinfo=SHANGHAI)
BUDGET = f"tech-insurance-{START.year}"


@dataclass
class House:
    """Finance on a database of its own, and the way of a subsidy through it."""

    running: Running

    @property
    def founder(self) -> Caller:
        return self.running.caller("founder", sub="sub-owner", person=OWNER)

    @property
    def other_founder(self) -> Caller:
        return self.running.caller("founder", sub="sub-stranger", person=STRANGER)

    @property
    def science(self) -> Caller:
        return self.running.caller("officer", sub="o-sci", org="science", regions=["980100"])

    @property
    def second_science(self) -> Caller:
        return self.running.caller("officer", sub="o-sci-2", org="science", regions=["980100"])

    @property
    def treasury(self) -> Caller:
        return self.running.caller("officer", sub="o-tre", org="treasury", regions=["980100"])

    async def today(self) -> date:
        reply = await self.running.caller("administrator").get("/sandbox/clock")
        return date.fromisoformat(reply.json()["today"])

    async def pass_days(self, days: int) -> None:
        clock = self.running.caller("administrator")
        reply = await clock.post("/sandbox/clock", json={"advance_days": days})
        assert reply.status_code == 200, reply.text

    async def form(self, **changes: Any) -> dict[str, Any]:
        """A form that breaks no rule, of a policy that nobody has named before."""
        today = await self.today()
        values = {
            "uscc": MINE,
            "payee_bank": "青屿示例银行（演示）",
            "payee_account": "6200000000000000001",
            "insurer": "云川示例财产保险（演示）",
            "policy_number": f"PL-{uuid.uuid4().hex[:12]}",
            "coverage": "product_liability",
            "period_from_on": today.isoformat(),
            "period_to_on": date(today.year + 1, today.month, min(today.day, 28)).isoformat(),
            "premium_fen": 1_000_001,
            "paid_on": today.isoformat(),
            "other_subsidies": [],
        }
        return values | changes

    async def draft(self, form: dict[str, Any], *, by: Caller | None = None) -> dict[str, Any]:
        founder = by or self.founder
        body = {"matter": "tech-insurance-premium-subsidy", "form": form}
        made = await founder.post("/cases", json=body)
        assert made.status_code == 201, made.text
        case: dict[str, Any] = made.json()
        for material in MATERIALS:
            sent = await founder.post(
                f"/cases/{case['id']}/documents",
                params={"material": material, "filename": f"{material}.pdf"},
                content=PDF,
                headers={"Content-Type": "application/pdf"},
            )
            assert sent.status_code == 201, sent.text
        return case

    async def act(
        self, who: Caller, case: dict[str, Any], action: str, status: int = 200, **body: Any
    ) -> dict[str, Any]:
        """A move on the case as it is now; gives the reply's body and keeps the case's version."""
        reply = await who.post(
            f"/cases/{case['id']}/actions/{action}", json=body, version=case["version"]
        )
        assert reply.status_code == status, reply.text
        answer: dict[str, Any] = reply.json()
        if status == 200:
            case |= answer
        return answer

    async def submitted(self, by: Caller | None = None, **changes: Any) -> dict[str, Any]:
        case = await self.draft(await self.form(**changes), by=by)
        await self.act(by or self.founder, case, "submit")
        return case

    async def publicised(self, **changes: Any) -> dict[str, Any]:
        case = await self.submitted(**changes)
        await self.act(self.science, case, "approve")
        assert case["state"] == "publicised", case
        return case

    async def payable(self, **changes: Any) -> dict[str, Any]:
        case = await self.publicised(**changes)
        await self.pass_days(12)
        return await self.fresh(case)

    async def fresh(self, case: dict[str, Any]) -> dict[str, Any]:
        reply = await self.founder.get(f"/cases/{case['id']}")
        case |= reply.json()
        return case

    async def budget(self, code: str = BUDGET) -> dict[str, Any]:
        """The budget's four sums and the books' balance of its money, in fen."""
        async with self.running.app.state.database.reader() as connection:
            found = await connection.execute(
                text("SELECT * FROM budgets WHERE code = :code"), {"code": code}
            )
            money = await ledger.balance(connection, budget_account(code))
            return {**found.one()._mapping, "money_fen": money.posted_fen}

    async def leave_in_budget(self, fen: int, code: str = BUDGET) -> None:
        """Promises all but `fen` of the budget to something else."""
        left = await self.budget(code)
        state = self.running.app.state
        async with state.database.transaction() as session:
            await pools.commit_budget(
                session,
                budget_code=code,
                reference="somebody-else",
                amount_fen=left["appropriated_fen"] - left["committed_fen"] - fen,
                now=state.clock.now(),
                today=state.clock.today(),
            )


@pytest.fixture
async def house(fresh_database: Callable[[str], Any]) -> AsyncIterator[House]:
    async with running(SERVICE, fresh_database("finance").app, sandbox=True) as made:
        await begin(made)
        for seed in SERVICE.seeds:
            await seed(made.app.state)
        await keep_enterprise(made, MINE, "青屿云帆软件有限公司", OWNER)
        await keep_enterprise(made, OTHER, "青屿海纳智能有限公司", STRANGER)
        yield House(made)
        await check_funds(made.app.state.database)


async def begin(made: Running) -> None:
    """The business clock stands at START, as if the sandbox had been moved there."""
    state = made.app.state
    seconds = round((START - datetime.now(UTC)).total_seconds())
    async with state.database.transaction() as session:
        await session.execute(insert(platform_facts).values(key=KEY, value=str(seconds)))
    state.clock.offset = timedelta(seconds=seconds)


async def keep_enterprise(made: Running, uscc: str, name: str, owner: str) -> None:
    """What the licence's event would have brought."""
    state = made.app.state
    values = {
        "uscc": uscc,
        "name": name,
        "region_code": "980101",
        "established_on": date(2026, 1, 5),
        "licence_version": 1,
        "legal_representative": owner,
        "updated_at": state.clock.now(),
    }
    async with state.database.transaction() as session:
        await ENTERPRISES.keep(session, values)
