"""Two at once: the lock and If-Match let one through, and the books stay right."""

import asyncio
import random
from typing import Any

import pytest

from kit.auth import Actor
from kit.errors import Problem
from services.finance.loans import service, store
from services.finance.loans.schemas import RepaymentCreate, ReversalCreate
from tests.services.finance.loans.house import MONEY, QINGYU, House

CLERK = Actor("client:q", "bank-system", "test", frozenset({"bank"}), org=QINGYU)


async def both(*calls: Any) -> list[Any]:
    return list(await asyncio.gather(*calls))


def said(house: House, fen: int) -> dict[str, Any]:
    return {
        "bank_reference": house.ref(), "amount_fen": fen, "value_on": house.today.isoformat(),
    }  # fmt: skip


async def test_two_draw_downs_at_once_are_never_more_than_the_contract(house: House) -> None:
    row = await house.sign()
    bank, path = house.bank(), f"/loans/{row.id}/disbursements"
    replies = await both(*(bank.post(path, json=said(house, MONEY), version=1) for _ in range(5)))
    assert sorted(r.status_code for r in replies) == [201, 412, 412, 412, 412]
    loan = await house.fresh({"id": str(row.id)})
    assert loan["disbursed_fen"] == MONEY
    await house.check_books()


@pytest.mark.parametrize("between", ["find_loan", "entries_of", "plans_of"])
async def test_a_loan_that_is_drawn_while_it_is_being_read_is_shown_as_it_was_before(
    house: House, monkeypatch: pytest.MonkeyPatch, between: str
) -> None:
    """Whichever of the reads it comes after: a reply is of one moment."""
    row = await house.sign()
    before = await house.bank().get(f"/loans/{row.id}")
    read, report = getattr(store, between), house.report
    drawn = asyncio.Event()

    async def then_draw(*args: Any, **more: Any) -> Any:
        found = await read(*args, **more)
        if not drawn.is_set():
            drawn.set()
            loan = {"id": str(row.id), "version": row.version}
            await report(loan, "disbursements", amount_fen=row.amount_fen)
        return found

    monkeypatch.setattr(store, between, then_draw)
    reply = await house.bank().get(f"/loans/{row.id}")
    assert reply.status_code == 200, reply.text
    assert drawn.is_set()
    assert reply.headers["etag"] == before.headers["etag"]
    assert reply.json() == before.json()
    after = (await house.bank().get(f"/loans/{row.id}")).json()
    assert [entry["kind"] for entry in after["entries"]] == ["disbursement"]


async def test_a_repayment_and_a_reversal_at_once_have_one_winner(house: House) -> None:
    loan = await house.drawn()
    await house.report(loan, "repayments", amount_fen=5_000_00)
    bank, version = house.bank(), loan["version"]
    replies = await both(
        bank.post(f"/loans/{loan['id']}/repayments", json=said(house, 100), version=version),
        bank.post(
            f"/loans/{loan['id']}/repayments/2/reversals",
            json={"bank_reference": house.ref(), "reason": "录入错误"},
            version=version,
        ),
    )
    assert sorted(r.status_code for r in replies) == [201, 412]
    await house.check_books()


async def test_the_same_reference_at_once_is_booked_once(house: House) -> None:
    loans = [await house.drawn() for _ in range(4)]
    body = said(house, 100)
    replies = await both(
        *(
            house.bank().post(f"/loans/{loan['id']}/repayments", json=body, version=2)
            for loan in loans
        )
    )
    assert sorted(r.status_code for r in replies) == [201, 409, 409, 409]
    assert {r.json()["code"] for r in replies if r.status_code == 409} == {"bank_reference_used"}


async def something(house: House, loan: dict[str, Any], chance: random.Random) -> None:
    """Money comes in, or an entry that may not even be there is reversed."""
    state = house.running.app.state
    async with state.database.transaction() as session:
        desk = service.desk_for(state, session, CLERK)
        if chance.random() < 0.6:
            paid = said(house, chance.randrange(1, 3_000_00))
            paid |= {"purpose": chance.choice(["instalment", "prepayment"])}
            body = RepaymentCreate.model_validate(paid)
            await service.repay(desk, loan["id"], body, bank=QINGYU, if_match=None)
            return
        undo = ReversalCreate(bank_reference=house.ref(), reason="录入错误")
        entry = chance.randrange(2, 12)
        await service.reverse(
            desk, loan["id"], entry, "repayments", undo, bank=QINGYU, if_match=None
        )


async def test_any_mix_of_repayments_and_reversals_at_once_leaves_books_and_cover_right(
    house: House,
) -> None:
    loans = [await house.drawn() for _ in range(6)]
    await house.pass_days(40)
    chance = random.Random(42)

    async def one(number: int) -> str:
        try:
            await something(house, loans[number % len(loans)], chance)
        except Problem as problem:
            return problem.code
        return "booked"

    results: list[str] = []
    for batch in range(5):
        results += await both(*(one(batch * 40 + n) for n in range(40)))
        await house.check_books()
    booked = results.count("booked")
    assert booked > 60, results
    known = {"booked", "not_found", "entry_already_reversed", "overpayment"}
    assert set(results) <= known
    wrong = await house.rows(
        "SELECT id FROM loans WHERE last_entry <>"
        " (SELECT count(*) FROM loan_entries e WHERE e.loan_id = loans.id)"
    )
    assert wrong == []
