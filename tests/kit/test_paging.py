"""The three ways to answer with a list; each sets the link by itself, and the link leads to the end."""

from collections.abc import AsyncIterator, Sequence
from typing import Annotated

import httpx
import orjson
import pytest
from fastapi import FastAPI, Query, Response

from kit.paging import Page, PageParameters, PageQuery
from tests.fixtures.callers import Caller
from tests.fixtures.pages import pages, rows_of

NUMBERS = range(1, 8)
WAYS = ("paged", "cut", "written", "cut-by-the-database")


def _key(number: int) -> tuple[int]:
    return (number,)


def _fetched(query: PageParameters, over: int) -> Sequence[int]:
    after = query.after("numbers")
    seen = after[0] if after else over
    return [number for number in NUMBERS if number > seen][: query.limit + 1]


Over = Annotated[int, Query(description="Only greater numbers")]


def _app() -> FastAPI:
    app = FastAPI()
    app.state.secret = "a secret of this test only"

    @app.get("/paged")
    async def paged(query: PageQuery, over: Over = 0) -> Page[str]:
        rows = _fetched(query, over)
        return query.page(rows, "numbers", key=_key, view=str, approximate_total=len(NUMBERS))

    @app.get("/cut")
    async def cut(query: PageQuery, over: Over = 0) -> Page[str]:
        shown, following = query.cut(_fetched(query, over), "numbers", key=_key)
        return Page(items=[str(number) for number in shown], next=following)

    @app.get("/written")
    async def written(query: PageQuery, over: Over = 0) -> Response:
        shown, following = query.cut(_fetched(query, over), "numbers", key=_key)
        return query.written(orjson.dumps([str(n) for n in shown]), following, facets=b'{"a":1}')

    @app.get("/cut-by-the-database")
    async def cut_by_the_database(query: PageQuery, over: Over = 0) -> Response:
        rows = _fetched(query, over)
        shown = [str(number) for number in rows[: query.limit]]
        last = _key(rows[query.limit - 1]) if len(rows) > query.limit else None
        return query.written(orjson.dumps(shown), query.following("numbers", last))

    return app


@pytest.fixture
async def reader() -> AsyncIterator[Caller]:
    transport = httpx.ASGITransport(app=_app())
    async with httpx.AsyncClient(transport=transport, base_url="http://lists.test") as client:
        yield Caller(client, "", {})


@pytest.mark.parametrize("way", WAYS)
async def test_the_links_lead_through_every_row_once(reader: Caller, way: str) -> None:
    seen = [page["items"] async for page in pages(reader, f"/{way}?limit=3")]
    assert seen == [["1", "2", "3"], ["4", "5", "6"], ["7"]]


@pytest.mark.parametrize("way", WAYS)
async def test_a_link_keeps_what_else_was_asked_and_replaces_the_cursor(
    reader: Caller, way: str
) -> None:
    reply = await reader.get(f"/{way}?over=1&limit=2")
    for _ in range(2):
        path, parameters = reply.links["next"]["url"].split("?")
        assert path == f"/{way}"
        assert parameters == f"over=1&limit=2&cursor={reply.json()['next']}"
        reply = await reader.get(f"/{way}?{parameters}")
    assert reply.json()["items"] == ["6", "7"]
    assert "link" not in reply.headers


@pytest.mark.parametrize("way", WAYS)
async def test_a_page_that_is_just_full_is_the_last(reader: Caller, way: str) -> None:
    assert len(await rows_of(reader, f"/{way}?limit=7")) == len(NUMBERS)
    reply = await reader.get(f"/{way}?limit=7")
    assert (reply.json()["next"], "link" in reply.headers) == (None, False)
    assert (await reader.get(f"/{way}?over=7")).json()["items"] == []


async def test_a_total_and_facets_are_passed_on(reader: Caller) -> None:
    assert (await reader.get("/paged?limit=3")).json()["approximate_total"] == len(NUMBERS)
    body = (await reader.get("/written?limit=3")).json()
    assert list(body) == ["items", "next", "approximate_total", "facets"]
    assert (body["approximate_total"], body["facets"]) == (None, {"a": 1})
