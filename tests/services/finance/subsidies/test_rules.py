"""The rules of the premium subsidy: amounts, limits, dates. Pure, so plain and generated."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.forms import form_errors
from services.finance.subsidies import rules
from services.finance.subsidies.form import PremiumSubsidyForm, policy_key

TODAY = date(2026, 11, 23)
MONEY = st.integers(min_value=1, max_value=10**12)
SCHEME = rules.Scheme(
    rates={"product_liability": Decimal(50), "personnel": Decimal(30)},
    year_cap_fen=30_000_000,
    total_share=Decimal(100),
    claim_months=12,
    period_months=36,
    sources={},
)


def a_form(**changes: Any) -> PremiumSubsidyForm:
    values = {
        "uscc": "91980101XY00000123",
        "payee_bank": "青屿示例银行（演示）",
        "payee_account": "6200000000000000001",
        "insurer": "云川示例财产保险（演示）",
        "policy_number": "PL-2026-0001",
        "coverage": "product_liability",
        "period_from_on": "2026-03-01",
        "period_to_on": "2027-02-28",
        "premium_fen": 10_000_001,
        "paid_on": "2026-02-20",
        "other_subsidies": [],
    }
    return PremiumSubsidyForm.model_validate(values | changes)


def codes(form: PremiumSubsidyForm, **changes: Any) -> list[tuple[str, str]]:
    asked: dict[str, Any] = {"is_own": True, "today": TODAY, "scheme": SCHEME} | changes
    found = rules.findings(form, asked.pop("scheme"), **asked)
    return [(error.pointer, error.code) for error in found]


def due(premium_fen: int, other_fen: int = 0, used_fen: int = 0, **changes: Any) -> rules.Amount:
    asked = {"coverage": "product_liability"} | changes
    return rules.amount(
        SCHEME, premium_fen=premium_fen, other_fen=other_fen, used_fen=used_fen, **asked
    )


def test_half_a_fen_is_rounded_up_once() -> None:
    assert due(10_000_001).amount_fen == 5_000_001
    assert due(1).amount_fen == 1


def test_a_lower_rate_holds_for_personnel() -> None:
    assert due(10_000_000, coverage="personnel").amount_fen == 3_000_000


def test_what_other_levels_paid_leaves_less() -> None:
    found = due(10_000_000, other_fen=6_000_000)
    assert (found.amount_fen, found.limited_by) == (4_000_000, "total_share")


def test_the_year_leaves_only_its_rest() -> None:
    found = due(10_000_000, used_fen=29_999_999)
    assert (found.amount_fen, found.limited_by) == (1, "year_cap")


@given(premium=MONEY, other=st.integers(0, 10**12), used=st.integers(0, 10**9))
def test_no_subsidy_ever_exceeds_the_premium_the_rate_or_the_year(
    premium: int, other: int, used: int
) -> None:
    found = due(premium, other_fen=other, used_fen=used).amount_fen
    assert found >= 0
    assert found == 0 or found + other <= premium
    assert found == 0 or found + used <= SCHEME.year_cap_fen
    assert found <= (premium + 1) // 2


def test_a_form_in_order_breaks_no_rule() -> None:
    assert codes(a_form()) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"paid_on": "2026-11-24"}, ("/paid_on", "premium_paid_in_future")),
        ({"paid_on": "2025-11-22"}, ("/paid_on", "claimed_too_late")),
        ({"period_to_on": "2026-03-01"}, ("/period_to_on", "period_reversed")),
        ({"period_to_on": "2029-03-02"}, ("/period_to_on", "period_too_long")),
        ({"coverage": "key_rd_equipment"}, ("/coverage", "coverage_not_subsidised")),
        (
            {"other_subsidies": [{"level": "city", "scheme": "市级", "amount_fen": 10_000_001}]},
            ("/other_subsidies", "subsidies_exceed_premium"),
        ),
    ],
)
def test_each_broken_rule_names_its_place(changes: dict[str, Any], found: tuple[str, str]) -> None:
    assert codes(a_form(**changes)) == [found]


def test_the_last_day_of_the_time_to_apply_still_counts() -> None:
    assert codes(a_form(paid_on="2025-11-23")) == []


def test_only_the_own_enterprise() -> None:
    assert codes(a_form(), is_own=False) == [("/uscc", "not_your_enterprise")]


def test_without_a_scheme_on_the_day_nothing_is_subsidised() -> None:
    assert codes(a_form(), scheme=None) == [("/coverage", "coverage_not_subsidised")]


@pytest.mark.parametrize(
    "text",
    [
        "pl-2026-0001", "ＰＬ２０２６０００１", " PL 2026 0001 ", "PL/2026/0001", "PL字第2026－0001号",
        "PL（2026）0001",
    ],
)  # fmt: skip
def test_one_policy_has_one_spelling(text: str) -> None:
    assert policy_key(a_form(policy_number=text).policy_number) == "PL20260001"


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("РL-2026-0001", "U+0420"),
        ("PL-2026-000\u0661", "U+0661"),
        ("PL\u200b-2026-0001", "U+200B"),
        ("PL—2026—0001", "U+2014"),
        ("粤PL-2026-0001", "U+7CA4"),
    ],
)
def test_a_policy_number_has_no_letters_of_another_alphabet(text: str, points: str) -> None:
    (found,) = form_errors(PremiumSubsidyForm, {**a_form().model_dump(), "policy_number": text})
    assert (found.pointer, found.code) == ("/policy_number", "policy_number_unreadable")
    assert found.values == {"characters": points}


def test_a_policy_number_has_four_letters_or_digits() -> None:
    form = {**a_form().model_dump(), "policy_number": "第 12 号 - (3)"}
    assert [e.code for e in form_errors(PremiumSubsidyForm, form)] == ["policy_number_too_short"]
