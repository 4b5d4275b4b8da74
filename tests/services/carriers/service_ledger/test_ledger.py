"""服务台账: recorded by the operator, rated once by the receiver, corrected by taking back."""

import asyncio
import uuid
from collections import Counter
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.carriers.service_ledger import rules
from services.carriers.service_ledger.labels import CATEGORIES
from tests.fixtures.callers import Caller
from tests.services.carriers.place import PROVINCIAL, SPACE, Place


async def a_provider(place: Place) -> dict[str, Any]:
    body = {"name": f"青屿示例服务机构{uuid.uuid4().hex[:8]}（演示）"}
    reply = await place.operator().post(f"/carriers/{SPACE}/service-providers", json=body)
    assert reply.status_code == 201, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def provider_now(place: Place, provider: dict[str, Any]) -> dict[str, Any]:
    params: dict[str, Any] = {"limit": 200}
    reply = await place.operator().get(f"/carriers/{SPACE}/service-providers", params=params)
    return next(row for row in reply.json()["items"] if row["id"] == provider["id"])


def an_entry(
    place: Place, case: dict[str, Any], provider: dict[str, Any], **changes: Any
) -> dict[str, Any]:
    return {
        "tenancy_id": case["id"],
        "provider_id": provider["id"],
        "category": "startup_mentoring",
        "served_on": str(place.today),
        "hours": "1.5",
        "fee_fen": 30_000,
        "proof": "签到表 2026-11-22-01",
    } | changes


async def recorded(
    place: Place, case: dict[str, Any], provider: dict[str, Any], **changes: Any
) -> dict[str, Any]:
    body = an_entry(place, case, provider, **changes)
    reply = await place.operator().post(f"/carriers/{SPACE}/service-entries", json=body)
    assert reply.status_code == 201, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def rate(caller: Caller, entry: dict[str, Any], stars: int) -> Any:
    return await caller.post(f"/service-entries/{entry['id']}/ratings", json={"stars": stars})


@pytest.mark.policy("E013")
@pytest.mark.policy_part("E014")
async def test_a_service_is_recorded_and_its_receiver_rates_it_once(place: Place) -> None:
    founder, provider = place.founder(), await a_provider(place)
    entry = await recorded(place, await place.tenant(founder), provider)
    assert (entry["hours"], entry["fee_fen"], entry["stars"]) == ("1.50", 30_000, None)
    assert entry["reference"].startswith("FW")
    waiting = (await founder.get("/service-entries?to_rate=true")).json()["items"]
    assert [row["id"] for row in waiting] == [entry["id"]]
    rated = await rate(founder, entry, 4)
    assert (rated.status_code, rated.json()["stars"]) == (201, 4)
    again = await rate(founder, entry, 5)
    assert (again.status_code, again.json()["code"]) == (409, "already_rated")
    assert (await founder.get("/service-entries?to_rate=true")).json()["items"] == []
    now = await provider_now(place, provider)
    assert (now["ratings"], now["average"], now["entries"]) == (1, "4.00", 1)
    told = await place.events("carriers.service.recorded.v1")
    assert entry["id"] in [event["entry_id"] for event in told]


async def test_twenty_ratings_at_once_are_one(place: Place) -> None:
    founder, provider = place.founder(), await a_provider(place)
    entry = await recorded(place, await place.tenant(founder), provider)
    replies = await asyncio.gather(*(rate(founder, entry, 5) for _ in range(20)))
    assert Counter(reply.status_code for reply in replies) == {201: 1, 409: 19}
    assert (await provider_now(place, provider))["ratings"] == 1


async def test_nobody_but_the_receiver_rates(place: Place) -> None:
    founder, provider = place.founder(), await a_provider(place)
    entry = await recorded(place, await place.tenant(founder), provider)
    assert (await rate(place.operator(), entry, 5)).status_code == 403
    assert (await rate(place.officer(), entry, 5)).status_code == 403
    for stranger in (place.founder(), place.operator(PROVINCIAL)):
        assert (await rate(stranger, entry, 5)).status_code == 404
        assert (await stranger.get(f"/service-entries/{entry['id']}")).status_code == 404
        assert entry["id"] not in (await stranger.get("/service-entries")).text
    assert (await place.officer().get(f"/service-entries/{entry['id']}")).status_code == 200


@pytest.mark.parametrize("stars", [0, 6, -1, "5", 4.5, None])
async def test_stars_are_one_to_five(place: Place, stars: Any) -> None:
    founder = place.founder()
    reply = await founder.post(f"/service-entries/{uuid.uuid4()}/ratings", json={"stars": stars})
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_request")


async def test_all_ten_categories_of_the_policy_can_be_recorded(place: Place) -> None:
    case, provider = await place.tenant(place.founder()), await a_provider(place)
    assert len(CATEGORIES) == 10
    for category in CATEGORIES:
        await recorded(place, case, provider, category=category)
    path = f"/carriers/{SPACE}/service-entries"
    found = (await place.operator().get(path, params={"category": "e_commerce"})).json()["items"]
    assert {row["category"] for row in found} == {"e_commerce"}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"category": "horoscopes"}, "invalid_request"),
        ({"hours": "0"}, "invalid_request"),
        ({"hours": "0.00"}, "invalid_request"),
        ({"hours": "-1"}, "invalid_request"),
        ({"hours": 1.5}, "invalid_request"),
        ({"fee_fen": -1}, "invalid_request"),
        ({"proof": ""}, "invalid_request"),
        ({"served_on": "2036-01-01"}, "service_in_future"),
        ({"served_on": "2020-01-01"}, "unknown_tenant"),
        ({"provider_id": str(uuid.uuid4())}, "unknown_provider"),
        ({"tenancy_id": str(uuid.uuid4())}, "unknown_tenant"),
    ],
)
async def test_what_cannot_be_recorded(place: Place, changes: dict[str, Any], code: str) -> None:
    case, provider = await place.tenant(place.founder()), await a_provider(place)
    body = an_entry(place, case, provider, **changes)
    reply = await place.operator().post(f"/carriers/{SPACE}/service-entries", json=body)
    assert (reply.status_code, reply.json()["code"]) == (422, code)


async def test_only_the_carriers_operator_records(place: Place) -> None:
    case, provider = await place.tenant(place.founder()), await a_provider(place)
    body = an_entry(place, case, provider)
    path = f"/carriers/{SPACE}/service-entries"
    other = place.operator(PROVINCIAL)
    assert (await other.post(path, json=body)).status_code == 404
    assert (await place.founder().post(path, json=body)).status_code == 403
    elsewhere = await other.post(f"/carriers/{PROVINCIAL}/service-entries", json=body)
    assert (elsewhere.status_code, elsewhere.json()["code"]) == (422, "unknown_provider")


async def test_an_entry_is_taken_back_by_its_opposite_once(place: Place) -> None:
    founder, provider, operator = place.founder(), await a_provider(place), place.operator()
    entry = await recorded(place, await place.tenant(founder), provider)
    path = f"/service-entries/{entry['id']}/reversals"
    replies = await asyncio.gather(
        *(operator.post(path, json={"reason": "登记错误"}) for _ in range(10))
    )
    assert Counter(reply.status_code for reply in replies) == {201: 1, 409: 9}
    back = next(reply.json() for reply in replies if reply.status_code == 201)
    assert (back["hours"], back["fee_fen"]) == ("-1.50", -30_000)
    assert (back["reverses"], back["reason"]) == (entry["id"], "登记错误")
    shown = (await founder.get(f"/service-entries/{entry['id']}")).json()
    assert shown["reversed_by"] == back["reference"]
    twice = await operator.post(f"/service-entries/{back['id']}/reversals", json={"reason": "x"})
    assert (twice.status_code, twice.json()["code"]) == (409, "service_entry_reversed")
    late = await rate(founder, entry, 5)
    assert (late.status_code, late.json()["code"]) == (409, "service_entry_reversed")
    assert (await provider_now(place, provider))["entries"] == 0


async def test_the_ledger_itself_refuses_to_be_edited(place: Place) -> None:
    founder, provider = place.founder(), await a_provider(place)
    entry = await recorded(place, await place.tenant(founder), provider)
    await rate(founder, entry, 1)
    for statement in (
        "UPDATE service_entries SET fee_fen = 0",
        "DELETE FROM service_entries",
        "UPDATE service_ratings SET stars = 5",
        "DELETE FROM service_ratings",
    ):
        with pytest.raises(DBAPIError, match="append-only"):
            async with place.state.database.transaction() as session:
                await session.execute(text(statement))


@pytest.mark.policy("E017")
async def test_bad_ratings_warn_and_then_suspend_and_a_person_reinstates(place: Place) -> None:
    founder, provider, operator = place.founder(), await a_provider(place), place.operator()
    case = await place.tenant(founder)
    standings = []
    for stars in (2, 2, 3, 1, 1):
        entry = await recorded(place, case, provider)
        assert (await rate(founder, entry, stars)).status_code == 201
        standings.append((await provider_now(place, provider))["standing"])
    assert standings == ["active", "active", "warning", "warning", "suspended"]
    now = await provider_now(place, provider)
    reply = await operator.post(
        f"/carriers/{SPACE}/service-entries", json=an_entry(place, case, provider)
    )
    assert (reply.status_code, reply.json()["code"]) == (422, "provider_suspended")
    told = [
        event["standing"]
        for event in await place.events("carriers.service-provider.rated.v1")
        if event["provider_id"] == provider["id"]
    ]
    assert told == ["warning", "suspended"]
    path = f"/service-providers/{provider['id']}/actions/reinstate"
    foreign = await place.operator(PROVINCIAL).post(path, json={"reason": "x"}, version=3)
    assert foreign.status_code == 404
    back = await operator.post(path, json={"reason": "已更换人员"}, version=now["version"])
    assert (back.json()["standing"], back.json()["ratings"]) == ("active", 0)
    entry = await recorded(place, case, provider)
    await rate(founder, entry, 1)
    assert (await provider_now(place, provider))["standing"] == "active"  # one of three needed


async def test_a_bad_rating_counts_no_more_once_its_entry_is_taken_back(place: Place) -> None:
    founder, provider, operator = place.founder(), await a_provider(place), place.operator()
    case = await place.tenant(founder)
    entries = [await recorded(place, case, provider) for _ in range(4)]
    for entry, stars in zip(entries, (1, 3, 4, 3), strict=True):
        await rate(founder, entry, stars)
    assert (await provider_now(place, provider))["standing"] == "warning"
    await operator.post(f"/service-entries/{entries[0]['id']}/reversals", json={"reason": "误登"})
    now = await provider_now(place, provider)
    assert (now["standing"], now["average"]) == ("active", "3.33")


async def test_a_removed_provider_serves_nobody(place: Place) -> None:
    provider, operator = await a_provider(place), place.operator()
    case = await place.tenant(place.founder())
    path = f"/service-providers/{provider['id']}/actions/remove"
    assert (await operator.post(path, json={"reason": "已注销"}, version=1)).status_code == 200
    again = await operator.post(path, json={"reason": "已注销"}, version=2)
    assert (again.status_code, again.json()["code"]) == (409, "standing_unchanged")
    reply = await operator.post(
        f"/carriers/{SPACE}/service-entries", json=an_entry(place, case, provider)
    )
    assert reply.json()["code"] == "provider_suspended"


async def test_a_provider_is_listed_once(place: Place) -> None:
    provider = await a_provider(place)
    path = f"/carriers/{SPACE}/service-providers"
    again = await place.operator().post(path, json={"name": provider["name"]})
    assert (again.status_code, again.json()["code"]) == (409, "provider_exists")
    assert (await place.operator(PROVINCIAL).get(path)).status_code == 404


async def test_somebody_who_has_left_may_still_rate_what_they_got(place: Place) -> None:
    founder, provider = place.founder(), await a_provider(place)
    case = await place.tenant(founder)
    entry = await recorded(place, case, provider)
    await place.done(founder, case, "leave")
    assert (await rate(founder, entry, 5)).status_code == 201
    late = an_entry(place, case, provider)
    with place.later(days=2):
        body = late | {"served_on": str(place.today)}
        reply = await place.operator().post(f"/carriers/{SPACE}/service-entries", json=body)
        assert reply.json()["code"] == "unknown_tenant"


async def test_the_ledger_comes_in_pages_youngest_first(place: Place) -> None:
    founder, provider = place.founder(), await a_provider(place)
    case = await place.tenant(founder)
    for _ in range(5):
        await recorded(place, case, provider)
    seen: list[str] = []
    params: dict[str, Any] = {"limit": 2, "tenancy_id": case["id"]}
    while True:
        body = (await founder.get("/service-entries", params=params)).json()
        seen += [row["id"] for row in body["items"]]
        if body["next"] is None:
            break
        params["cursor"] = body["next"]
    assert len(set(seen)) == len(seen) == 5


@pytest.mark.parametrize(
    ("present", "total", "ratings", "standing"),
    [
        ("active", 2, 2, "active"),  # two ratings are too few
        ("active", 9, 3, "active"),  # exactly 3 is not below
        ("active", 8, 3, "warning"),
        ("active", 6, 3, "warning"),  # exactly 2 is not below
        ("active", 5, 3, "suspended"),
        ("warning", 9, 3, "active"),
        ("suspended", 25, 5, "suspended"),  # a person lifts it, not a rating
        ("removed", 25, 5, "removed"),
    ],
)
def test_where_ratings_put_a_provider(
    present: str, total: int, ratings: int, standing: str
) -> None:
    limits = rules.thresholds(date(2026, 11, 22))
    assert rules.standing(present, total=total, ratings=ratings, limits=limits) == standing
