"""Contracts: within the decision, with cover or not at all, and never twice for the same fen."""

import asyncio
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from kit.errors import Problem
from services.finance.pools.rules import SHARES
from services.finance.pools.seed import open_pool
from services.finance.pools.vouchers.rules import Place
from tests.services.finance.loans.house import MONEY, QINGYU, House
from tests.services.finance.pools.funds import AT, given


async def refused(house: House, **changes: Any) -> Problem:
    with pytest.raises(Problem) as caught:
        await house.sign(**changes)
    return caught.value


async def left_behind(house: House) -> tuple[int, ...]:
    tables = ("loans", "bank_references", "cover_reservations", "loan_instalments")
    counts = [(await house.rows(f"SELECT count(*) AS n FROM {t}"))[0].n for t in tables]
    events = await house.rows("SELECT count(*) AS n FROM outbox")
    return (*counts, events[0].n)


async def small_pool(house: House, code: str, fen: int, **changes: Any) -> None:
    """A pool that can promise `fen` in all for class A (40/40/0/20), and a product's way to it."""
    values: dict[str, Any] = {
        "leverage": Decimal("1"), "compensation_cap": Decimal("0.8"), "npl_stop_rate": Decimal("0.5"),
        "npl_judged_from_fen": 1, "title": ("测试", "Test"), "region_code": "980000",
    }  # fmt: skip
    async with house.running.app.state.database.transaction() as session:
        await open_pool(session, code, shares=("province", "city"), **(values | changes), **AT)
        for share in SHARES[:2]:
            await given(session, Place(code, share), f"{code}-{share}", fen * 2 // 5)
        await session.execute(
            _text("INSERT INTO products SELECT :p, kind, borrower, name_zh, name_en, summary_zh,"
                  " summary_en, region_code, is_demo, offered_from, offered_to, version"
                  " FROM products WHERE code = 'kedai-share-a'"), {"p": code},
        )  # fmt: skip
        await session.execute(
            _text("INSERT INTO product_parameters SELECT :p, key, valid_from, valid_to,"
                  " CASE key WHEN 'pool' THEN :p ELSE value END, operator, unit, source_document,"
                  " source_clause FROM product_parameters WHERE product_code = 'kedai-share-a'"),
            {"p": code},
        )  # fmt: skip


def _text(sql: str) -> Any:
    from sqlalchemy import text

    return text(sql)


@pytest.mark.parametrize(
    ("terms", "pointer", "code"),
    [
        ({"amount_fen": 200_000_01}, "/amount_fen", "over_decision"),
        ({"annual_rate": "0.0436"}, "/annual_rate", "over_decision"),
        ({"term_months": 13}, "/term_months", "over_decision"),
        ({"repayment_method": "bullet"}, "/repayment_method", "not_as_decided"),
    ],
)
async def test_a_contract_may_not_go_beyond_the_decision(
    house: House, terms: dict[str, Any], pointer: str, code: str
) -> None:
    before = await left_behind(house)
    problem = await refused(house, terms=terms)
    assert (problem.code, problem.status) == ("contract_outside_decision", 422)
    assert [(e.pointer, e.code) for e in problem.errors] == [(pointer, code)]
    assert await left_behind(house) == before


@pytest.mark.parametrize(("days", "code"), [(1, "in_the_future"), (-1, "before_decision")])
async def test_a_contract_is_signed_after_the_decision_and_not_tomorrow(
    house: House, days: int, code: str
) -> None:
    problem = await refused(house, terms={"signed_on": house.today + timedelta(days=days)})
    assert problem.errors[0].code == code


async def test_a_product_without_shares_makes_no_contract(house: House) -> None:
    problem = await refused(house, product_code="patent-pledge-demo")
    assert problem.code == "product_without_cover"
    assert "pool" in problem.extra["missing"]


async def test_a_pool_that_has_no_more_to_promise_leaves_nothing_behind(house: House) -> None:
    await small_pool(house, "small-pool", MONEY - 5)
    before = await left_behind(house)
    problem = await refused(house, product_code="small-pool")
    assert (problem.code, problem.status) == ("pool_exhausted", 422)
    assert await left_behind(house) == before


async def test_a_stopped_pool_makes_no_new_contract(house: House) -> None:
    await small_pool(house, "stopping-pool", 10 * MONEY)
    bad = await house.drawn(product_code="stopping-pool")
    await house.pass_days(120)
    assert (await house.fresh(bad))["state"] == "defaulted"
    before = await left_behind(house)
    problem = await refused(house, product_code="stopping-pool")
    assert (problem.code, problem.status) == ("pool_stopped", 422)
    assert await left_behind(house) == before
    owed = bad["overdue_principal_fen"] + bad["overdue_interest_fen"]
    await house.report(bad, "repayments", amount_fen=owed)
    assert (await house.sign(product_code="stopping-pool")).state == "contracted"


async def test_two_contracts_for_the_last_fen_of_cover_have_one_winner(house: House) -> None:
    await small_pool(house, "last-fen", MONEY)
    found = await asyncio.gather(
        *(house.sign(product_code="last-fen") for _ in range(4)), return_exceptions=True
    )
    won = [each for each in found if not isinstance(each, BaseException)]
    lost = [each for each in found if isinstance(each, BaseException)]
    assert len(won) == 1
    assert {each.code for each in lost if isinstance(each, Problem)} == {"pool_exhausted"}
    assert len(lost) == 3


async def test_a_contract_number_of_a_bank_names_one_loan_for_ever(house: House) -> None:
    reference = house.ref("HT")
    row = await house.sign(terms={"bank_reference": reference})
    problem = await refused(house, terms={"bank_reference": reference})
    assert problem.code == "bank_reference_used"
    assert problem.existing is not None
    assert problem.existing["reference"] == row.reference


async def test_the_terms_of_the_product_on_the_day_of_signing_stay_with_the_loan(
    house: House,
) -> None:
    row = await house.sign()
    assert (row.overdue_days, row.day_count, row.pool_code) == (60, "ACT/360", "suke-980000")
    assert row.draw_by_on == row.signed_on + timedelta(days=30)
    assert row.bank == QINGYU


async def test_a_reversal_that_finds_its_cover_gone_to_others_changes_nothing(
    house: House,
) -> None:
    await small_pool(house, "shared-pool", MONEY)
    first = await house.drawn(product_code="shared-pool")
    await house.report(first, "repayments", amount_fen=MONEY, purpose="prepayment")
    assert first["state"] == "settled"
    second = await house.drawn(product_code="shared-pool")
    before = (await left_behind(house), await house.fresh(dict(first)))
    answer = await house.report(first, "repayments/2/reversals", 422)
    assert answer["code"] == "pool_exhausted"
    assert (await left_behind(house), await house.fresh(dict(first))) == before
    await house.report(second, "repayments", amount_fen=MONEY, purpose="prepayment")
    await house.report(first, "repayments/2/reversals")
    assert first["state"] == "active"
    assert await house.cover(first) == MONEY
