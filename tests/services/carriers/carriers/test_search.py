"""Carriers by text, by facet and by place: what is found, in which order, and what the counts say."""

import math
from collections import Counter
from typing import Any

import pytest

from services.carriers.carriers.bulk import bulk
from services.carriers.carriers.seed import seed_carriers
from services.carriers.carriers.words import compact, understand, words_of
from services.carriers.composition import SERVICE
from tests.fixtures.callers import Running, running


async def asked(carriers: Running, **params: Any) -> dict[str, Any]:
    reply = await carriers.anonymous.get("/carriers", params={"limit": 200} | params)
    assert reply.status_code == 200, reply.text
    found: dict[str, Any] = reply.json()
    return found


async def names(carriers: Running, **params: Any) -> list[str]:
    return [each["name"] for each in (await asked(carriers, **params))["items"]]


async def test_a_part_of_a_name_finds_it_the_closest_fit_first(carriers: Running) -> None:
    assert await names(carriers, q="听潮") == ["听潮众创空间（演示）"]
    spaces = await names(carriers, q="众创空间")
    assert len(spaces) == 12
    assert [len(n) for n in spaces] == sorted(len(n) for n in spaces)


async def test_full_width_spaces_and_brackets_do_not_matter(carriers: Running) -> None:
    assert await names(carriers, q=" 听潮 众创（空间") == ["听潮众创空间（演示）"]


async def test_an_address_finds_what_lies_there(carriers: Running) -> None:
    items = (await asked(carriers, q="江湾区创业路"))["items"]
    assert items
    assert all("江湾区创业路" in each["address"] for each in items)


@pytest.mark.parametrize("typed", ["tingchao", "TingChao", "tczc", "tcz"])
async def test_pinyin_and_initials_find_it_too(carriers: Running, typed: str) -> None:
    assert "听潮众创空间（演示）" in await names(carriers, q=typed)


async def test_tokens_in_the_wrong_order_are_no_match(carriers: Running) -> None:
    """听潮空间众创 has mostly the pairs of 听潮众创空间, but is not part of it."""
    assert await names(carriers, q="空间众创") == []


async def test_percent_and_underscore_are_letters(carriers: Running) -> None:
    assert await names(carriers, q="%") == []
    assert await names(carriers, q="听_众创") == []


async def test_text_and_facets_narrow_together(carriers: Running) -> None:
    found = await asked(carriers, q="众创", type="maker_community", facets=True)
    assert {each["type"] for each in found["items"]} == {"maker_community"}
    assert found["facets"]["carriers"] == len(found["items"]) == 3
    assert not found["facets"]["capped"]
    types = {each["value"]: each["carriers"] for each in found["facets"]["type"]}
    assert types["maker_space"] == 12  # what choosing another type would give


def counted(items: list[dict[str, Any]], name: str) -> dict[str, int]:
    return dict(Counter(each[name] for each in items if each[name] is not None))


@pytest.mark.parametrize(
    "filters",
    [
        {},
        {"region": "980100"},
        {"region": "980101", "type": "maker_space"},
        {"tier": "city", "with_free_workstations": True},
        {"field": "biomedicine"},
        {"q": "空间", "region": "980100", "tier": "city"},
        {"brand": "suqing_c_space"},
        {"lat": 31.2, "lon": 123.6, "radius_km": 30, "type": "incubator"},
    ],
)
async def test_facet_counts_are_what_choosing_them_would_list(
    carriers: Running, filters: dict[str, Any]
) -> None:
    """The kept counts and the counted ones both agree with the lists themselves, facet by facet."""
    found = (await asked(carriers, facets=True, **filters))["facets"]
    for facet in ("type", "tier", "field"):
        without = {k: v for k, v in filters.items() if k != facet}
        items = (await asked(carriers, **without))["items"]
        told = {each["value"]: each["carriers"] for each in found[facet]}
        assert told == counted(items, facet), facet
    everything = (await asked(carriers, **filters))["items"]
    assert found["carriers"] == len(everything)
    room = (await asked(carriers, **{**filters, "with_free_workstations": True}))["items"]
    assert found["with_free_workstations"] == len(room)


async def test_regions_are_counted_one_level_further_down(carriers: Running) -> None:
    cities = (await asked(carriers, facets=True))["facets"]["region"]
    assert {each["value"] for each in cities} == {"980100", "980200"}
    counties = (await asked(carriers, facets=True, region="980200"))["facets"]["region"]
    assert {each["value"] for each in counties} == {"980201", "980221"}


def metres(one: dict[str, Any], lat: float, lon: float) -> float:
    a = (
        math.sin(math.radians(one["lat"] - lat) / 2) ** 2
        + math.cos(math.radians(lat))
        * math.cos(math.radians(one["lat"]))
        * math.sin(math.radians(one["lon"] - lon) / 2) ** 2
    )
    return 2 * 6371008.8 * math.asin(math.sqrt(a))


async def test_the_nearest_come_first_and_none_from_outside_the_circle(carriers: Running) -> None:
    lat, lon = 31.2, 123.6
    items = (await asked(carriers, lat=lat, lon=lon, radius_km=12))["items"]
    distances = [each["distance_m"] for each in items]
    assert distances == sorted(distances)
    assert 0 < len(items) < 35
    for each in items:
        assert abs(each["distance_m"] - metres(each, lat, lon)) <= 1
    everyone = (await asked(carriers))["items"]
    within = {e["reference"] for e in everyone if metres(e, lat, lon) <= 12_000}
    assert {e["reference"] for e in items} == within


async def test_pages_by_distance_follow_each_other(carriers: Running) -> None:
    params: dict[str, Any] = {"lat": 31.2, "lon": 123.6, "radius_km": 60, "limit": 3}
    seen: list[int] = []
    while True:
        page = await asked(carriers, **params)
        seen += [each["distance_m"] for each in page["items"]]
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    whole = await asked(carriers, lat=31.2, lon=123.6, radius_km=60)
    assert seen == [each["distance_m"] for each in whole["items"]]


@pytest.mark.policy("A012")
async def test_the_digital_map_shows_the_c_spaces(carriers: Running) -> None:
    reply = await carriers.anonymous.get("/carriers/map", params={"brand": "suqing_c_space"})
    assert reply.headers["content-type"] == "application/geo+json"
    found = reply.json()
    assert found["type"] == "FeatureCollection"
    assert len(found["features"]) == 3
    assert not found["truncated"]
    for feature in found["features"]:
        assert feature["geometry"]["type"] == "Point"
        lon, lat = feature["geometry"]["coordinates"]
        assert (123 < lon < 124, 30 < lat < 32) == (True, True)
        assert "suqing_c_space" in feature["properties"]["brands"]


@pytest.mark.policy_part("D013")
async def test_a_community_is_a_polygon_of_its_own(carriers: Running) -> None:
    found = (await carriers.anonymous.get("/carriers/map?type=maker_community")).json()["features"]
    assert {each["geometry"]["type"] for each in found} == {"Polygon"}
    one = (await carriers.anonymous.get("/carriers/ZS-001")).json()
    assert one["bounds_zh"].startswith("东至")


async def test_the_map_shows_what_lies_in_its_box(carriers: Running) -> None:
    reply = await carriers.anonymous.get("/carriers/map", params={"bbox": "123,30,124,31"})
    codes = {each["properties"]["region_code"][:4] for each in reply.json()["features"]}
    assert codes == {"9802"}


async def test_words_are_cut_as_the_query_is() -> None:
    keys = words_of("听潮众创空间（演示）", "青屿市")
    asked_for = understand("听潮（众创")
    assert asked_for is not None
    assert set(asked_for.tokens) <= set(keys.words)
    assert compact("ＡＢ （c）") == "abc"
    assert understand("·—（）- ") is None or understand("（）") is None


@pytest.fixture(scope="module")
async def crowded(fresh_database: Any) -> Any:
    async with running(SERVICE, fresh_database("carriers").app) as made:
        await seed_carriers(made.app.state)
        async with made.app.state.database.transaction() as session:
            await bulk(session, 6_000, 7)
        yield made


async def test_a_common_word_is_paged_exactly_and_its_counts_say_at_least(crowded: Running) -> None:
    found = await asked(crowded, q="众创空间", facets=True, limit=50)
    assert found["facets"]["capped"]
    seen, params = [], {"q": "众创空间", "tier": "national", "limit": 50}
    while True:
        page = await asked(crowded, **params)
        seen += page["items"]
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    lengths = [len(each["name"]) for each in seen]
    assert lengths == sorted(lengths)
    assert len({each["id"] for each in seen}) == len(seen)
    rest, params = [], {"type": "maker_space", "tier": "national", "limit": 200}
    while True:
        page = await asked(crowded, **params)
        rest += page["items"]
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    assert {e["id"] for e in seen} == {e["id"] for e in rest if "众创空间" in e["name"]}


async def test_bulk_counts_agree_with_the_lists(crowded: Running) -> None:
    facets = (await asked(crowded, facets=True))["facets"]
    assert facets["carriers"] == 6_035
    assert sum(each["carriers"] for each in facets["type"]) == 6_035
    assert sum(each["carriers"] for each in facets["region"]) == 6_035
