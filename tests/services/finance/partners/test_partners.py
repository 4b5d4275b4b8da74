"""Partner banks: who offers what where, and whose turn it is."""

import pytest

from services.finance.partners.rules import Candidate, choose
from tests.fixtures.callers import Running
from tests.services.finance.borrowing import LANSHI, QINGYU, SONGLING, World

TWO = [Candidate(SONGLING, 1), Candidate(QINGYU, 2)]


def test_the_preferred_bank_comes_first_however_busy() -> None:
    assert choose(TWO, preferred=QINGYU) == QINGYU


def test_without_a_wish_the_least_busy_bank_gets_it() -> None:
    assert choose(TWO, preferred=None) == SONGLING
    assert choose(TWO, preferred=LANSHI) == SONGLING


def test_of_equally_busy_banks_it_is_the_first_by_code_in_any_order() -> None:
    equal = [Candidate(SONGLING, 1), Candidate(QINGYU, 1)]
    assert choose(equal, preferred=None) == QINGYU
    assert choose(reversed(equal), preferred=None) == QINGYU


def test_who_let_it_pass_does_not_get_it_again() -> None:
    assert choose(TWO, preferred=SONGLING, without=[SONGLING]) == QINGYU
    assert choose(TWO, preferred=None, without=[SONGLING, QINGYU]) is None


async def listed(finance: Running, **query: str) -> list[str]:
    reply = await finance.anonymous.get("/partners", params=query)
    assert reply.status_code == 200, reply.text
    return [each["code"] for each in reply.json()["items"]]


@pytest.mark.policy("A049")
async def test_anyone_may_see_which_bank_offers_a_product_in_a_region(finance: Running) -> None:
    assert await listed(finance) == [LANSHI, QINGYU, SONGLING]
    assert await listed(finance, region="980101", product="kedai-share-a") == [QINGYU, SONGLING]
    assert await listed(finance, region="980102", product="zhenketong-demo") == [QINGYU, SONGLING]
    assert await listed(finance, region="980101", product="zhenketong-demo") == [QINGYU]
    assert await listed(finance, region="980201", product="kedai-share-a") == [LANSHI]
    assert await listed(finance, region="980201", product="zhenketong-demo") == []


async def test_a_partner_shows_its_offers_of_the_day(world: World) -> None:
    reply = await world.finance.anonymous.get(f"/partners/{LANSHI}")
    assert [offer["product_code"] for offer in reply.json()["offers"]] == ["kedai-share-a"]
    assert reply.json()["name"]["zh"].startswith("澜石示例银行")
    assert (await world.finance.anonymous.get("/partners/none")).status_code == 404


@pytest.mark.policy_part("A052")
async def test_kinds_of_partners_are_codes_with_labels(finance: Running) -> None:
    assert await listed(finance, kind="tech_branch") == [SONGLING]
    lists = (await finance.anonymous.get("/codes")).json()["lists"]
    assert {each["code"] for each in lists["partner_kinds"]} == {
        "commercial_bank",
        "tech_branch",
        "tech_microlender",
        "tech_insurance_branch",
    }


async def test_volumes_are_the_staff_s(world: World) -> None:
    assert (await world.officer().get("/partners/volumes")).status_code == 200
    assert (await world.bank(QINGYU).get("/partners/volumes")).status_code == 403
    assert (await world.finance.anonymous.get("/partners/volumes")).status_code == 401
