"""`GET /enterprises/{uscc}/entitlements`: what am I entitled to."""

from typing import Any

import pytest

from tests.fixtures.callers import Caller
from tests.services.finance.borrowing import Company, World, graduate


async def items(caller: Caller, company: Company) -> dict[str, Any]:
    reply = await caller.get(f"/enterprises/{company.uscc}/entitlements")
    assert reply.status_code == 200, reply.text
    return {each["code"]: each for each in reply.json()["items"]}


@pytest.mark.policy_part("A051")
async def test_a_founder_sees_each_product_with_the_reason_of_each_verdict(world: World) -> None:
    company = await world.company()
    await world.in_library(company)
    found = await items(company.founder, company)
    assert {"kedai-share-a", "kedai-share-b", "zhenketong-demo"} <= set(found)
    assert found["kedai-share-a"]["entitled"] is True
    assert found["kedai-share-a"]["apply_href"].endswith("/matters/loan-application")
    assert found["kedai-share-b"]["entitled"] is False
    verdicts = {v["key"]: v for v in found["kedai-share-b"]["verdicts"]}
    assert verdicts["revenue"]["ok"] is False
    assert verdicts["revenue"]["reason"]["zh"] == "年营业收入：要求不少于5000万元，实际800万元"
    assert verdicts["revenue"]["origin"] == "evidence"
    assert found["tech-insurance-premium-subsidy"]["kind"] == "subsidy"
    assert "startup-person-demo" not in found


async def test_outside_the_library_most_cannot_be_told(world: World) -> None:
    company = await world.company()
    found = await items(company.founder, company)
    assert found["kedai-share-a"]["entitled"] is False
    met_at = found["kedai-share-a"]["met_at"]
    assert set(met_at) == {"library_or_graduate"}
    assert met_at["library_or_graduate"].endswith("/matters/candidate-enterprise")
    assert found["zhenbaodai-demo"]["entitled"] is None
    assert found["zhenbaodai-demo"]["apply_href"] is None


async def test_a_product_that_no_pool_backs_says_so_and_is_not_applied_for(world: World) -> None:
    company = await world.company()
    await world.in_library(company)
    found = await items(company.founder, company)
    city, suke = found["zhenketong-demo"], found["kedai-share-a"]
    assert (city["entitled"], city["apply_href"]) == (True, None)
    assert "没有风险补偿资金池" in city["closed_here"]["zh"]
    assert (suke["closed_here"], suke["apply_href"] is None) == (None, False)


async def test_a_graduate_satisfies_what_the_library_does(world: World) -> None:
    company = await world.company()
    await graduate(world, company, uscc=None)
    assert (await items(company.founder, company))["kedai-share-a"]["entitled"] is False
    await graduate(world, company, uscc=company.uscc)
    found = (await items(company.founder, company))["kedai-share-a"]
    verdicts = {v["key"]: v["ok"] for v in found["verdicts"]}
    assert verdicts == {"library_or_graduate": True, "revenue": None, "staff": None}
    assert found["entitled"] is None


async def test_a_city_product_is_not_offered_in_another_city(world: World) -> None:
    company = await world.company(region="980201")
    found = await items(company.founder, company)
    assert "zhenketong-demo" not in found
    assert "kedai-share-a" in found


async def test_only_its_representative_and_its_region_s_staff_may_ask(world: World) -> None:
    company, other = await world.company(), await world.company()
    path = f"/enterprises/{company.uscc}/entitlements"
    assert (await world.officer().get(path)).status_code == 200
    assert (await world.officer(region="980000").get(path)).status_code == 200
    for stranger in (
        other.founder,
        world.officer(region="980200"),
        world.finance.caller("founder", person=None, regions=["980100"]),
    ):
        assert (await stranger.get(path)).status_code == 404
    assert (await world.bank("qingyu-example-bank").get(path)).status_code == 403
    assert (await world.finance.anonymous.get(path)).status_code == 401
    unknown = await company.founder.get("/enterprises/91980101MA99999998/entitlements")
    assert unknown.status_code == 404
