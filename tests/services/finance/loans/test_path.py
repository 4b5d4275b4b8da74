"""A loan's whole way over HTTP, from the founder's wish to the last fen, with the bank on its own API."""

from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kit.tables import outbox
from services.finance.composition import SERVICE
from services.finance.loans.codes import ALLOCATION
from services.finance.loans.lines import ORDER
from tests.fixtures.callers import Caller, running
from tests.services.finance.borrowing import OFFER, QINGYU, World, loan_of, submitted
from tests.services.finance.loans.house import PREFIX, House


@pytest.fixture
async def world(fresh_database: Callable[[str], Any]) -> AsyncIterator[World]:
    async with running(SERVICE, fresh_database("finance").app, sandbox=True) as made:
        for seed in SERVICE.seeds:
            await seed(made.app.state)
        yield World(made)
        await House(made).check_books()


async def contracted(world: World, bank: Caller, founder_of: Any) -> dict[str, Any]:
    case = await submitted(
        founder_of, "loan-application", loan_of(founder_of, preferred_bank=QINGYU)
    )
    found = (await bank.get(f"/applications/{case['id']}")).json()
    for path, body, status in (
        ("actions/accept", {}, 200),
        ("actions/decide", OFFER, 200),
        ("contracts", None, 201),
    ):
        if body is None:
            names = ("amount_fen", "annual_rate", "term_months", "repayment_method")
            body = {name: found["decision"][name] for name in names}
            body |= {"bank_reference": "HT-1", "signed_on": world.today.isoformat()}
        reply = await bank.post(
            f"/applications/{found['id']}/{path}", json=body, version=found["version"]
        )
        assert reply.status_code == status, reply.text
        found = reply.json()
    return found


async def reminders(world: World, loan: dict[str, Any]) -> list[str]:
    """The days of which the borrower was reminded."""
    query = select(outbox.c.data, outbox.c.audience).where(
        outbox.c.type == "finance.loan.reminded.v1", outbox.c.data["loan_id"].astext == loan["id"]
    )
    async with world.finance.app.state.database.reader() as connection:
        found = (await connection.execute(query)).all()
    assert all(one.startswith(("sub:", "person:")) for _, audience in found for one in audience)
    return [data["due_on"] for data, _ in found]


async def test_from_the_founders_wish_to_the_last_fen(world: World) -> None:
    company = await world.company()
    await world.in_library(company)
    house = House(world.finance)
    loan = await contracted(world, house.bank(), company)
    assert (loan["state"], loan["uscc"], loan["bank"]) == ("contracted", company.uscc, QINGYU)

    await house.report(loan, "disbursements", amount_fen=loan["amount_fen"])
    first = loan["schedule"][0]
    due_on = date.fromisoformat(first["due_on"])
    for day in (4, 3, 2, 1):
        await house.pass_to(due_on - timedelta(days=day))
        assert await reminders(world, loan) == ([] if day == 4 else [first["due_on"]])
    await house.pass_to(date.fromisoformat(first["due_on"]) + timedelta(days=61))
    mine = (await company.founder.get(f"/loans/{loan['id']}")).json()
    assert (mine["state"], mine["days_overdue"]) == ("defaulted", 61)
    messages = (await house.bank().get("/inbox")).json()["items"]
    assert {"loan.overdue", "loan.defaulted"} <= {m["kind"] for m in messages}
    link = next(m["href"] for m in messages if m["kind"] == "loan.defaulted")
    assert link == f"{PREFIX}/loans/{loan['id']}"

    await house.fresh(loan)
    owed = loan["overdue_principal_fen"] + loan["overdue_interest_fen"]
    await house.report(loan, "repayments", amount_fen=owed)
    assert loan["state"] == "active"
    while loan["next_due_on"]:
        await house.pass_to(max(house.today, date.fromisoformat(loan["next_due_on"])))
        await house.fresh(loan)
        await house.report(loan, "repayments", amount_fen=loan["next_due_fen"])
    assert (loan["state"], loan["outstanding_fen"]) == ("settled", 0)
    planned = sum(line["principal_fen"] for line in loan["schedule"])
    assert planned == loan["amount_fen"] == loan["principal_repaid_fen"]
    assert await house.cover(loan) == 0
    mine = (await company.founder.get("/loans")).json()["items"]
    assert [(each["id"], each["state"]) for each in mine] == [(loan["id"], "settled")]


async def test_a_companys_new_representative_sees_its_loan(world: World) -> None:
    company = await world.company()
    await world.in_library(company)
    loan = await contracted(world, House(world.finance).bank(), company)
    someone = world.finance.caller("founder", sub="other-account", person=company.person)
    assert (await someone.get(f"/loans/{loan['id']}")).status_code == 200
    stranger = world.founder("somebody-else")
    assert (await stranger.get(f"/loans/{loan['id']}")).status_code == 404


def test_the_order_of_allocation_is_told_in_the_codes_as_it_is_used() -> None:
    assert tuple(ALLOCATION) == ORDER
