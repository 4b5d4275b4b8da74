"""The bank API on a migrated database, with two banks that know nothing of each other."""

import itertools
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from services.finance.composition import SERVICE
from tests.fixtures.callers import Caller, Running, running
from tests.services.finance.bank.declared import Declared
from tests.services.finance.borrowing import QINGYU, SONGLING, World, loan_of, submitted

PREFIX = "/api/finance/bank/v1"
RATE = "0.0345"
_NUMBERS = itertools.count(1)


def reference(word: str = "HT") -> str:
    """A bank reference that no test has used."""
    return f"{word}-TEST-{next(_NUMBERS):06d}"


def bank(service: Running, org: str = QINGYU, **claims: Any) -> Caller:
    """A bank's own system, calling below the bank prefix."""
    caller = service.caller("bank", org=org, sub=f"client:{org}", **{"scope": "bank", **claims})
    return Caller(caller.client, PREFIX, caller.headers)


def good(reply: httpx.Response, status: int = 200) -> dict[str, Any]:
    """The JSON of a reply that must have succeeded."""
    assert reply.status_code == status, reply.text
    found: dict[str, Any] = reply.json()
    return found


def decision(form: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """An approval of exactly what was asked for."""
    names = ("amount_fen", "term_months", "repayment_method")
    return {
        "outcome": "approved",
        "annual_rate": RATE,
        "reason": "经营稳定",
        **{name: form[name] for name in names},
        **changes,
    }


@dataclass
class Banks:
    """Finance with two banks, and founders who borrow."""

    service: Running
    qingyu: Caller
    songling: Caller

    @property
    def world(self) -> World:
        return World(self.service)

    @property
    def today(self) -> str:
        return self.world.today.isoformat()

    async def application(self, org: str = QINGYU, **form: Any) -> dict[str, Any]:
        """An application that a founder has submitted to a bank, as that bank sees it."""
        company = await self.world.company()
        await self.world.in_library(company)
        case = await submitted(
            company, "loan-application", loan_of(company, preferred_bank=org, **form)
        )
        caller = bank(self.service, org)
        return good(await caller.get(f"/applications/{case['id']}"))

    async def move(
        self, application: dict[str, Any], path: str, body: Any = None, **more: Any
    ) -> httpx.Response:
        """A move of the bank to which the application is assigned."""
        return await self.qingyu.post(
            f"/applications/{application['id']}/{path}",
            version=more.pop("version", application["version"]),
            json=body or {},
            **more,
        )

    async def approved(self, **form: Any) -> dict[str, Any]:
        """An application with an offer."""
        found = await self.application(**form)
        found = good(await self.move(found, "actions/accept"))
        return good(await self.move(found, "actions/decide", decision(found["form"])))

    def terms(self, application: dict[str, Any], **changes: Any) -> dict[str, Any]:
        """The contract that follows from the offer."""
        names = ("amount_fen", "annual_rate", "term_months", "repayment_method")
        offer = {name: application["decision"][name] for name in names}
        return {
            "bank_reference": reference(),
            "signed_on": self.today,
            **offer,
            **changes,
        }

    async def loan(self, *, drawn: bool = True, **form: Any) -> dict[str, Any]:
        """A loan, drawn in full today unless told otherwise."""
        approved = await self.approved(**form)
        reply = await self.move(approved, "contracts", self.terms(approved))
        loan = good(reply, 201)
        if not drawn:
            return loan
        body = {
            "bank_reference": reference("FK"),
            "amount_fen": loan["amount_fen"],
            "value_on": self.today,
        }
        path = f"/loans/{loan['id']}/disbursements"
        return good(await self.qingyu.post(path, version=loan["version"], json=body), 201)

    @property
    def worker_state(self) -> SimpleNamespace:
        """What a worker's jobs find: the same database and clock."""
        return SimpleNamespace(**self.service.app.state._state)


@pytest.fixture(scope="module")
async def banks(fresh_database: Callable[[str], Any]) -> AsyncIterator[Banks]:
    async with running(SERVICE, fresh_database("finance").app, sandbox=True) as service:
        for seed in SERVICE.seeds:
            await seed(service.app.state)
        service.client.event_hooks["response"].append(Declared(service.app, PREFIX))
        yield Banks(service, bank(service), bank(service, SONGLING))
