"""Reserving names over HTTP on a real database: for how long, by whom, and how a name is free again."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from kit.clock import Clock
from kit.workdays import WorkCalendar
from services.registration.names.jobs import lapse_names
from tests.fixtures.callers import Caller, Running
from tests.services.registration.names.reserving import (
    SEAT,
    check,
    reserve,
    wish,
)


async def events_of(service: Running, name_id: str) -> list[str]:
    async with service.app.state.database.reader() as reader:
        rows = await reader.execute(
            text("SELECT type FROM outbox WHERE aggregate_id = :id ORDER BY id"), {"id": name_id}
        )
        return [row.type for row in rows]


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


async def test_no_trade_name_mends_a_wrong_form(founder: Caller) -> None:
    asked = await founder.post("/name-suggestions", json=wish("青屿星野食品店"))
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
        ({"name": "\u200b\u200b"}, 422, "invalid_request"),
        ({"name": "青屿ＡＢ食品有限公司"}, 422, "name_not_allowed"),
        ({"name": "青屿\ud800食品有限公司"}, 422, "invalid_request"),
        ({"name": "青屿\x00食品有限公司"}, 422, "invalid_request"),
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
