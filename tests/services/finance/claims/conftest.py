"""A defaulted loan, the departments that review its claim, and the way of a claim to the money."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from sqlalchemy import text

from services.finance.composition import SERVICE
from services.finance.ledger import service as ledger
from services.finance.pools import service as pools
from services.finance.pools.accounts import pool_account
from services.finance.pools.rules import Shares
from tests.fixtures.callers import Caller, Running, running
from tests.services.finance.bank.conftest import Banks, bank, good, reference
from tests.services.finance.borrowing import SONGLING
from tests.services.finance.pools.funds import check_funds

DEFAULT_DAYS = 130
POOL = "suke-980000"
LEVELS = ("province", "city", "county")


@dataclass
class Claims:
    """Finance with a bank that claims, and everybody who decides on it."""

    banks: Banks

    @property
    def service(self) -> Running:
        return self.banks.service

    @property
    def bank(self) -> Caller:
        return self.banks.qingyu

    def officer(self, sub: str, org: str, region: str = "980100", **claims: Any) -> Caller:
        return self.service.caller("officer", sub=sub, org=org, regions=[region], **claims)

    @property
    def science(self) -> Caller:
        return self.officer("o-science", "science")

    @property
    def treasury(self) -> Caller:
        return self.officer("o-treasury", "treasury")

    @property
    def province(self) -> Caller:
        return self.officer("o-province", "science", "980000")

    @property
    def payer(self) -> Caller:
        """A second officer of the treasury: who agreed does not pay."""
        return self.officer("o-payer", "treasury")

    async def pass_days(self, days: int) -> None:
        clock = self.service.caller("administrator")
        good(await clock.post("/sandbox/clock", json={"advance_days": days}))

    @property
    def today(self) -> str:
        return self.service.app.state.clock.today().isoformat()

    async def loan(self, loan_id: str) -> dict[str, Any]:
        return good(await self.bank.get(f"/loans/{loan_id}"))

    async def defaulted(self, count: int = 1, **form: Any) -> list[dict[str, Any]]:
        """Loans that were drawn and on which nothing was ever paid."""
        loans = [await self.banks.loan(**form) for _ in range(count)]
        await self.pass_days(DEFAULT_DAYS)
        found = [await self.loan(one["id"]) for one in loans]
        assert {one["state"] for one in found} == {"defaulted"}
        return found

    def body(self, loan: dict[str, Any], **changes: Any) -> dict[str, Any]:
        return {
            "bank_reference": reference("BC"),
            "loan_id": loan["id"],
            "unpaid_principal_fen": loan["outstanding_fen"],
            "funds_used_as_agreed": True,
            "use_check": "贷后检查：设备已到货安装，发票与合同一致。",
            "demanded_on": self.today,
            "demand": "lawyers_letter",
            "demand_reference": "律函〔2027〕12号，EMS签收",
            **changes,
        }

    async def claimed(self, loan: dict[str, Any], **changes: Any) -> dict[str, Any]:
        reply = await self.bank.post("/compensation-claims", json=self.body(loan, **changes))
        return good(reply, 201)

    async def act(
        self, who: Caller, claim: dict[str, Any], action: str, status: int = 200, **body: Any
    ) -> dict[str, Any]:
        """A move on the claim's case as it is now."""
        case = good(await who.get(f"/cases/{claim['id']}"))
        reply = await who.post(
            f"/cases/{claim['id']}/actions/{action}", json=body, version=case["version"]
        )
        assert reply.status_code == status, reply.text
        found: dict[str, Any] = reply.json()
        return found

    async def seen(self, claim: dict[str, Any]) -> dict[str, Any]:
        """The claim as its bank sees it now."""
        return good(await self.bank.get(f"/compensation-claims/{claim['id']}"))

    async def publicised(self, claim: dict[str, Any]) -> dict[str, Any]:
        await self.act(self.science, claim, "agree_science")
        await self.act(self.treasury, claim, "agree_treasury")
        await self.act(self.province, claim, "approve")
        return await self.seen(claim)

    async def payable(self, loan: dict[str, Any]) -> dict[str, Any]:
        claim = await self.publicised(await self.claimed(loan))
        await self.pass_days(12)
        return await self.seen(claim)

    async def paid(self, loan: dict[str, Any]) -> dict[str, Any]:
        claim = await self.payable(loan)
        await self.act(self.payer, claim, "pay")
        return await self.seen(claim)

    async def recover(self, claim: dict[str, Any], amount_fen: int, **more: Any) -> httpx.Response:
        body = {
            "bank_reference": reference("ZC"),
            "amount_fen": amount_fen,
            "received_on": self.today,
            **more,
        }
        return await self.bank.post(
            f"/compensation-claims/{claim['id']}/recoveries", json=body, version=claim["version"]
        )

    async def pool(self) -> dict[str, int]:
        """The books' money of each level of the pool, in fen."""
        async with self.service.app.state.database.reader() as connection:
            return {
                level: (await ledger.balance(connection, pool_account(POOL, level))).posted_fen
                for level in LEVELS
            }

    async def books(self) -> int:
        """The sum over all accounts: zero, or the books are wrong."""
        async with self.service.app.state.database.reader() as connection:
            rows = (await connection.execute(text("SELECT code FROM ledger_accounts"))).scalars()
            found = [(await ledger.balance(connection, code)).posted_fen for code in rows]
            return sum(found)

    async def leave_in_pool(self, fen: int) -> None:
        """Pays all but `fen` of the province's money on another loan, of which it bears 80 %."""
        state = self.service.app.state
        gone = (await self.pool())["province"] - fen
        principal = -(-gone * 5 // 4)
        shares = Shares.of_percent(province=80, city=0, county=0, bank=20)
        when = {"now": state.clock.now(), "today": state.clock.today()}
        async with state.database.transaction() as session:
            await pools.reserve_cover(
                session,
                pool_code=POOL,
                loan_reference="elsewhere",
                principal_fen=principal,
                shares=shares,
                **when,
            )
            await pools.pay_compensation(
                session,
                claim_reference="elsewhere-1",
                loan_reference="elsewhere",
                base_fen=principal,
                **when,
            )


@pytest.fixture
async def claims(fresh_database: Callable[[str], Any]) -> AsyncIterator[Claims]:
    async with running(SERVICE, fresh_database("finance").app, sandbox=True) as service:
        for seed in SERVICE.seeds:
            await seed(service.app.state)
        yield Claims(Banks(service, bank(service), bank(service, SONGLING)))
        await check_funds(service.app.state.database)
