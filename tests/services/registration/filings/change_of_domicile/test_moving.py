"""A company moves: who may apply, what stops it, and what the register and the licence say after it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kit.sweeping import sweep_all
from tests.services.registration.addresses.conftest import Carrier
from tests.services.registration.filings.change_of_domicile.moving import MATTER, NEW, STREET, Move
from tests.services.registration.filings.conftest import LIN, ZHOU, House, form

Domicile = Callable[..., dict[str, Any]]


async def company(house: House, domicile: dict[str, Any] | None = None) -> Move:
    """A registered company of its founder, at this address or at its own."""
    founder = house.founder()
    changes = {"domicile": domicile} if domicile else {}
    case = await house.draft(founder, form(await house.reserve(founder), **changes))
    sent = (await house.act(founder, case, "send_for_signing")).json()
    await house.sign(founder, sent)
    await house.work()
    done = await house.read(founder, case)
    assert done["state"] == "registered", done["facts"]
    return Move(house, founder, done["facts"]["uscc"], done["facts"]["licence_id"])


@pytest.fixture(scope="module")
async def settled(house: House) -> Move:
    """One company for the tests that do not move it."""
    return await company(house)


async def test_a_company_that_moves_gets_its_licence_anew(house: House) -> None:
    move = await company(house)
    before, first = await move.entity(), await move.licence(move.licence_id)
    case = await move.submitted()
    assert (case["state"], case["region_code"]) == ("under_review", "980102")
    assert case["title"] == before["name"]
    assert case["facts"]["domicile_before"] == before["domicile"]
    assert case["statutory_by"] is not None
    assert [line["value"]["zh"] for line in case["shown"]] == [before["domicile"], STREET]
    done = await move.done(house.officer(), case, "approve")
    after, second = await move.entity(), await move.licence(done["facts"]["licence_id"])
    assert after["domicile"] == second["licence"]["domicile"] == STREET
    assert after["region_code"] == "980102"
    assert after["registration_authority"] == "青屿市松岭区市场监督管理局"
    assert (first["version"], second["version"], after["licence_version"]) == (1, 2, 2)
    assert (await move.licence(move.licence_id))["status"] == "superseded"
    same = ("uscc", "name", "founded_on", "head", "business_scope", "type_text")
    assert {n: second["licence"][n] for n in same} == {n: first["licence"][n] for n in same}
    kept = ("name", "founded_on", "people", "shareholders", "business_scope")
    assert {n: after[n] for n in kept} == {n: before[n] for n in kept}


async def test_who_searches_the_new_district_finds_the_company_and_the_feed_tells_of_it(
    house: House,
) -> None:
    move = await company(house)
    name = (await move.entity())["name"]
    await move.registered()
    for region, there in (("980102", True), ("980101", False)):
        reply = await house.running.anonymous.get(
            "/entities", params={"q": name, "region_code": region}
        )
        assert (move.uscc in [row["uscc"] for row in reply.json()["items"]]) is there
    query = "SELECT kind FROM entity_changes WHERE uscc = :uscc ORDER BY version"
    assert [row.kind for row in await move.rows(query)] == ["registered", "changed"]


async def test_a_move_opens_no_new_department_tasks(house: House) -> None:
    move = await company(house)
    await move.registered()
    await house.work()
    events = await move.rows(
        "SELECT data FROM outbox WHERE type = 'registration.licence.issued.v1'"
        " AND data->>'uscc' = :uscc ORDER BY id"
    )
    assert [row.data["licence_version"] for row in events] == [1, 2]
    assert events[1].data["legal_representative"] == events[0].data["legal_representative"]
    assert events[1].data["established_on"] == events[0].data["established_on"]


async def test_a_firm_whose_hosting_is_over_moves_and_is_marked_no_longer(
    house: House, carrier: Carrier, domicile: Domicile
) -> None:
    grant = await carrier.grant()
    move = await company(house, domicile(grant))
    await carrier.end(grant)
    assert (await move.entity())["address_status"] == "lapsed"
    await move.registered()
    assert (await move.entity())["address_status"] == "own"
    assert await move.rows("SELECT 1 FROM hosted_domiciles WHERE uscc = :uscc") == []
    listed = (await house.officer().get("/hosted-addresses", params={"state": "lapsed"})).json()
    assert move.uscc not in [row["uscc"] for row in listed["items"]]


async def test_another_grant_is_proof_enough_and_its_end_is_heard_again(
    house: House, carrier: Carrier, domicile: Domicile
) -> None:
    first, second = await carrier.grant(), await carrier.grant()
    move = await company(house, domicile(first))
    await carrier.close(first)
    case = await move.draft(domicile=domicile(second))
    case = await move.done(move.founder, case, "submit")
    assert case["facts"]["judgements"] == []
    await move.done(house.officer(), case, "approve")
    assert (await move.entity())["address_status"] == "hosted"
    query = "SELECT grant_code, state FROM hosted_domiciles WHERE uscc = :uscc"
    assert [tuple(row) for row in await move.rows(query)] == [(second["code"], "current")]
    await carrier.end(first)
    assert (await move.entity())["address_status"] == "hosted"
    await carrier.end(second)
    assert (await move.entity())["address_status"] == "lapsed"


async def test_a_grant_that_ends_before_the_decision_stops_it(
    house: House, carrier: Carrier, domicile: Domicile, settled: Move
) -> None:
    grant = await carrier.grant()
    case = await settled.draft(domicile=domicile(grant))
    case = await settled.done(settled.founder, case, "submit")
    await carrier.end(grant, reason="revoked")
    reply = await house.act(house.officer(), case, "approve")
    assert (reply.status_code, reply.json()["code"]) == (409, "rules_not_met")
    assert (await settled.entity())["address_status"] == "own"
    await settled.done(house.officer(), case, "refuse", reason="地址授权已收回")


async def test_only_the_legal_representative_moves_a_company(house: House, settled: Move) -> None:
    other = house.founder(ZHOU)
    case = await settled.draft(other)
    assert case["title"] == ""
    await house.upload(other, case["id"])
    reply = await house.act(other, case, "submit")
    assert reply.status_code == 422
    assert ("/uscc", "company_not_yours") in {
        (e["pointer"].removeprefix("/form"), e["code"]) for e in reply.json()["errors"]
    }


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"uscc": "91980101MA00000000"}, ("/uscc", "company_not_yours")),
        ({"decided_on": "2199-01-01"}, ("/decided_on", "date_in_future")),
        ({"domicile": NEW | {"region_code": "110101"}}, ("/domicile/region_code", "region_not_served")),
        ({"domicile": NEW | {"region_code": "999999"}}, ("/domicile/region_code", "region_unknown")),
        ({"domicile": NEW | {"kind": "hosted", "area_m2": 2}}, ("/domicile/area_m2", "area_too_small")),
        (
            {"domicile": NEW | {"kind": "hosted", "address_grant": "HA22222222"}},
            ("/domicile/address_grant", "address_grant_not_yours"),
        ),
        (
            {"domicile": NEW | {"region_code": "980101", "street": "创业路88号3楼301室"}},
            ("/domicile/street", "address_unchanged"),
        ),
    ],
)  # fmt: skip
async def test_what_stops_a_move(
    settled: Move, changes: dict[str, Any], found: tuple[str, str]
) -> None:
    assert await settled.found(**changes) == {found}


async def test_without_a_grant_the_new_address_is_proved(house: House, settled: Move) -> None:
    case = await settled.draft()
    reply = await house.act(settled.founder, case, "submit")
    assert (reply.status_code, reply.json()["code"]) == (422, "form_incomplete")
    assert [e["code"] for e in reply.json()["errors"]] == ["material_missing"]


async def test_what_the_officer_has_to_look_at_is_named(house: House, settled: Move) -> None:
    long_ago = str(house.running.app.state.clock.today() - timedelta(days=31))
    shared = NEW | {"kind": "shared"}
    case = await settled.submitted(decided_on=long_ago, domicile=shared)
    assert {j["code"] for j in case["facts"]["judgements"]} == {"applied_late", "shared_address"}
    await settled.done(settled.founder, case, "withdraw")


async def test_a_company_moves_one_step_at_a_time(house: House, settled: Move) -> None:
    drafts = [await settled.draft() for _ in range(4)]
    for case in drafts:
        await house.upload(settled.founder, case["id"])
    replies = await asyncio.gather(*(house.act(settled.founder, case, "submit") for case in drafts))
    assert sorted(reply.status_code for reply in replies) == [200, 409, 409, 409]
    lost = next(reply.json() for reply in replies if reply.status_code == 409)
    won = next(reply.json() for reply in replies if reply.status_code == 200)
    assert (lost["code"], lost["existing"]["reference"]) == ("change_pending", won["reference"])
    await settled.done(settled.founder, won, "withdraw")


async def test_an_officer_of_the_new_place_decides_and_nobody_else(
    house: House, settled: Move
) -> None:
    case = await settled.submitted()
    elsewhere = house.officer(region="980200")
    assert (await house.act(elsewhere, case, "approve")).status_code == 404
    mine = await house.act(settled.founder, case, "approve")
    assert (mine.status_code, mine.json()["code"]) == (403, "not_your_move")
    own = house.running.caller(
        "officer", org="registration", regions=["980100"], sub=f"sub-{LIN['name']}"
    )
    assert (await house.act(own, case, "approve")).status_code == 403
    await settled.done(settled.founder, case, "withdraw")


async def test_a_correction_is_asked_for_once_and_lapses_unanswered(
    house: House, settled: Move
) -> None:
    case, officer = await settled.submitted(), house.officer()
    ask = {"reason": "租赁合同不完整", "items": ["租赁合同缺少出租人签章"]}
    case = await settled.done(officer, case, "request_correction", **ask)
    assert case["answer_by"] is not None
    case = await settled.done(settled.founder, case, "explain", item=1, answer="签章在第 3 页")
    case = await settled.done(settled.founder, case, "submit")
    assert "correction" not in case["facts"]
    assert case["correction"]["items"][0]["answer"] == "签章在第 3 页"
    again = await house.act(officer, case, "request_correction", **ask)
    assert again.json()["errors"][0]["code"] == "correction_already_requested"
    await settled.done(settled.founder, case, "withdraw")
    late = await settled.submitted()
    await settled.done(officer, late, "request_correction", **ask)
    clock = house.running.app.state.clock
    clock.offset = timedelta(days=45)
    try:
        await sweep_all(house.running.app.state)
        assert (await house.read(settled.founder, late))["state"] == "lapsed"
    finally:
        clock.offset = timedelta()


async def test_three_working_days_without_a_decision_are_overdue(
    house: House, settled: Move
) -> None:
    case = await settled.submitted()
    clock = house.running.app.state.clock
    clock.offset = timedelta(days=15)
    try:
        await sweep_all(house.running.app.state)
        assert (await house.read(settled.founder, case))["facts"]["overdue"] is True
    finally:
        clock.offset = timedelta()
    await settled.done(settled.founder, await house.read(settled.founder, case), "withdraw")


async def test_a_deregistered_company_moves_no_more(house: House) -> None:
    move = await company(house)
    licence = await move.licence(move.licence_id)
    head = house.officer("head", "officer")
    ended = await head.post(
        f"/licences/{move.licence_id}/actions/cancel",
        json={"reason": "依申请注销"},
        version=len(licence["history"]),
    )
    assert ended.status_code == 200, ended.text
    assert ("/uscc", "company_not_active") in await move.found()


async def test_the_guide_names_the_law_and_both_languages(house: House) -> None:
    found = (await house.running.anonymous.get(f"/matters/{MATTER}")).json()
    assert found["title"] == {"zh": "住所变更登记", "en": "Register another address"}
    assert "第二十四条" in found["guide"]["legal_basis"][0]["zh"]
    assert [page["key"] for page in found["pages"]] == ["company", "domicile"]
