"""What was reported in error is reversed: the loan stands as if it had never been."""

from datetime import date, timedelta

from tests.services.finance.loans.house import MONEY, House


async def test_paying_all_arrears_cures_and_a_reversal_brings_the_default_back(
    house: House,
) -> None:
    loan = await house.drawn()
    await house.pass_days(100)
    before = await house.fresh(dict(loan))
    loan |= before
    owed = loan["overdue_principal_fen"] + loan["overdue_interest_fen"]
    await house.report(loan, "repayments", amount_fen=owed)
    assert loan["state"] == "active"
    entry = loan["entries"][-1]["number"]
    await house.report(loan, f"repayments/{entry}/reversals")
    changed = {"version", "updated_at", "entries"}
    assert {k: v for k, v in loan.items() if k not in changed} == {
        k: v for k, v in before.items() if k not in changed
    }
    assert (await house.events(loan["id"]))[-5:] == [
        "repaid", "cured", "reversed", "overdue", "defaulted",
    ]  # fmt: skip
    await house.check_books()


async def test_an_earlier_repayment_is_reversed_and_the_later_ones_are_spread_anew(
    house: House,
) -> None:
    loan = await house.drawn()
    for line in list(loan["schedule"][:2]):
        await house.pass_to(date.fromisoformat(line["due_on"]))
        await house.report(
            loan, "repayments", amount_fen=line["interest_fen"] + line["principal_fen"]
        )
    first = loan["schedule"][0]
    await house.report(loan, "repayments/2/reversals")
    assert loan["state"] == "overdue"
    used = loan["entries"][2]["allocation"]
    assert used["overdue_interest_fen"] == first["interest_fen"]
    assert loan["entries"][1]["reversed_by"] == 4
    await house.check_books()


async def test_a_reversed_payoff_reopens_the_loan_with_its_cover(house: House) -> None:
    loan = await house.drawn()
    await house.pass_days(20)
    payoff = (await house.fresh(loan))["payoff_fen"]
    assert payoff == MONEY + MONEY * 36 * 20 // 360_000
    await house.report(loan, "repayments", amount_fen=payoff, purpose="prepayment")
    assert (loan["state"], loan["closed_on"]) == ("settled", house.today.isoformat())
    assert await house.cover(loan) == 0
    await house.report(loan, "repayments/2/reversals")
    assert (loan["state"], loan["closed_on"]) == ("active", None)
    assert await house.cover(loan) == MONEY
    assert (await house.events(loan["id"]))[-4:] == ["repaid", "settled", "reversed", "reopened"]


async def test_an_entry_is_reversed_once_and_only_as_what_it_is(house: House) -> None:
    loan = await house.drawn()
    await house.report(loan, "repayments", amount_fen=100)
    assert (await house.report(loan, "disbursements/2/reversals", 404))["code"] == "not_found"
    assert (await house.report(loan, "repayments/9/reversals", 404))["code"] == "not_found"
    await house.report(loan, "repayments/2/reversals")
    answer = await house.report(loan, "repayments/2/reversals", 409)
    assert (answer["code"], answer["reversed_by"]) == ("entry_already_reversed", 3)


async def test_a_draw_down_with_money_after_it_stays_and_else_goes_back_to_the_contract(
    house: House,
) -> None:
    loan = await house.drawn()
    await house.report(loan, "repayments", amount_fen=100)
    here = f"/api/finance/bank/v1/loans/{loan['id']}"
    links = [entry["reversal_href"] for entry in loan["entries"]]
    assert links == [None, f"{here}/repayments/2/reversals"]
    answer = await house.report(loan, "disbursements/1/reversals", 409)
    assert (answer["code"], answer["entry"]) == ("entry_not_reversible", 2)
    await house.report(loan, "repayments/2/reversals")
    await house.report(loan, "disbursements/1/reversals")
    assert (loan["state"], loan["starts_on"], loan["disbursed_fen"]) == ("contracted", None, 0)
    await house.report(loan, "disbursements", amount_fen=MONEY)
    assert loan["state"] == "active"


async def test_a_late_report_of_an_early_payment_undoes_what_the_calendar_did(
    house: House,
) -> None:
    loan = await house.drawn()
    first = loan["schedule"][0]
    await house.pass_to(date.fromisoformat(first["due_on"]) + timedelta(days=3))
    assert (await house.fresh(loan))["state"] == "overdue"
    amount = first["interest_fen"] + first["principal_fen"]
    await house.report(loan, "repayments", amount_fen=amount, value_on=first["due_on"])
    assert (loan["state"], loan["days_overdue"]) == ("active", 0)
