"""The carrier list: types and tiers as data, filters, pages, and what it refuses."""

from collections import Counter
from typing import Any

import pytest
from sqlalchemy import text

from services.carriers.carriers.seed import seed_carriers
from tests.fixtures.callers import Running
from tests.fixtures.pages import rows_of

ALL = 35


async def listed(carriers: Running, **params: Any) -> list[dict[str, Any]]:
    reply = await carriers.anonymous.get("/carriers", params={"limit": 200} | params)
    assert reply.status_code == 200, reply.text
    items: list[dict[str, Any]] = reply.json()["items"]
    return items


async def test_anyone_sees_the_demonstration_carriers(carriers: Running) -> None:
    kinds = Counter(each["type"] for each in await listed(carriers))
    assert (kinds["maker_space"], kinds["incubator"], kinds["accelerator"]) == (12, 5, 2)
    assert (kinds["maker_community"], kinds["demo_base"]) == (3, 6)
    assert all(each["is_demo"] for each in await listed(carriers))


async def test_seeding_again_adds_none(carriers: Running) -> None:
    before = await listed(carriers)
    await seed_carriers(carriers.app.state)
    assert await listed(carriers) == before


async def test_types_and_tiers_are_data_with_both_labels(carriers: Running) -> None:
    found = (await carriers.anonymous.get("/carrier-types")).json()
    types = {each["code"]: each for each in found["types"]}
    assert {"maker_space", "incubator", "accelerator", "rural_maker_base"} <= set(types)
    assert [each["rank"] for each in found["tiers"]] == sorted(e["rank"] for e in found["tiers"])
    assert all(each["name"]["zh"] and each["name"]["en"] for each in found["types"])
    used = {each["type"] for each in await listed(carriers)}
    assert used <= set(types)


async def test_a_city_covers_its_counties(carriers: Running) -> None:
    city = await listed(carriers, region="980100")
    county = await listed(carriers, region="980101")
    assert {each["region_code"][:4] for each in city} == {"9801"}
    assert {each["region_code"] for each in county} == {"980101"}
    assert 0 < len(county) < len(city) < ALL


async def test_filters_narrow_together(carriers: Running) -> None:
    items = await listed(carriers, type="maker_space", tier="city", with_free_workstations=True)
    assert items
    assert all(
        (each["type"], each["tier"]) == ("maker_space", "city") and each["free_workstations"] > 0
        for each in items
    )
    assert await listed(carriers, type="incubation_street") == []


async def test_pages_follow_each_other_youngest_first(carriers: Running) -> None:
    seen = await rows_of(carriers.anonymous, "/carriers?limit=4")
    assert len({each["id"] for each in seen}) == len(seen) == ALL
    days = [each["opened_on"] for each in seen]
    assert days == sorted(days, reverse=True)


async def test_one_carrier_is_read_by_its_id(carriers: Running) -> None:
    first = (await listed(carriers))[0]
    reply = await carriers.anonymous.get(f"/carriers/{first['id']}")
    assert reply.json().items() >= {k: v for k, v in first.items() if k != "fields"}.items()
    seats = f"{first['free_workstations']}.{first['workstations']}"
    assert reply.headers["etag"] == f'"1+{seats}"'
    by_code = await carriers.anonymous.get(f"/carriers/{first['reference']}")
    assert by_code.json() == reply.json()
    held = {"If-None-Match": reply.headers["etag"]}
    again = await carriers.anonymous.get(f"/carriers/{first['id']}", headers=held)
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == reply.headers["etag"]
    await more_seats(carriers, first["id"], 1)
    moved = await carriers.anonymous.get(f"/carriers/{first['id']}", headers=held)
    assert moved.json()["workstations"] == first["workstations"] + 1
    await more_seats(carriers, first["id"], -1)


async def more_seats(carriers: Running, carrier_id: str, number: int) -> None:
    """As a recount of the seats writes it: without a version."""
    statement = text("UPDATE carriers SET workstations = workstations + :number WHERE id = :id")
    async with carriers.app.state.database.transaction() as session:
        await session.execute(statement, {"id": carrier_id, "number": number})


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/carriers/00000000-0000-0000-0000-000000000000", 404, "not_found"),
        ("/carriers/none", 404, "not_found"),
        ("/carriers/ZZ-999", 404, "not_found"),
        ("/carriers?lat=31", 422, "invalid_request"),
        ("/carriers?q=%20%20", 422, "invalid_request"),
        ("/carriers?q=%00%E2%80%8B", 422, "invalid_request"),
        ("/carriers?lat=31&lon=123&radius_km=101", 422, "invalid_request"),
        ("/carriers/map?bbox=124,31,123,32", 422, "invalid_request"),
        ("/carriers/map?bbox=1,2,3", 422, "invalid_request"),
        ("/carriers?region=98", 422, "invalid_request"),
        ("/carriers?field=fishing", 422, "invalid_request"),
        ("/carriers?cursor=bad", 400, "invalid_cursor"),
        ("/carriers?limit=201", 422, "invalid_request"),
    ],
)
async def test_bad_questions_get_a_stable_code(
    carriers: Running, path: str, status: int, code: str
) -> None:
    reply = await carriers.anonymous.get(path)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


async def test_a_cursor_of_another_list_is_refused(carriers: Running) -> None:
    staff = carriers.caller("administrator")
    cursor = (await carriers.anonymous.get("/carriers", params={"limit": 1})).json()["next"]
    reply = await staff.get("/enterprises", params={"cursor": cursor})
    assert (reply.status_code, reply.json()["code"]) == (400, "invalid_cursor")


async def test_health_and_codes_answer(carriers: Running) -> None:
    assert (await carriers.anonymous.get("//health/ready")).json()["service"] == "carriers"
    assert "specialised_fields" in (await carriers.anonymous.get("/codes")).json()["lists"]
