"""A loan that was claimed for: compensated, recovered, written off, and back."""

from typing import Any
from uuid import uuid4

import pytest

from kit.auth import Actor
from kit.errors import Problem
from services.finance.loans import service, store
from services.finance.loans.service import desk_for
from tests.services.finance.loans.house import MONEY, QINGYU, SONGLING, House

CLAIM = Actor("sub-treasury", "window", "test", frozenset({"officer"}), org="treasury")


async def claiming(house: House, what: Any, loan: dict[str, Any], **said: Any) -> Any:
    """What the claims room does in its own transaction."""
    state = house.running.app.state
    async with state.database.transaction() as session:
        found = await what(desk_for(state, session, CLAIM), loan["id"], **said)
    await house.fresh(loan)
    return found


async def defaulted(house: House) -> dict[str, Any]:
    loan = await house.drawn()
    await house.pass_days(120)
    return await house.fresh(loan)


async def test_a_claim_finds_its_banks_loan_with_all_that_it_asks(house: House) -> None:
    loan = await defaulted(house)
    state = house.running.app.state
    async with state.database.reader() as connection:
        row = await store.loan_for_claim(connection, loan["id"], QINGYU, today=house.today)
        other = await store.loan_for_claim(connection, loan["id"], SONGLING, today=house.today)
    assert other is None
    assert row is not None
    assert (row.state, row.days_overdue) == ("defaulted", loan["days_overdue"])
    assert (row.outstanding_fen, row.overdue_days) == (MONEY, 60)
    assert row.first_disbursed_on.isoformat() == loan["starts_on"] >= str(row.filed_on)


async def test_only_a_loan_in_default_is_compensated_and_once(house: House) -> None:
    fine = await house.drawn()
    with pytest.raises(Problem) as caught:
        await claiming(house, service.compensate, fine, claim_reference="C1", amount_fen=1)
    assert caught.value.code == "loan_move_refused"
    loan = await defaulted(house)
    await claiming(house, service.compensate, loan, claim_reference="C1", amount_fen=96_000_00)
    assert (loan["state"], loan["claim_reference"]) == ("defaulted", "C1")
    with pytest.raises(Problem) as caught:
        await claiming(house, service.compensate, loan, claim_reference="C2", amount_fen=1)
    assert caught.value.code == "loan_move_blocked"


async def test_after_compensation_money_comes_in_as_recoveries_of_the_claim(house: House) -> None:
    loan = await defaulted(house)
    await claiming(house, service.hold_for_claim, loan, claim_id=uuid4(), reference="C1")
    await claiming(house, service.compensate, loan, claim_reference="C1", amount_fen=96_000_00)
    answer = await house.report(loan, "repayments", 409, amount_fen=100)
    assert (answer["code"], answer["errors"][0]["code"]) == (
        "loan_move_blocked",
        "loan_compensated",
    )
    assert {b["code"] for b in loan["blocked_actions"]} == {
        "loan_compensated",
        "loan_already_claimed",
    }
    said = {"claim_reference": "C1", "value_on": house.today}
    number = await claiming(
        house, service.recover, loan, recovery_reference="C1-R1", amount_fen=20_000_00, **said
    )
    assert loan["outstanding_fen"] == MONEY - 20_000_00
    assert loan["state"] == "defaulted"
    await house.report(loan, f"repayments/{number}/reversals", 409)
    with pytest.raises(Problem) as caught:
        await claiming(
            house, service.recover, loan, claim_reference="C9", recovery_reference="x",
            amount_fen=1, value_on=house.today,
        )  # fmt: skip
    assert caught.value.code == "not_found"
    await claiming(
        house, service.reverse_recovery, loan, claim_reference="C1", number=number, reason="退回"
    )
    assert loan["outstanding_fen"] == MONEY
    await claiming(
        house, service.recover, loan, recovery_reference="C1-R2", amount_fen=2 * MONEY, **said
    )
    assert (loan["state"], loan["outstanding_fen"]) == ("settled", 0)
    nothing = await claiming(
        house, service.recover, loan, recovery_reference="C1-R3", amount_fen=1, **said
    )
    assert nothing is None
    await house.check_books()


async def test_what_is_left_after_compensation_is_written_off(house: House) -> None:
    loan = await defaulted(house)
    answer = await house.report(loan, "write-offs", 409, reason="已穷尽追偿")
    assert answer["errors"][0]["code"] == "loan_not_compensated"
    await claiming(house, service.compensate, loan, claim_reference="C1", amount_fen=96_000_00)
    await house.report(loan, "write-offs", reason="已穷尽追偿")
    assert (loan["state"], loan["written_off_fen"], loan["outstanding_fen"]) == (
        "written_off", MONEY, 0,
    )  # fmt: skip
    assert await house.cover(loan) == 0
    await house.check_books()


async def test_a_write_off_is_reversed_while_nothing_was_recovered_since(house: House) -> None:
    loan = await defaulted(house)
    await claiming(house, service.compensate, loan, claim_reference="C1", amount_fen=96_000_00)
    await house.pass_days(3)
    before = dict(await house.fresh(loan))
    await house.report(loan, "write-offs", reason="误报核销")
    wrong = loan["entries"][-1]
    assert wrong["reversal_href"].endswith(f"/write-offs/{wrong['number']}/reversals")
    path = f"write-offs/{wrong['number']}/reversals"
    answer = await house.report(loan, "disbursements/1/reversals", 409)
    assert (answer["code"], answer["kind"]) == ("entry_not_reversible", "compensation")
    await house.report(loan, path, 404, org=SONGLING)
    await house.report(loan, f"repayments/{wrong['number']}/reversals", 404)
    await house.report(loan, path)
    told = {"version", "updated_at", "entries"}
    assert {k: v for k, v in loan.items() if k not in told} == {
        k: v for k, v in before.items() if k not in told
    }
    assert loan["state"] == "defaulted"
    assert (await house.events(loan["id"]))[-1] == "reversed"
    await house.check_books()
    await house.report(loan, path, 409)
    await house.report(loan, "write-offs", reason="已穷尽追偿")
    assert (loan["state"], loan["written_off_fen"]) == ("written_off", MONEY)
    await house.check_books()


async def test_what_comes_after_a_write_off_lowers_it_and_holds_it(house: House) -> None:
    loan = await defaulted(house)
    said = {"claim_reference": "C1", "amount_fen": 20_000_00}
    await claiming(house, service.compensate, loan, claim_reference="C1", amount_fen=96_000_00)
    earlier = house.today
    first = await claiming(
        house, service.recover, loan, recovery_reference="C1-R1", value_on=earlier, **said
    )
    await house.pass_days(2)
    await house.fresh(loan)
    await house.report(loan, "write-offs", reason="已穷尽追偿")
    path = f"write-offs/{loan['entries'][-1]['number']}/reversals"
    undo = {"claim_reference": "C1", "reason": "误报他户回款"}
    with pytest.raises(Problem) as caught:
        await claiming(house, service.reverse_recovery, loan, number=first, **undo)
    assert (caught.value.code, caught.value.extra["kind"]) == ("entry_not_reversible", "write_off")
    later = await claiming(
        house, service.recover, loan, recovery_reference="C1-R2", value_on=earlier, **said
    )
    assert (loan["state"], loan["written_off_fen"]) == ("written_off", MONEY - 40_000_00)
    assert loan["entries"][-1]["value_on"] == house.today.isoformat()
    await house.check_books()
    answer = await house.report(loan, path, 409)
    assert (answer["code"], answer["entry"]) == ("entry_not_reversible", later)
    await claiming(house, service.reverse_recovery, loan, number=later, **undo)
    assert (loan["state"], loan["written_off_fen"]) == ("written_off", MONEY - 20_000_00)
    await house.report(loan, path)
    await claiming(house, service.reverse_recovery, loan, number=first, **undo)
    assert (loan["state"], loan["outstanding_fen"]) == ("defaulted", MONEY)
    await house.check_books()


async def test_a_claim_that_closes_writes_the_rest_off(house: House) -> None:
    loan = await defaulted(house)
    await claiming(house, service.compensate, loan, claim_reference="C1", amount_fen=96_000_00)
    await claiming(house, service.write_off_rest, loan, claim_reference="C1", reason="追偿终结")
    assert loan["state"] == "written_off"


async def test_a_clawed_back_compensation_lets_the_bank_report_again(house: House) -> None:
    loan = await defaulted(house)
    await claiming(house, service.compensate, loan, claim_reference="C1", amount_fen=96_000_00)
    await claiming(house, service.lift_compensation, loan, claim_reference="C1")
    assert (loan["state"], loan["compensated_fen"], loan["claim_reference"]) == (
        "defaulted", 0, None,
    )  # fmt: skip
    owed = loan["overdue_principal_fen"] + loan["overdue_interest_fen"]
    await house.report(loan, "repayments", amount_fen=owed)
    assert loan["state"] == "active"
    await house.report(loan, f"repayments/{loan['entries'][-1]['number']}/reversals")
    assert loan["state"] == "defaulted"
