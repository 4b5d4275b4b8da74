"""Hosted addresses: granted to a tenant, used by registration, over with grace, expiry or a word."""

import asyncio
import uuid
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from tests.fixtures.callers import Caller
from tests.services.carriers.place import PROVINCIAL, SPACE, Place

USCCS = iter(f"91980102XY{n:07d}X" for n in range(1000, 9000))
GRACE = 90


async def granted(place: Place, case: dict[str, Any], **body: Any) -> dict[str, Any]:
    reply = await place.operator().post(f"/tenancies/{case['id']}/address-grants", json=body)
    assert reply.status_code == 201, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def read(caller: Caller, grant: dict[str, Any]) -> dict[str, Any]:
    reply = await caller.get(f"/address-grants/{grant['code']}")
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def told(place: Place, verb: str, grant: dict[str, Any]) -> list[Any]:
    events = await place.events(f"carriers.address-grant.{verb}.v1")
    return [event for event in events if event["code"] == grant["code"]]


@pytest.mark.policy_part("C011")
@pytest.mark.policy_part("B023")
async def test_a_tenant_is_granted_the_carriers_address(place: Place) -> None:
    name = uuid.uuid4().hex
    founder = place.founder(name)
    case = await place.tenant(founder)
    grant = await granted(place, case)
    assert grant["code"].startswith("HA")
    assert len(grant["code"]) == 10
    assert (grant["state"], grant["uses_max"], grant["uses"]) == ("live", 1, [])
    assert (grant["street"], grant["region_code"]) == ("创业路34号集群注册区", "980101")
    assert grant["valid_to"] == case["facts"]["ends_on"]
    assert await read(founder, grant) == grant
    assert "person-" not in str(grant)
    event = (await told(place, "granted", grant))[0]
    assert (event["holder"], event["carrier_code"]) == (f"person-{name}", SPACE)
    assert event["street"] == grant["street"]


async def test_a_firm_that_moves_in_is_there_since_it_moved(place: Place) -> None:
    name, uscc = uuid.uuid4().hex, next(USCCS)
    founder = place.founder(name)
    grant = await granted(place, await place.tenant(founder))
    founded_on = place.today - timedelta(days=400)
    await place.license(
        uscc, f"person-{name}", founded_on=founded_on, grant=grant["code"], version=2
    )
    uses = (await read(founder, grant))["uses"]
    assert [(use["uscc"], use["since_on"]) for use in uses] == [(uscc, str(place.today))]


async def test_strangers_do_not_know_of_a_grant(place: Place) -> None:
    case = await place.tenant(place.founder())
    grant = await granted(place, case)
    path = f"/address-grants/{grant['code']}"
    for stranger in (place.founder(), place.operator(PROVINCIAL), place.officer("980200")):
        assert (await stranger.get(path)).status_code == 404
        assert grant["code"] not in (await stranger.get("/address-grants")).text
        tenancy = f"/tenancies/{case['id']}/address-grants"
        assert (await stranger.get(tenancy)).status_code == 404
    other = place.operator(PROVINCIAL)
    assert (await other.post(f"/tenancies/{case['id']}/address-grants", json={})).status_code == 404
    revoked = await other.post(f"{path}/actions/revoke", json={"reason": "x"}, version=1)
    assert revoked.status_code == 404
    mine = await place.founder().post(f"/tenancies/{case['id']}/address-grants", json={})
    assert (mine.status_code, mine.json()["code"]) == (403, "not_permitted")


async def test_only_who_has_moved_in_is_granted_an_address_and_once(place: Place) -> None:
    founder = place.founder()
    offered = await place.offered(founder)
    path, operator = f"/tenancies/{offered['id']}/address-grants", place.operator()
    early = await operator.post(path, json={})
    assert (early.status_code, early.json()["code"]) == (409, "tenancy_not_running")
    await place.done(founder, offered, "move_in")
    grant = await granted(place, offered)
    again = await operator.post(path, json={})
    assert (again.status_code, again.json()["code"]) == (409, "address_grant_exists")
    assert again.json()["existing"]["reference"] == grant["code"]


async def test_a_tenant_without_a_known_person_cannot_hold_a_grant(place: Place) -> None:
    portal = place.running.caller("portal", org="example-portal", sub="sub-portal")
    case = await place.tenant(portal)
    path = f"/tenancies/{case['id']}/address-grants"
    reply = await place.operator().post(path, json={})
    assert (reply.status_code, reply.json()["code"]) == (422, "holder_unknown")
    assert (await portal.get(path)).json()["items"] == []


async def test_twenty_grants_at_once_are_one(place: Place) -> None:
    case = await place.tenant(place.founder())
    path, operator = f"/tenancies/{case['id']}/address-grants", place.operator()
    replies = await asyncio.gather(*(operator.post(path, json={}) for _ in range(20)))
    assert Counter(reply.status_code for reply in replies) == {201: 1, 409: 19}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"uses_max": 4}, "grant_limit_exceeded"),
        ({"valid_to": "2020-01-01"}, "grant_term_not_allowed"),
        ({"valid_to": "2040-01-01"}, "grant_term_not_allowed"),
        ({"address_id": str(uuid.uuid4())}, "no_hosted_address"),
        ({"uses_max": 0}, "invalid_request"),
        ({"holder": "somebody"}, "invalid_request"),
    ],
)
async def test_what_a_grant_may_not_be(place: Place, body: dict[str, Any], code: str) -> None:
    case = await place.tenant(place.founder())
    reply = await place.operator().post(f"/tenancies/{case['id']}/address-grants", json=body)
    assert (reply.status_code, reply.json()["code"]) == (422, code)


async def test_an_address_takes_no_more_firms_than_its_limit(place: Place) -> None:
    """Five grants race for an address that takes two; an ended grant gives its place back."""
    operator = place.operator()
    body = {"street": f"创业路34号{uuid.uuid4().hex[:6]}室", "firms_max": 2}
    address = (await operator.post(f"/carriers/{SPACE}/hosted-addresses", json=body)).json()
    cases = [await place.tenant(place.founder()) for _ in range(5)]
    replies = await asyncio.gather(
        *(
            operator.post(
                f"/tenancies/{case['id']}/address-grants", json={"address_id": address["id"]}
            )
            for case in cases
        )
    )
    assert Counter(reply.status_code for reply in replies) == {201: 2, 409: 3}
    full = next(reply.json() for reply in replies if reply.status_code == 409)
    assert full["code"] == "hosted_address_full"
    won = next(reply.json() for reply in replies if reply.status_code == 201)
    path = f"/address-grants/{won['code']}/actions/revoke"
    await operator.post(path, json={"reason": "换房间"}, version=1)
    late = next(c for c, r in zip(cases, replies, strict=True) if r.status_code == 409)
    assert (await granted(place, late, address_id=address["id"]))["state"] == "live"
    listed = (await operator.get(f"/carriers/{SPACE}/hosted-addresses")).json()["items"]
    assert next(row["promised"] for row in listed if row["id"] == address["id"]) == 2


async def test_an_address_is_listed_once_and_within_the_parameter(place: Place) -> None:
    operator, path = place.operator(), f"/carriers/{SPACE}/hosted-addresses"
    body = {"street": f"创业路34号{uuid.uuid4().hex[:6]}室", "firms_max": 5}
    assert (await operator.post(path, json=body)).status_code == 201
    again = await operator.post(path, json=body)
    assert (again.status_code, again.json()["code"]) == (409, "hosted_address_exists")
    many = await operator.post(path, json=body | {"firms_max": 9_999})
    assert (many.status_code, many.json()["code"]) == (422, "grant_limit_exceeded")
    assert (await place.operator(PROVINCIAL).get(path)).status_code == 404


async def test_a_revoked_grant_is_over_at_once(place: Place) -> None:
    founder, operator = place.founder(), place.operator()
    grant = await granted(place, await place.tenant(founder))
    path = f"/address-grants/{grant['code']}/actions/revoke"
    bare = await operator.post(path, json={"reason": "无人办公"})
    assert (bare.status_code, bare.json()["code"]) == (428, "if_match_required")
    stale = await operator.post(path, json={"reason": "无人办公"}, version=7)
    assert (stale.status_code, stale.json()["code"]) == (412, "stale_etag")
    done = await operator.post(path, json={"reason": "无人办公"}, version=1)
    assert done.status_code == 200, done.text
    assert (done.json()["state"], done.json()["reason"]) == ("ended", "revoked")
    assert done.json()["note"] == "无人办公"
    assert [e["reason"] for e in await told(place, "ended", grant)] == ["revoked"]
    twice = await operator.post(path, json={"reason": "无人办公"}, version=2)
    assert (twice.status_code, twice.json()["code"]) == (409, "address_grant_over")


async def test_leaving_gives_grace_and_then_the_grant_ends(place: Place) -> None:
    founder = place.founder()
    case = await place.tenant(founder)
    grant = await granted(place, case)
    await place.done(founder, case, "leave")
    closing = await read(founder, grant)
    last = place.today + timedelta(days=GRACE)
    assert (closing["state"], closing["valid_to"]) == ("closing", str(last))
    assert [e["reason"] for e in await told(place, "closing", grant)] == ["left"]
    with place.later(days=GRACE):
        await place.sweep()
        assert (await read(founder, grant))["state"] == "closing"
    with place.later(days=GRACE + 1):
        await place.sweep()
        await place.sweep()
        assert (await read(founder, grant))["state"] == "ended"
        ended = await told(place, "ended", grant)
        assert [(e["reason"], e["ended_on"]) for e in ended] == [("left", str(place.today))]


async def test_a_grant_ends_with_its_own_time_while_the_tenancy_runs(place: Place) -> None:
    founder = place.founder()
    case = await place.tenant(founder)
    grant = await granted(place, case, valid_to=str(place.today + timedelta(days=10)))
    with place.later(days=11):
        await place.sweep()
        assert (await read(founder, grant))["reason"] == "expired"
        assert (await place.read(founder, case))["state"] == "incubating"


async def test_a_live_grant_is_extended_within_the_tenancy(place: Place) -> None:
    founder, operator = place.founder(), place.operator()
    case = await place.tenant(founder)
    grant = await granted(place, case, valid_to=str(place.today + timedelta(days=10)))
    path = f"/address-grants/{grant['code']}/actions/extend"
    beyond = await operator.post(path, json={"valid_to": "2040-01-01"}, version=1)
    assert (beyond.status_code, beyond.json()["code"]) == (422, "grant_term_not_allowed")
    body = {"valid_to": case["facts"]["ends_on"]}
    done = await operator.post(path, json=body, version=1)
    assert (done.json()["valid_to"], done.json()["version"]) == (body["valid_to"], 2)
    assert [e["valid_to"] for e in await told(place, "granted", grant)] == [
        str(place.today + timedelta(days=10)),
        body["valid_to"],
    ]


@pytest.mark.policy_part("B019")
async def test_a_licence_by_the_grant_makes_the_team_a_firm(place: Place) -> None:
    name, uscc = uuid.uuid4().hex, next(USCCS)
    founder = place.founder(name)
    case = await place.tenant(founder)
    grant = await granted(place, case)
    await place.license(uscc, f"person-{name}", grant=grant["code"])
    await place.work()
    linked = await place.read(founder, case, "timeline")
    assert (linked["facts"]["uscc"], linked["state"]) == (uscc, "incubating")
    assert linked["timeline"][-1]["action"] == "link_firm"
    assert linked["title"] == f"青屿{uscc[-4:]}科技有限公司"
    row = (await founder.get(f"/tenancies/{case['id']}")).json()
    assert (row["uscc"], row["applied_as"]) == (uscc, "team")
    assert row["linked_on"] == str(place.today)
    assert [use["uscc"] for use in (await read(founder, grant))["uses"]] == [uscc]
    assert "request_graduation" in [a["action"] for a in linked["allowed_actions"]]


async def test_a_second_firm_by_the_grant_does_not_take_the_tenancy_over(place: Place) -> None:
    name, first, second = uuid.uuid4().hex, next(USCCS), next(USCCS)
    founder = place.founder(name)
    case = await place.tenant(founder)
    grant = await granted(place, case, uses_max=2)
    for uscc in (first, second, first):
        await place.license(uscc, f"person-{name}", grant=grant["code"])
    await place.work()
    shown = await place.read(founder, case, "timeline")
    assert shown["facts"]["uscc"] == first
    assert [t["action"] for t in shown["timeline"]].count("link_firm") == 1
    assert {use["uscc"] for use in (await read(founder, grant))["uses"]} == {first, second}


async def test_a_licence_by_an_unknown_grant_is_no_trouble(place: Place) -> None:
    await place.license(next(USCCS), "person-nobody", grant="HA22222222")
    await place.work()


async def test_grants_come_in_pages(place: Place) -> None:
    founder = place.founder()
    codes = [(await granted(place, await place.tenant(founder)))["code"] for _ in range(3)]
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 2}
    while True:
        body = (await founder.get("/address-grants", params=params)).json()
        seen += [row["code"] for row in body["items"]]
        if body["next"] is None:
            break
        params["cursor"] = body["next"]
    assert seen == codes[::-1]
