"""A loan that changes: restructured, renewed, compensated, recovered, written off."""

from datetime import date, timedelta
from typing import Any

import pytest

from kit.auth import Actor
from kit.errors import Problem
from services.finance.loans import service, store
from services.finance.loans.service import desk_for
from tests.services.finance.loans.house import MONEY, QINGYU, SONGLING, House

CLAIM = Actor("sub-treasury", "window", "test", frozenset({"officer"}), org="treasury")
NEW = {
    "annual_rate": "0.03", "term_months": 12, "repayment_method": "interest_first", "reason": "经营好转",
}  # fmt: skip


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


async def test_a_restructuring_makes_a_new_plan_and_keeps_the_old_one(house: House) -> None:
    loan = await house.drawn()
    await house.pass_days(70)
    await house.fresh(loan)
    overdue_interest = loan["overdue_interest_fen"]
    assert (loan["state"], loan["plan"]) == ("overdue", 1)
    await house.report(loan, "restructurings", **NEW)
    assert (loan["state"], loan["plan"], loan["annual_rate"]) == ("active", 2, "0.03")
    assert loan["repayment_method"] == "interest_first"
    assert sum(line["principal_fen"] for line in loan["schedule"]) == MONEY
    assert loan["schedule"][0]["interest_fen"] > overdue_interest
    plans = await house.rows(
        "SELECT plan, count(*) AS n FROM loan_instalments WHERE loan_id = :i GROUP BY 1 ORDER BY 1",
        i=loan["id"],
    )
    assert [(p.plan, p.n) for p in plans] == [(0, 12), (1, 12), (2, 12)]
    assert (await house.events(loan["id"]))[-2:] == ["restructured", "cured"]


@pytest.mark.parametrize(
    ("changes", "code", "most"),
    [
        ({"annual_rate": "0.0361"}, "over_present_rate", "0.036"),
        ({"annual_rate": "0.99"}, "over_present_rate", "0.036"),
        ({"term_months": 13}, "over_product", 12),
        ({"term_months": 360}, "over_product", 12),
    ],
)
async def test_a_restructured_loan_is_no_dearer_and_no_longer_than_the_scheme_covers(
    house: House, changes: dict[str, Any], code: str, most: Any
) -> None:
    loan = await house.drawn()
    answer = await house.report(loan, "restructurings", 422, **(NEW | changes))
    found = [(e["code"], e["values"]) for e in answer["errors"]]
    assert (answer["code"], found) == ("restructuring_refused", [(code, {"most": most})])
    await house.check_books()


async def test_nothing_is_booked_before_a_restructuring_and_it_can_be_taken_back(
    house: House,
) -> None:
    loan = await house.drawn()
    await house.report(loan, "repayments", amount_fen=100)
    await house.pass_days(5)
    await house.report(loan, "restructurings", **NEW)
    yesterday = (house.today - timedelta(days=1)).isoformat()
    answer = await house.report(loan, "repayments", 422, amount_fen=100, value_on=yesterday)
    assert answer["errors"][0]["code"] == "before_the_plan"
    answer = await house.report(loan, "repayments/2/reversals", 409)
    assert (answer["code"], answer["kind"]) == ("entry_not_reversible", "restructuring")
    await house.report(loan, "restructurings/3/reversals")
    assert (loan["plan"], loan["annual_rate"]) == (1, "0.036")
    await house.report(loan, "repayments/2/reversals")
    await house.check_books()


@pytest.mark.policy("C020")
async def test_a_renewal_ends_the_old_loan_and_files_a_new_one_over_the_same_principal(
    house: House,
) -> None:
    old = await house.drawn()
    await house.pass_to(date.fromisoformat(old["next_due_on"]))
    first = old["schedule"][0]
    await house.report(old, "repayments", amount_fen=first["interest_fen"] + first["principal_fen"])
    left = old["outstanding_fen"]
    new = await house.report(old, "renewals", **NEW)
    assert new["id"] != old["id"]
    assert (new["renews"], new["state"], new["outstanding_fen"]) == (old["id"], "active", left)
    await house.fresh(old)
    assert (old["state"], old["renewed_by"], old["outstanding_fen"]) == ("renewed", new["id"], 0)
    assert (old["renewed_fen"], old["allowed_actions"]) == (left, [])
    assert (await house.cover(old), await house.cover(new)) == (0, left)
    assert (await house.events(old["id"]))[-1] == "renewed"
    assert await house.events(new["id"]) == ["contracted", "disbursed"]
    await house.check_books()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"annual_rate": "0.0361"}, "over_present_rate"),
        ({"term_months": 13}, "over_product"),
        ({"value_on": "2026-01-01"}, "not_today"),
    ],
)
async def test_a_renewal_is_no_dearer_and_no_longer_than_the_product_and_of_today(
    house: House, changes: dict[str, Any], code: str
) -> None:
    loan = await house.drawn()
    answer = await house.report(loan, "renewals", 422, **(NEW | changes))
    assert (answer["code"], answer["errors"][0]["code"]) == ("renewal_refused", code)
    assert (await house.fresh(loan))["state"] == "active"


async def test_a_loan_with_arrears_or_unpaid_interest_is_not_renewed(house: House) -> None:
    loan = await house.drawn()
    await house.pass_days(3)
    answer = await house.report(loan, "renewals", 422, **NEW)
    owed = MONEY * 36 * 3 // 360_000
    assert answer["errors"][0]["values"] == {"due_fen": owed}
    await house.report(loan, "repayments", amount_fen=owed, purpose="prepayment")
    due = date.fromisoformat(loan["next_due_on"])
    await house.pass_to(due + timedelta(days=1))
    await house.fresh(loan)
    answer = await house.report(loan, "renewals", 409, **NEW)
    assert answer["code"] == "loan_move_refused"


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
