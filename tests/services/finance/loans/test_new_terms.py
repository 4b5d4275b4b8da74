"""A loan gets new terms: how often it is restructured or renewed, it stays within the scheme."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from kit.workdays import add_months
from services.finance.loans.rules import Bounds, beyond, last_end
from tests.services.finance.loans.house import MONEY, House

NEW = {
    "annual_rate": "0.03", "term_months": 12, "repayment_method": "interest_first", "reason": "经营好转",
}  # fmt: skip
EXTENSION = 12
"""What the demonstration's products say (extension_max)."""


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


async def later(house: House, loan: dict[str, Any], *, months: int) -> None:
    """Months pass in which nobody pays."""
    await house.pass_to(add_months(house.today, months))
    await house.fresh(loan)


async def test_restructurings_add_up_and_end_no_later_than_signed_term_and_extension(
    house: House,
) -> None:
    loan = await house.drawn()
    latest = add_months(house.today, 12 + EXTENSION)
    for _ in range(2):
        await later(house, loan, months=5)
        await house.report(loan, "restructurings", **NEW)
        assert loan["ends_on"] == add_months(house.today, 12).isoformat()
    await later(house, loan, months=3)
    answer = await house.report(loan, "restructurings", 422, **NEW)
    found = [(e["pointer"], e["code"], e["values"]) for e in answer["errors"]]
    assert found == [("/term_months", "over_extension", {"latest": latest.isoformat()})]
    await house.report(loan, "restructurings", **(NEW | {"term_months": 11}))
    assert loan["ends_on"] == add_months(house.today, 11).isoformat()
    await house.pass_days(4)  # more than a short month may have saved
    await house.fresh(loan)
    await house.report(loan, "restructurings", 422, **(NEW | {"term_months": 11}))
    await house.check_books()


async def test_after_the_last_possible_end_there_are_no_new_terms(house: House) -> None:
    loan = await house.drawn()
    await later(house, loan, months=12 + EXTENSION)
    answer = await house.report(loan, "restructurings", 422, **(NEW | {"term_months": 1}))
    assert answer["errors"][0]["code"] == "over_extension"


async def test_the_catalogue_says_what_each_refusal_means(house: House) -> None:
    lists = (await house.running.anonymous.get("/codes")).json()["lists"]
    known = {each["code"] for each in lists["loan_findings"]}
    assert known >= {"over_present_rate", "over_product", "over_extension"}


@pytest.mark.parametrize(
    ("rate", "months", "codes"),
    [
        ("0.03", 12, []),
        ("0.0301", 1, ["over_present_rate"]),
        ("0.03", 13, ["over_product"]),
        ("0.01", 11, []),
        ("0.04", 36, ["over_present_rate", "over_product"]),
    ],
)
def test_new_terms_are_held_against_rate_and_product(
    rate: str, months: int, codes: list[str]
) -> None:
    bounds = Bounds(Decimal("0.03"), 12)
    found = beyond(bounds, Decimal(rate), months, from_on=date(2027, 3, 31))
    assert [each.code for each in found] == codes


@pytest.mark.parametrize(
    ("from_on", "months", "fits"),
    [
        (date(2027, 2, 28), 12, True),
        (date(2027, 3, 1), 12, False),
        (date(2027, 3, 1), 11, True),
        (date(2028, 2, 28), 1, False),
    ],
)
def test_the_last_end_is_counted_from_the_first_draw_down(
    from_on: date, months: int, fits: bool
) -> None:
    last = last_end(date(2026, 2, 28), 12, 12)
    bounds = Bounds(Decimal(1), 60, last)
    found = beyond(bounds, Decimal(0), months, from_on=from_on)
    assert last == date(2028, 2, 28)
    assert [each.code for each in found] == ([] if fits else ["over_extension"])


def test_a_product_without_a_limit_leaves_only_the_rate() -> None:
    found = beyond(Bounds(Decimal("0.03"), None), Decimal("0.02"), 360, from_on=date(2027, 1, 1))
    assert found == []


@pytest.mark.policy_part("C020")
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
