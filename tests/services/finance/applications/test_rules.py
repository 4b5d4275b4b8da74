"""Limits of a product and of an offer, as pure rules."""

from decimal import Decimal

import pytest

from services.finance.applications.rules import decision_findings
from services.finance.applications.workflow import Decision
from services.finance.products.terms import ProductTerms

NUMBERS = {
    "pool": "suke-980000",
    "principal_max": "500",
    "principal_max_first": "300",
    "term_max": "12",
    "lpr": "3",
    "rate_over_lpr": "50",
}
PRODUCT = ProductTerms(code="kedai-share-a", offered=True, numbers=NUMBERS)


def offer(**changes: object) -> Decision:
    whole = {
        "outcome": "approved",
        "amount_fen": 300,
        "annual_rate": "0.035",
        "term_months": 12,
        "repayment_method": "bullet",
        "reason": "经营稳定",
    }
    return Decision.model_validate(whole | changes)


def found(decision: Decision, *, asked_fen: int = 500, first_loan: bool = False) -> list[str]:
    return [
        f"{each.pointer} {each.code}"
        for each in decision_findings(decision, PRODUCT, asked_fen=asked_fen, first_loan=first_loan)
    ]


def test_a_first_loan_has_a_cap_of_its_own_where_the_product_says_so() -> None:
    assert PRODUCT.cap_fen(first_loan=True) == 300
    assert PRODUCT.cap_fen(first_loan=False) == 500
    without = {key: value for key, value in NUMBERS.items() if key != "principal_max_first"}
    assert ProductTerms(code="x", offered=True, numbers=without).cap_fen(first_loan=True) == 500


def test_the_highest_rate_is_lpr_plus_the_margin() -> None:
    assert PRODUCT.highest_rate == Decimal("0.035")
    assert ProductTerms(code="x", offered=True, numbers={}).highest_rate is None


@pytest.mark.parametrize(
    ("changes", "asked_fen", "first_loan", "codes"),
    [
        ({}, 500, False, []),
        ({"amount_fen": 500}, 500, False, []),
        ({"amount_fen": 501}, 600, False, ["/amount_fen offer_over_limit"]),
        ({"amount_fen": 401}, 400, False, ["/amount_fen offer_over_limit"]),
        ({"amount_fen": 301}, 500, True, ["/amount_fen offer_over_limit"]),
        ({"annual_rate": "0.035001"}, 500, False, ["/annual_rate rate_over_limit"]),
        ({"term_months": 13}, 500, False, ["/term_months term_over_limit"]),
        ({"term_months": None}, 500, False, ["/term_months missing"]),
    ],
)
def test_an_offer_is_whole_and_within_its_limits(
    changes: dict[str, object], asked_fen: int, *, first_loan: bool, codes: list[str]
) -> None:
    assert found(offer(**changes), asked_fen=asked_fen, first_loan=first_loan) == codes


def test_a_refusal_names_no_offer() -> None:
    nothing = dict.fromkeys(("amount_fen", "annual_rate", "term_months", "repayment_method"))
    assert found(offer(outcome="declined", **nothing)) == []
    assert found(offer(outcome="declined", **(nothing | {"amount_fen": 1}))) == [
        "/amount_fen offer_in_a_refusal"
    ]
