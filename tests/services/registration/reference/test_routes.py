"""Reference data over HTTP. The database is not there: these routes must not need one."""

from collections.abc import AsyncIterator

import pytest

from services.registration.composition import SERVICE
from tests.fixtures.callers import Caller, Running, running
from tests.fixtures.pages import rows_of

NOWHERE = "postgresql://nobody@127.0.0.1:1/none"
LISTS = [
    "/regions",
    "/industries",
    "/scope-items",
    "/organization-forms",
    "/negative-list-items",
    "/parameters",
]


@pytest.fixture(scope="module")
async def service() -> AsyncIterator[Running]:
    async with running(SERVICE, NOWHERE) as made:
        yield made


@pytest.fixture
def anyone(service: Running) -> Caller:
    return service.anonymous


async def items(caller: Caller, path: str) -> list[dict[str, object]]:
    reply = await caller.get(path)
    assert reply.status_code == 200, reply.text
    return list(reply.json()["items"])


@pytest.mark.parametrize("path", LISTS)
async def test_every_list_is_public_cacheable_and_answers_304(anyone: Caller, path: str) -> None:
    first = await anyone.get(path)
    assert first.status_code == 200
    assert first.headers["cache-control"] == "public, max-age=3600"
    etag = first.headers["etag"]
    again = await anyone.get(path, headers={"If-None-Match": f'"x", W/{etag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    other = await anyone.get(f"{path}?limit=1", headers={"If-None-Match": etag})
    assert other.status_code == 200


@pytest.mark.parametrize("path", LISTS)
async def test_paging_gives_every_row_once(anyone: Caller, path: str) -> None:
    separator = "&" if "?" in path else "?"
    start = f"{path}{separator}limit=200"
    if path == "/regions":
        start += "&parent=320000"
    whole = (await anyone.get(start)).json()
    seen = await rows_of(anyone, start.replace("limit=200", "limit=7"))
    assert seen == whole["items"]
    assert whole["approximate_total"] == len(seen)


async def test_regions_are_walked_from_the_root_down(anyone: Caller) -> None:
    provinces = await items(anyone, "/regions?parent=root&limit=200")
    assert len(provinces) == 35
    assert {"code": "980000", "is_demo": True}.items() <= provinces[-1].items()
    cities = await items(anyone, "/regions?parent=980000")
    assert [c["code"] for c in cities] == ["980100", "980200"]
    counties = await items(anyone, "/regions?parent=980100&level=county")
    assert [c["name"] for c in counties] == [
        {"zh": "江湾区", "en": "Jiangwan District"},
        {"zh": "松岭区", "en": "Songling District"},
        {"zh": "白芦市", "en": "Bailu City"},
    ]


async def test_regions_are_found_by_chinese_english_and_code(anyone: Caller) -> None:
    for query in ("江苏省镇江市丹阳", "danyang city", "321181"):
        assert [r["code"] for r in await items(anyone, f"/regions?q={query}")] == ["321181"]


async def test_a_region_is_shown_as_it_was_on_the_day(anyone: Caller) -> None:
    assert [r["code"] for r in await items(anyone, "/regions?q=公主岭")] == ["220184"]
    then = await items(anyone, "/regions?q=公主岭&on=2015-01-01")
    assert [(r["code"], r["successor"]) for r in then] == [("220381", "220184")]


async def test_a_code_tells_its_whole_history(anyone: Caller) -> None:
    past = (await anyone.get("/regions/220381")).json()
    assert past["present"] is None
    assert past["history"][0]["full_name_zh"] == "吉林省四平市公主岭市"
    present = (await anyone.get("/regions/321102")).json()
    assert present["present"]["name"]["zh"] == "京口区"
    assert [h["name"]["zh"] for h in present["history"]] == ["城区", "京口区"]
    for unknown in ("999999", "12", "abcdef"):
        assert (await anyone.get(f"/regions/{unknown}")).status_code == 404


async def test_industries_are_walked_by_level(anyone: Caller) -> None:
    sections = await items(anyone, "/industries?level=section")
    assert [s["code"] for s in sections] == list("ABCDEFGHIJKLMNOPQRST")
    divisions = await items(anyone, "/industries?parent=I")
    assert [d["code"] for d in divisions] == ["63", "64", "65"]
    assert [c["code"] for c in await items(anyone, "/industries?q=应用软件")] == ["6513"]


async def test_scope_items_are_found_by_words_industry_and_approval(anyone: Caller) -> None:
    found = await items(anyone, "/scope-items?q=餐饮服务")
    assert found[0]["permit"] == {"zh": "食品经营许可证", "en": "Food business permit"}
    assert found[0]["approval"] == "post"
    software = await items(anyone, "/scope-items?industry=65")
    assert all(str(item["industry"]).startswith("65") for item in software)
    assert len(await items(anyone, "/scope-items?approval=pre")) == 2
    assert (await items(anyone, "/scope-items?q=SOFTWARE&industry=6511"))[0]["code"] == "6511-01"


async def test_parameters_say_what_held_on_a_day(anyone: Caller) -> None:
    path = "/parameters?key=simplified_deregistration.notice_days"
    assert [p["value"] for p in await items(anyone, path)] == ["45", "20"]
    assert [p["value"] for p in await items(anyone, f"{path}&on=2018-01-01")] == ["45"]
    review = (await items(anyone, "/parameters?key=review.workdays"))[0]
    assert review["source_doc"] == "市场主体登记管理条例"
    assert review["source_clause"] == "第十九条"


@pytest.mark.parametrize(
    "path",
    [
        "/regions?parent=32",
        "/regions?level=village",
        "/regions?on=yesterday",
        "/regions?on=0",
        "/regions?on=2026-11-21T00:00:00Z",
        "/regions?limit=0",
        "/regions?limit=201",
        "/regions?q=",
        "/industries?parent=%00",
        "/scope-items?approval=maybe",
        "/parameters?key=DROP%20TABLE",
    ],
)
async def test_bad_questions_are_422_with_a_pointer(anyone: Caller, path: str) -> None:
    reply = await anyone.get(path)
    assert (reply.status_code, reply.json()["code"]) == (422, "invalid_request")
    assert reply.json()["errors"][0]["pointer"].startswith("?")


async def test_a_cursor_of_another_list_is_refused(anyone: Caller) -> None:
    cursor = (await anyone.get("/regions?limit=1")).json()["next"]
    for path in (f"/industries?cursor={cursor}", "/regions?cursor=nonsense"):
        reply = await anyone.get(path)
        assert (reply.status_code, reply.json()["code"]) == (400, "invalid_cursor")
