"""Pools and budgets over HTTP: who sees which, and what is refused."""

from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any

import pytest

from services.finance.composition import SERVICE
from services.finance.pools.covers import flag_cover, reserve_cover
from services.finance.pools.rules import Shares
from services.finance.pools.seed import seed_pools, years
from tests.fixtures.callers import Caller, Running, running
from tests.services.finance.pools.funds import AT, NOW, a_pool, check_funds

YUAN = 100


@pytest.fixture(scope="module")
async def finance(fresh_database: Callable[[str], Any]) -> AsyncIterator[Running]:
    async with running(SERVICE, fresh_database("finance").app) as made:
        await seed_pools(made.app.state)
        yield made
        await check_funds(made.app.state.database)


def treasury(finance: Running, region: str = "980000") -> Caller:
    return finance.caller("officer", org="treasury", regions=[region])


def science(finance: Running, region: str = "980100") -> Caller:
    return finance.caller("officer", org="science", regions=[region])


def share_of(pool: dict[str, Any], share: str) -> dict[str, Any]:
    return next(each for each in pool["shares"] if each["share"] == share)


@pytest.mark.policy_part("A057")
async def test_the_demonstration_pool_is_funded_by_its_levels(finance: Running) -> None:
    pool = (await science(finance).get("/pools/suke-980000")).json()
    assert pool["is_demo"]
    assert "演示" in pool["title"]["zh"]
    assert (pool["leverage"], pool["npl_stop_rate"], pool["stopped"]) == ("10", "0.08", False)
    assert [each["share"] for each in pool["shares"]] == ["province", "city", "county"]
    assert all(each["free_fen"] == 10 * each["money_fen"] > 0 for each in pool["shares"])


async def test_seeding_again_gives_no_money(finance: Running) -> None:
    caller = treasury(finance)
    before = [(await caller.get(path)).json() for path in ("/pools", "/budgets", "/vouchers")]
    await seed_pools(finance.app.state)
    assert [
        (await caller.get(path)).json() for path in ("/pools", "/budgets", "/vouchers")
    ] == before


@pytest.mark.parametrize(
    ("region", "pools", "budgets"),
    [("980000", 1, 1), ("980100", 1, 1), ("980101", 1, 1), ("980200", 1, 0), ("970000", 0, 0)],
)
async def test_one_sees_the_funds_that_touch_ones_regions(
    finance: Running, region: str, pools: int, budgets: int
) -> None:
    caller = science(finance, region)
    assert len((await caller.get("/pools")).json()["items"]) == pools
    seen = len((await caller.get("/budgets")).json()["items"])
    assert seen == budgets * len(years(finance.app.state.clock.today()))
    expected = 200 if budgets else 404
    assert (await caller.get("/budgets/tech-insurance-2026")).status_code == expected


@pytest.mark.parametrize(
    "path", ["/pools", "/pools/suke-980000", "/budgets", "/ledger/accounts", "/vouchers"]
)
async def test_others_see_no_public_money(finance: Running, path: str) -> None:
    others = [
        finance.caller("founder"), finance.caller("bank", org="qingyu-example-bank"),
        finance.caller("officer", org="registration", regions=["980100"]),
        finance.caller("expert"), finance.caller("carrier_operator", org="qingyu-maker-space"),
    ]  # fmt: skip
    assert [(await each.get(path)).status_code for each in others] == [403] * len(others)
    assert (await finance.anonymous.get(path)).status_code == 401


async def test_a_pool_says_whether_it_is_within_its_planned_size_and_stopped(
    finance: Running,
) -> None:
    """镇江 (policy B, 一): 7 to 10 hundred million yuan; here one pool below and one within."""
    database = finance.app.state.database
    for code, paid in (("planned-low", 699_999_999_99), ("planned-in", 700_000_000_00)):
        await a_pool(
            database, code, money={"city": paid}, region_code="980200",
            target_fen=(700_000_000_00, 1_000_000_000_00),
            npl_judged_from_fen=0, npl_stop_rate=Decimal("0.5"),
        )  # fmt: skip
    async with database.transaction() as session:
        city = Shares.of_percent(province=0, city=80, county=0, bank=20)
        await reserve_cover(
            session, pool_code="planned-in", loan_reference="L-1", principal_fen=900,
            shares=city, **AT,
        )  # fmt: skip
        await flag_cover(session, loan_reference="L-1", non_performing=True, now=NOW)
    seen = {
        each["code"]: (each["in_target"], each["npl_rate"], each["stopped"])
        for each in (await science(finance, "980200").get("/pools")).json()["items"]
    }
    assert seen == {
        "planned-in": (True, "1.000000", True),
        "planned-low": (False, "0.000000", False),
        "suke-980000": (None, "0.000000", False),
    }


async def test_pools_are_read_page_by_page(finance: Running) -> None:
    caller, codes, cursor = treasury(finance), [], None
    while True:
        params = {"limit": 1} | ({"cursor": cursor} if cursor else {})
        page = (await caller.get("/budgets", params=params)).json()
        codes += [each["code"] for each in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert codes == [f"tech-insurance-{year}" for year in years(finance.app.state.clock.today())]
