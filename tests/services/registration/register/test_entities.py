"""The public register: search, pages, what is published and what never leaves."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy import text

from kit.paging import Page
from services.registration.register import store
from services.registration.register.errors import EntityExists
from services.registration.register.rules import EntityRecord
from services.registration.register.schemas import EntitySummary
from services.registration.register.search import understand
from services.registration.register.service import end_entity, register_entity
from tests.fixtures.callers import Running
from tests.fixtures.pages import rows_of
from tests.services.registration.register.samples import (
    ID_MASK,
    PHONE_MASK,
    SECRET_HASH,
    entity,
)


async def enter(service: Running, record: EntityRecord) -> bool:
    async with service.app.state.database.transaction() as session:
        return await register_entity(session, record, now=service.app.state.clock.now())


async def found(service: Running, **query: Any) -> list[dict[str, Any]]:
    reply = await service.anonymous.get("/entities", params=query)
    assert reply.status_code == 200, reply.text
    return list(reply.json()["items"])


async def test_the_demo_register_has_120_firms_and_60_sole_traders(service: Running) -> None:
    async with service.app.state.database.reader() as reader:
        rows = await reader.execute(
            text(
                "SELECT entity_kind, count(*) FROM market_entities WHERE case_id IS NULL GROUP BY 1"
            )
        )
        assert dict(tuple(row) for row in rows) == {"company": 120, "individual_business": 60}


async def test_seeding_again_changes_nothing(service: Running) -> None:
    from services.registration.register.seed import seed

    before = await found(service, limit=200)
    await seed(service.app.state)
    assert await found(service, limit=200) == before


async def test_the_kind_of_an_entity_is_not_read_from_its_code(service: Running) -> None:
    """A sole trader that became a company keeps its 92… (国市监注发〔2025〕58号)."""
    companies = await found(service, entity_kind="company", limit=200)
    assert [row["uscc"][:2] for row in companies].count("92") == 1


async def test_search_by_fragment_pinyin_initials_and_code(service: Running) -> None:
    record = entity(name="青屿重行智造科技有限公司")
    await enter(service, record)
    for q in (
        "重行",
        "行智造",
        "青屿重行智造科技有限公司",
        "重",
        "chongxing",
        "zhonghang",
        "zhizao",
        "qycxzz",
        record.uscc,
        record.uscc[:12],
        "重行智造 科技",
    ):
        assert record.uscc in {row["uscc"] for row in await found(service, q=q, limit=200)}, q
    for q in ("行重", "chongqing", "xqz", "青岛重行"):
        assert record.uscc not in {row["uscc"] for row in await found(service, q=q)}, q


async def test_wildcards_are_letters_like_any_other(service: Running) -> None:
    for q in ("%%", "__", "科%技", "\\\\"):
        assert await found(service, q=q) == []


async def test_a_query_that_says_nothing_is_told_so(service: Running) -> None:
    reply = await service.anonymous.get("/entities?q=a")
    assert (reply.status_code, reply.json()["code"]) == (422, "query_too_short")


async def test_filters_narrow_the_list(service: Running) -> None:
    for row in await found(service, region_code="980100", limit=200):
        assert row["region_code"].startswith("9801")
    for row in await found(service, industry_code="65", state="active", limit=200):
        assert row["industry_code"].startswith("65")
        assert row["state"] == "active"
    gone = await found(service, state="deregistered")
    assert len(gone) == 4
    young = await found(service, founded_on__gte="2026-01-01", founded_on__lte="2026-06-30")
    assert young
    assert all("2026-01-01" <= row["founded_on"] <= "2026-06-30" for row in young)
    both = await found(service, q="科技", region_code="980101", limit=200)
    assert both
    assert all("科技" in row["name"] and row["region_code"] == "980101" for row in both)


@pytest.mark.parametrize("query", ["", "q=科技", "q=keji", "region_code=980100"])
async def test_pages_give_every_row_once(service: Running, query: str) -> None:
    rows = await rows_of(service.anonymous, f"/entities?limit=7&{query}")
    seen = [row["uscc"] for row in rows]
    whole = (await service.anonymous.get(f"/entities?limit=200&{query}")).json()["items"]
    assert seen[:200] == [row["uscc"] for row in whole]
    assert len(seen) == len(set(seen))


async def test_a_cursor_of_another_list_is_refused(service: Running) -> None:
    page = (await service.anonymous.get("/entities?limit=1")).json()
    reply = await service.anonymous.get(f"/entities?q=科技&cursor={page['next']}")
    assert (reply.status_code, reply.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("q", [None, "科技", "keji", "91980101"])
async def test_bytes_from_postgresql_equal_rows_through_models(
    service: Running, q: str | None
) -> None:
    """The quick path and the plain one give the same JSON."""
    filters = store.Filters(query=understand(q) if q else None)
    async with service.app.state.database.reader() as reader:
        rows = await store.page_rows(reader, filters, after=None, limit=50)
        page = await store.page_json(reader, filters, after=None, limit=50)
    items = [EntitySummary.model_validate(dict(row)) for row in rows[:50]]
    plain = Page[EntitySummary](items=items).model_dump(mode="json")["items"]
    assert json.loads(page.items) == plain
    key = store.key_of(rows[49], searching=q is not None) if len(rows) > 50 else None
    assert page.next_key == key


@pytest.mark.policy("A090")
async def test_the_public_sees_what_the_law_publishes(service: Running) -> None:
    record = entity()
    await enter(service, record)
    reply = await service.anonymous.get(f"/entities/{record.uscc}")
    assert reply.headers["etag"] == '"1"'
    body = reply.json()
    assert body["shareholders"][0]["subscribed_fen"] == 60_000_000
    assert body["shareholders"][1]["uscc"] == "91980101XY00000123"
    assert {person["name"] for person in body["people"]} == {"林知远", "陈董"}
    held = await service.anonymous.get(f"/entities/{record.uscc}", headers={"If-None-Match": '"1"'})
    assert held.status_code == 304


async def test_nothing_personal_leaves_through_any_public_door(service: Running) -> None:
    record = entity()
    await enter(service, record)
    doors = [f"/entities/{record.uscc}", f"/entities?q={record.uscc}", "/entities/changes"]
    for caller in (
        service.anonymous,
        service.caller("founder", sub="f"),
        service.caller("bank", sub="b", org="bank"),
        service.caller("officer", sub="o", regions=["980101"]),
    ):
        for door in doors:
            text_seen = (await caller.get(door)).text
            for hidden in (SECRET_HASH, ID_MASK, PHONE_MASK, "秘联络", str(record.case_id)):
                assert hidden not in text_seen


async def test_officers_of_the_region_see_masks_and_nobody_else_does(service: Running) -> None:
    record = entity()
    await enter(service, record)
    path = f"/entities/{record.uscc}/internal-record"
    inside = await service.caller("officer", sub="o", regions=["980100"]).get(path)
    assert inside.status_code == 200, inside.text
    assert inside.headers["cache-control"] == "private, no-store"
    assert {person["id_masked"] for person in inside.json()["people"]} == {ID_MASK}
    assert SECRET_HASH not in inside.text
    for caller, status in (
        (service.caller("officer", sub="o2", regions=["980201"]), 404),
        (service.caller("officer", sub="o3"), 404),
        (service.caller("administrator", sub="a"), 404),
        (service.caller("founder", sub="f"), 403),
        (service.caller("bank", sub="b", org="bank", regions=["980100"]), 403),
        (service.anonymous, 401),
    ):
        assert (await caller.get(path)).status_code == status


async def test_unknown_and_impossible_codes_are_404(service: Running) -> None:
    for code in ("91980101XY00999999", "x", "91980101XI00000123", "'; --"):
        assert (await service.anonymous.get(f"/entities/{code}")).status_code == 404


async def test_one_case_enters_once_and_another_is_told_who_is_there(service: Running) -> None:
    record = entity()
    done = await asyncio.gather(*(enter(service, record) for _ in range(8)))
    assert sorted(done) == [False] * 7 + [True]
    with pytest.raises(EntityExists):
        await enter(service, entity(uscc=record.uscc))


async def test_ending_an_entity_keeps_it_and_says_when(service: Running) -> None:
    record = entity()
    await enter(service, record)
    clock = service.app.state.clock
    async with service.app.state.database.transaction() as session:
        assert await end_entity(session, record.uscc, state="deregistered", now=clock.now())
        assert not await end_entity(session, "91980101XY00999999", state="revoked", now=clock.now())
    body = (await service.anonymous.get(f"/entities/{record.uscc}")).json()
    assert (body["state"], body["version"]) == ("deregistered", 2)
    assert body["ended_on"] == clock.today().isoformat()
    assert record.uscc in {
        row["uscc"] for row in await found(service, q=record.uscc, state="deregistered")
    }


async def test_a_revoked_licence_ends_the_entity_in_the_same_transaction(service: Running) -> None:
    from services.registration.licences.issuing import issue_licence
    from services.registration.licences.key_service import Signer
    from tests.services.registration.licences.samples import content

    record, state = entity(), service.app.state
    async with state.database.transaction() as session:
        await register_entity(session, record, now=state.clock.now())
        licence = await issue_licence(
            session,
            Signer.of(state),
            case_id=record.case_id,  # type: ignore[arg-type]
            content=content(uscc=record.uscc),
            region_code="980101",
            owner_sub="f",
            holder_persons=[],
            now=state.clock.now(),
        )
    officer = service.caller("officer", sub="o", regions=["980101"])
    path = f"/licences/{licence.id}/actions/revoke"
    reply = await officer.post(path, json={"reason": "依法吊销"}, version=1)
    assert reply.status_code == 200, reply.text
    body = (await service.anonymous.get(f"/entities/{record.uscc}")).json()
    assert body["state"] == "revoked"
