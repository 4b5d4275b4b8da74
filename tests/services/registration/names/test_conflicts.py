"""Names that stand in each other's way: identical, similar, promised, tied by investment, former."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import text

from kit.clock import Clock
from services.registration.names.comparison import FormerKind
from services.registration.names.handover import (
    register_name,
    retire_name,
)
from tests.fixtures.callers import Caller, Running
from tests.services.registration.names.reserving import SEAT, check, codes, reserve


async def test_an_identical_name_is_refused_and_named(service: Running, founder: Caller) -> None:
    held = (await reserve(founder, "青屿云帆食品有限公司")).json()
    other = service.caller("founder", sub="someone-else")
    reply = await reserve(other, "青屿云帆食品有限公司")
    assert (reply.status_code, reply.json()["code"]) == (409, "name_taken")
    existing = reply.json()["existing"]
    assert (existing["id"], existing["reference"]) == (held["id"], held["reference"])
    assert (await other.get(f"/name-reservations/{held['id']}")).status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "云岫（青屿）食品有限公司",  # other order
        "青屿市江湾区云岫食品有限公司",  # other region of the same authority
        "青屿雲岫食品股份有限公司",  # traditional character, other form
        "青屿云岫食品科技有限公司",  # other words, same division
        "青屿云岫集团有限公司",  # no industry: meets every industry
    ],
)
async def test_the_same_trade_name_in_one_industry_blocks(founder: Caller, name: str) -> None:
    await reserve(founder, "青屿云岫食品有限公司")
    form = "joint_stock_company" if "股份" in name else "limited_company"
    body = await check(founder, name, organization_form=form)
    assert body["outcome"] == "blocked"
    assert "identical_name" in codes(body)


async def test_the_same_trade_name_in_another_industry_is_free(founder: Caller) -> None:
    assert (await reserve(founder, "青屿远岫食品有限公司")).status_code == 201
    assert (await reserve(founder, "青屿远岫物流有限公司")).status_code == 201


async def test_the_same_name_at_another_authority_is_free(founder: Caller) -> None:
    assert (await reserve(founder, "云川沐阳食品有限公司")).status_code == 201
    reply = await reserve(founder, "云川沐阳食品有限公司", region_code="980201")
    assert reply.status_code == 201, reply.text


@pytest.mark.parametrize(
    ("name", "likeness"),
    [
        ("青屿牛兰山白酒有限公司", "same_sound"),
        ("青屿牛栏山泉酒业有限公司", "contains_trade_name"),
        ("青屿牛栏酒业有限公司", "contained_in_trade_name"),
        ("青屿牛兰山泉酒业有限公司", "contains_same_sound"),
    ],
)
async def test_a_similar_name_warns_with_its_likeness(
    service: Running, name: str, likeness: str
) -> None:
    async with service.app.state.database.transaction() as session:
        known = await session.execute(text("SELECT 1 FROM name_index WHERE reference = 'USCC-NLS'"))
        if known.first() is None:
            await register_name(
                session, "青屿牛栏山酒业有限公司", region_code=SEAT, uscc="USCC-NLS"
            )
    body = await check(service.caller("founder"), name)
    assert body["outcome"] == "promise_required"
    assert likeness in {r["existing"]["likeness"] for r in body["reasons"] if r["existing"]}
    assert "identical_name" not in codes(body)


async def test_polyphones_sound_in_every_reading(founder: Caller) -> None:
    await reserve(founder, "青屿长乐饮料有限公司")
    body = await check(founder, "青屿常悦饮料有限公司")  # 长乐 is also said chang yue
    assert body["outcome"] == "promise_required"


async def test_a_similar_name_takes_a_promise_that_is_kept(founder: Caller) -> None:
    await reserve(founder, "青屿松涛酒业有限公司")
    bare = await reserve(founder, "青屿松韬酒业有限公司")
    assert (bare.status_code, bare.json()["code"]) == (422, "name_promise_required")
    asked = (await check(founder, "青屿松韬酒业有限公司"))["promise"]
    wrong = {"statement": asked["statement"], "similar": [str(uuid.uuid4())]}
    assert (await reserve(founder, "青屿松韬酒业有限公司", promise=wrong)).status_code == 422
    promise = {"statement": asked["statement"], "similar": asked["similar"]}
    reply = await reserve(founder, "青屿松韬酒业有限公司", promise=promise)
    assert reply.status_code == 201, reply.text
    kept = reply.json()["promise"]
    assert kept["text_zh"] == asked["text"]["zh"]
    assert [one["name"] for one in kept["similar"]] == ["青屿松涛酒业有限公司"]
    assert kept["similar"][0]["likeness"] == "same_sound"


@pytest.mark.policy_part("C013")
async def test_incubatees_may_use_new_industry_words(founder: Caller) -> None:
    name = "青屿澄怀元宇宙有限公司"
    refused = await reserve(founder, name)
    assert refused.json()["errors"][0]["code"] == "new_industry_word"
    reply = await reserve(founder, name, incubatee_of="carrier-1")
    assert reply.status_code == 201, reply.text
    assert reply.json()["incubatee_of"] == "carrier-1"


async def test_an_investment_tie_opens_an_identical_trade_name(
    service: Running, founder: Caller
) -> None:
    parent = (await reserve(founder, "青屿鹤鸣食品有限公司")).json()
    name = "青屿鹤鸣乳业有限公司"
    assert (await reserve(founder, name)).status_code == 409
    ties = [{"name_id": parent["id"], "kind": "investment"}]
    reply = await reserve(founder, name, ties=ties)
    assert reply.status_code == 201, reply.text
    same = await reserve(founder, parent["name"], ties=ties)
    assert same.status_code == 409  # a whole name is never given twice
    third = service.caller("founder", sub="third")
    assert (await reserve(third, "青屿鹤鸣糖果有限公司")).status_code == 409


async def test_a_tie_to_nobody_in_the_way_opens_nothing(founder: Caller) -> None:
    ties = [{"name_id": str(uuid.uuid4()), "kind": "investment"}]
    assert (await reserve(founder, "青屿鹿鸣食品有限公司", ties=ties)).status_code == 201
    assert (await reserve(founder, "青屿鹿鸣冷冻食品有限公司")).status_code == 409


@pytest.mark.parametrize("kind", list(FormerKind))
async def test_a_former_name_blocks_for_a_year(
    service: Running, founder: Caller, clock: Clock, kind: FormerKind
) -> None:
    trade = {"deregistered": "归云", "renamed": "归舟", "revoked": "归雁"}[kind]
    name, uscc = f"青屿{trade}食品有限公司", f"USCC-{kind.value}"
    async with service.app.state.database.transaction() as session:
        name_id = await register_name(session, name, region_code=SEAT, uscc=uscc)
        assert await retire_name(session, uscc, kind=kind, on=clock.today()) == 1
    assert (await reserve(founder, name)).status_code == 409
    transfer = [{"name_id": str(name_id), "kind": "transfer"}]
    taken_over = await reserve(founder, name, ties=transfer)
    # 受让 opens a deregistered or renamed name (item 2), not a revoked one (item 3)
    assert taken_over.status_code == (409 if kind is FormerKind.REVOKED else 201)
    if kind is FormerKind.REVOKED:
        clock.offset = timedelta(days=366)
        try:
            assert (await reserve(founder, name)).status_code == 201
        finally:
            clock.offset = timedelta()
