"""Reserving names over HTTP on a real database: who gets a name, for how long, and who does not."""

import json
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from kit.clock import Clock
from kit.errors import NotFound
from kit.workdays import WorkCalendar
from services.registration.composition import SERVICE
from services.registration.names.comparison import FormerKind
from services.registration.names.errors import ReservationEnded, ReservationInUse
from services.registration.names.handover import (
    confirm_reservation,
    register_name,
    retire_name,
    stop_using_reservation,
    use_reservation,
)
from services.registration.names.jobs import lapse_names
from tests.fixtures.callers import Caller, Running, running

SEAT = "980101"


@pytest.fixture(scope="module")
async def service(fresh_database: Callable[[str], Any]) -> AsyncIterator[Running]:
    async with running(SERVICE, fresh_database("registration").app) as made:
        yield made


@pytest.fixture
def founder(service: Running) -> Caller:
    return service.caller("founder", sub=f"founder-{uuid.uuid4().hex[:6]}", person=uuid.uuid4().hex)


@pytest.fixture
def clock(service: Running) -> Clock:
    return service.app.state.clock


def wish(name: str, **more: Any) -> dict[str, Any]:
    body = {"name": name, "region_code": SEAT, "organization_form": "limited_company"}
    return body | more


async def check(caller: Caller, name: str, **more: Any) -> dict[str, Any]:
    reply = await caller.post("/name-checks", json=wish(name, **more))
    assert reply.status_code == 200, reply.text
    return reply.json()


async def reserve(caller: Caller, name: str, **more: Any) -> Any:
    return await caller.post("/name-reservations", json=wish(name, **more))


def codes(body: dict[str, Any]) -> set[str]:
    return {reason["code"] for reason in body["reasons"]}


@pytest.mark.policy("A091")
async def test_a_free_name_is_kept_for_two_months(founder: Caller, clock: Clock) -> None:
    reply = await reserve(founder, "青屿澜舟网络科技有限公司")
    assert reply.status_code == 201, reply.text
    kept = reply.json()
    until = WorkCalendar().end_of_period(clock.today(), months=2)
    assert kept["reserved_until"] == until.isoformat()
    assert kept["state"] == "reserved"
    assert kept["reference"].startswith("N")
    assert reply.headers["etag"] == '"1"'
    again = await founder.get("/" + reply.headers["location"])
    assert again.json() == kept
    assert [action["action"] for action in kept["allowed_actions"]] == ["release"]


async def test_prior_approval_keeps_a_name_for_a_year(founder: Caller, clock: Clock) -> None:
    reply = await reserve(founder, "青屿澜波典当有限公司", prior_approval=True)
    assert reply.status_code == 201, reply.text
    until = WorkCalendar().end_of_period(clock.today(), years=1)
    assert reply.json()["reserved_until"] == until.isoformat()


async def test_a_financial_word_needs_its_approval(founder: Caller) -> None:
    reply = await reserve(founder, "青屿澜涛典当有限公司")
    assert (reply.status_code, reply.json()["code"]) == (422, "name_needs_approval")


async def test_checking_keeps_nothing_and_needs_no_key(founder: Caller) -> None:
    first = await check(founder, "青屿曦和软件有限公司")
    second = await check(founder, "青屿曦和软件有限公司")
    assert first["outcome"] == second["outcome"] == "available"
    assert first["parts"] == {
        "region": "青屿",
        "trade_name": "曦和",
        "industry": "软件",
        "form": "有限公司",
        "branch": "",
        "order": "first",
        "region_code": "980100",
        "division": "65",
        "organization_forms": ["limited_company"],
    }


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


@pytest.mark.policy("C013")
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


async def test_a_released_name_is_free_again(founder: Caller) -> None:
    held = (await reserve(founder, "青屿听松文化传媒有限公司")).json()
    path = f"/name-reservations/{held['id']}/actions/release"
    assert (await founder.post(path)).status_code == 428
    assert (await founder.post(path, version=9)).status_code == 412
    released = await founder.post(path, version=1)
    assert released.json()["state"] == "released"
    assert (await founder.post(path, version=2)).json()["code"] == "name_reservation_ended"
    assert (await reserve(founder, "青屿听松文化传媒有限公司")).status_code == 201


async def test_nobody_releases_anothers_name(service: Running, founder: Caller) -> None:
    held = (await reserve(founder, "青屿观潮文化传媒有限公司")).json()
    path = f"/name-reservations/{held['id']}/actions/release"
    stranger = service.caller("founder", sub="stranger")
    assert (await stranger.post(path, version=1)).status_code == 404


async def test_an_overdue_name_lapses_by_the_sweep(
    service: Running, founder: Caller, clock: Clock
) -> None:
    held = (await reserve(founder, "青屿枕流文化传媒有限公司")).json()
    await lapse_names(service.app.state)
    assert (await founder.get(f"/name-reservations/{held['id']}")).json()["state"] == "reserved"
    clock.offset = timedelta(days=75)
    try:
        await lapse_names(service.app.state)
        now = (await founder.get(f"/name-reservations/{held['id']}")).json()
        assert now["state"] == "lapsed"
        assert (await reserve(founder, "青屿枕流文化传媒有限公司")).status_code == 201
    finally:
        clock.offset = timedelta()
    types = await events_of(service, held["id"])
    assert types == ["registration.name.reserved.v1", "registration.name.lapsed.v1"]


async def test_an_overdue_name_is_free_before_any_sweep(
    service: Running, founder: Caller, clock: Clock
) -> None:
    held = (await reserve(founder, "青屿漱石文化传媒有限公司")).json()
    clock.offset = timedelta(days=75)
    try:
        other = service.caller("founder", sub="in-time")
        assert (await reserve(other, "青屿漱石文化传媒有限公司")).status_code == 201
    finally:
        clock.offset = timedelta()
    assert (await founder.get(f"/name-reservations/{held['id']}")).json()["state"] == "lapsed"


async def events_of(service: Running, name_id: str) -> list[str]:
    async with service.app.state.database.reader() as reader:
        rows = await reader.execute(
            text("SELECT type FROM outbox WHERE aggregate_id = :id ORDER BY id"), {"id": name_id}
        )
        return [row.type for row in rows]


async def test_a_licence_makes_the_name_the_enterprises(
    service: Running, founder: Caller, clock: Clock
) -> None:
    held = (await reserve(founder, "青屿抱朴食品有限公司")).json()
    name_id, case_id = uuid.UUID(held["id"]), uuid.uuid4()
    database = service.app.state.database
    async with database.transaction() as session:
        await use_reservation(session, name_id, case_id=case_id, clock=clock)
    used = (await founder.get(f"/name-reservations/{held['id']}")).json()
    path = f"/name-reservations/{held['id']}/actions/release"
    refused = await founder.post(path, version=used["version"])
    assert refused.json()["code"] == "name_reservation_in_use"
    async with database.transaction() as session:
        with pytest.raises(ReservationInUse):
            await use_reservation(session, name_id, case_id=uuid.uuid4(), clock=clock)
    clock.offset = timedelta(days=75)  # the application came in time, so the name has not lapsed
    try:
        await lapse_names(service.app.state)
        for _ in range(2):
            async with database.transaction() as session:
                await confirm_reservation(
                    session, name_id, case_id=case_id, uscc="91980101XY0000AB12", clock=clock
                )
    finally:
        clock.offset = timedelta()
    body = await check(founder, "青屿抱朴食品有限公司")
    assert body["reasons"][0]["existing"]["reference"] == "91980101XY0000AB12"
    assert body["reasons"][0]["existing"]["state"] == "registered"


async def test_a_refused_application_leaves_the_name_reserved(
    service: Running, founder: Caller, clock: Clock
) -> None:
    held = (await reserve(founder, "青屿守拙食品有限公司")).json()
    name_id, case_id = uuid.UUID(held["id"]), uuid.uuid4()
    database = service.app.state.database
    async with database.transaction() as session:
        await use_reservation(session, name_id, case_id=case_id, clock=clock)
        await stop_using_reservation(session, name_id, case_id=case_id)
    now = (await founder.get(f"/name-reservations/{held['id']}")).json()
    assert (now["state"], now["case_id"]) == ("reserved", None)
    async with database.transaction() as session:
        with pytest.raises(NotFound):
            await use_reservation(session, uuid.uuid4(), case_id=case_id, clock=clock)
    await founder.post(f"/name-reservations/{held['id']}/actions/release", version=now["version"])
    async with database.transaction() as session:
        with pytest.raises(ReservationEnded):
            await use_reservation(session, name_id, case_id=case_id, clock=clock)


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


async def test_suggestions_are_free_and_allowed(founder: Caller) -> None:
    await reserve(founder, "青屿星野食品有限公司")
    body = await check(founder, "青屿星野食品有限公司", suggestions=5)
    assert body["outcome"] == "blocked"
    assert len(body["suggestions"]) == 5
    for name in body["suggestions"]:
        assert (await check(founder, name))["outcome"] == "available"
    assert (await reserve(founder, body["suggestions"][0])).status_code == 201
    asked = await founder.post(
        "/name-suggestions", json=wish("青屿星野食品有限公司") | {"limit": 10}
    )
    assert len(asked.json()["items"]) == 10
    assert body["suggestions"][0] not in asked.json()["items"]


async def test_no_trade_name_mends_a_wrong_region(founder: Caller) -> None:
    asked = await founder.post("/name-suggestions", json=wish("镇江星野食品有限公司"))
    assert asked.json()["items"] == []


async def test_the_list_pages_and_shows_only_ones_own(service: Running, founder: Caller) -> None:
    for trade in ("一苇", "双桨", "三帆"):
        assert (await reserve(founder, f"青屿{trade}航运有限公司")).status_code == 201
    page = await founder.get("/name-reservations?limit=2")
    body = page.json()
    assert [one["name"] for one in body["items"]] == [
        "青屿三帆航运有限公司", "青屿双桨航运有限公司",
    ]  # fmt: skip
    rest = (await founder.get(f"/name-reservations?limit=2&cursor={body['next']}")).json()
    assert [one["name"] for one in rest["items"]] == ["青屿一苇航运有限公司"]
    assert not rest["next"]
    assert 'rel="next"' in page.headers["link"]
    assert (await founder.get("/name-reservations?cursor=nonsense")).status_code == 400
    officer = service.caller("officer", sub="o", regions=["980101"])
    away = service.caller("officer", sub="a", regions=["980200"])
    assert (await officer.get("/name-reservations?state=reserved")).json()["items"]
    assert (await away.get("/name-reservations")).json()["items"] == [] or all(
        one["region_code"].startswith("9802")
        for one in (await away.get("/name-reservations")).json()["items"]
    )


async def test_the_form_is_what_the_name_ends_in_where_it_is_not_said(founder: Caller) -> None:
    body = {"name": "青屿无言股份有限公司", "region_code": SEAT}
    reply = await founder.post("/name-reservations", json=body)
    assert reply.json()["code"] == "name_needs_approval"  # no industry
    body["name"] = "青屿无言食品股份有限公司"
    reply = await founder.post("/name-reservations", json=body)
    assert reply.status_code == 201, reply.text
    assert reply.json()["organization_form"] == "joint_stock_company"


async def test_who_may_not_reserve(service: Running) -> None:
    body = wish("青屿拒客食品有限公司")
    anonymous = await service.anonymous.post("/name-reservations", json=body)
    bank = await service.caller("bank").post("/name-reservations", json=body)
    assert (anonymous.status_code, bank.status_code) == (401, 403)
    assert (await service.anonymous.post("/name-checks", json=body)).status_code == 401


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"name": ""}, 422, "invalid_request"),
        ({"name": "长" * 101}, 422, "invalid_request"),
        ({"unknown": 1}, 422, "invalid_request"),
        ({"region_code": "98"}, 422, "invalid_request"),
        ({"region_code": "999999"}, 422, "unknown_region"),
        ({"organization_form": "company_branch"}, 422, "invalid_request"),
        ({"name": "\u200b\u200b"}, 422, "name_not_allowed"),
        ({"name": "青屿ＡＢ食品有限公司"}, 422, "name_not_allowed"),
        ({"name": "青屿\ud800食品有限公司"}, 422, "invalid_request"),
        ({"name": "青屿\x00食品有限公司"}, 400, "malformed_body"),
        ({"name": "中国食品有限公司"}, 422, "name_needs_approval"),
        ({"promise": {"statement": "other/9", "similar": []}}, 422, "invalid_request"),
    ],
)
async def test_wrong_input_is_refused(
    founder: Caller, change: dict[str, Any], status: int, code: str
) -> None:
    body = json.dumps(wish("青屿误入食品有限公司") | change).encode()
    reply = await founder.post(
        "/name-reservations", content=body, headers={"Content-Type": "application/json"}
    )
    assert (reply.status_code, reply.json()["code"]) == (status, code), reply.text


async def test_the_same_key_gives_the_same_reservation(founder: Caller) -> None:
    body = wish("青屿重来食品有限公司")
    first = await founder.post("/name-reservations", json=body, key="k1")
    again = await founder.post("/name-reservations", json=body, key="k1")
    assert first.json() == again.json()
    assert again.headers["idempotency-hit"] == "true"
    missing = await founder.post("/name-reservations", json=body, headers={"Idempotency-Key": ""})
    assert missing.json()["code"] == "idempotency_key_required"
