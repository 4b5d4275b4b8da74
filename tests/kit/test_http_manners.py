"""HEAD, Accept, repeated parameters and challenges: what HTTP promises of every route."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import uvicorn

from services.finance.composition import SERVICE
from tests.fixtures.callers import ISSUER, Running, running


@pytest.fixture(scope="module")
async def finance(fresh_database: Callable[[str], Any]) -> AsyncIterator[Running]:
    async with running(SERVICE, fresh_database("finance").app) as it:
        yield it


async def test_head_has_the_headers_of_get_and_no_body(finance: Running) -> None:
    for path in ("/codes", "/products", "/nothing-here", "/loans"):
        got = await finance.anonymous.get(path)
        asked = await finance.anonymous.request("HEAD", path)
        assert (asked.status_code, asked.content) == (got.status_code, b"")
        for name in ("content-type", "content-length", "api-version", "etag", "www-authenticate"):
            assert asked.headers.get(name) == got.headers.get(name)


async def test_a_server_sees_no_fault_in_the_reply_to_head(
    finance: Running, caplog: pytest.LogCaptureFixture
) -> None:
    """Uvicorn counts what an app sends against its Content-Length, unless it knows of the HEAD."""
    server = uvicorn.Server(uvicorn.Config(finance.app, lifespan="off", log_config=None))
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        serving = asyncio.create_task(server.serve([bound]))
        async with httpx.AsyncClient(trust_env=False) as http:
            url = f"http://127.0.0.1:{bound.getsockname()[1]}{finance.service.prefix}/codes"
            while not server.started:  # noqa: ASYNC110  uvicorn offers no event
                await asyncio.sleep(0.01)
            asked = [await http.head(url) for _ in range(2)]
            got = await http.get(url)
        server.should_exit = True
        await serving
    assert [(one.status_code, one.content) for one in asked] == [(200, b"")] * 2
    assert asked[0].headers["content-length"] == str(len(got.content))
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == []


@pytest.mark.parametrize(
    ("path", "methods"),
    [
        ("/codes", "GET, HEAD"),
        ("/cases", "GET, HEAD, POST"),
        ("//api/finance/bank/v1/compensation-claims", "GET, HEAD, POST"),
        ("//api/finance/bank/v1/reconciliations/2026-12-01", "GET, HEAD, POST"),
    ],
)
async def test_a_method_that_is_not_taken_is_told_all_that_are(
    finance: Running, path: str, methods: str
) -> None:
    refused = await finance.anonymous.request("PATCH", path)
    assert (refused.status_code, refused.headers["allow"]) == (405, methods)


async def test_head_is_no_way_around_a_permission(finance: Running) -> None:
    assert (await finance.anonymous.request("HEAD", "/loans")).status_code == 401
    founder = finance.caller("founder")
    assert (await founder.request("HEAD", "/books/accounts")).status_code in (403, 404)


@pytest.mark.parametrize(
    ("accept", "status"),
    [("application/json", 200), ("*/*", 200), ("", 200), ("application/*;q=0.5", 200),
     ("text/html, */*", 200), ("text/html", 406), ("application/xml, text/csv;q=0.1", 406),
     ("image/png", 406)],
)  # fmt: skip
async def test_an_accept_that_nothing_meets_is_406(
    finance: Running, accept: str, status: int
) -> None:
    reply = await finance.anonymous.get("/codes", headers={"Accept": accept})
    assert reply.status_code == status
    if status == 406:
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json()["code"] == "not_acceptable"


async def test_a_refused_accept_has_no_effect(finance: Running) -> None:
    officer = finance.caller("officer", regions=["980000"], org="science")
    reply = await officer.post("/cases", json={"matter": "x"}, headers={"Accept": "text/html"})
    assert (reply.status_code, reply.json()["code"]) == (406, "not_acceptable")


async def test_a_parameter_that_counts_once_does_not_come_twice(finance: Running) -> None:
    founder = finance.caller("founder")
    reply = await founder.get("/loans?limit=5&limit=100")
    assert reply.status_code == 422
    assert [(e["pointer"], e["code"]) for e in reply.json()["errors"]] == [
        ("?limit", "stands_twice")
    ]
    assert (await founder.get("/loans?limit=5")).status_code == 200


async def test_every_401_says_how_to_come_back(finance: Running) -> None:
    anonymous = await finance.anonymous.get("/loans")
    bad = await finance.anonymous.get("/codes", headers={"Authorization": "Bearer nothing"})
    odd = await finance.anonymous.get("/codes", headers={"Authorization": "Digest x"})
    token = finance.caller("founder").headers["Authorization"].removeprefix("Bearer ")
    unbound = await finance.anonymous.get("/codes", headers={"Authorization": f"DPoP {token}"})
    metadata = f'resource_metadata="{ISSUER}/.well-known/oauth-protected-resource"'
    for reply in (anonymous, bad, odd, unbound):
        assert reply.status_code == 401
        assert metadata in reply.headers["www-authenticate"]
    assert bad.headers["www-authenticate"].startswith("Bearer ")
    assert 'error="invalid_token"' in bad.headers["www-authenticate"]
    assert unbound.headers["www-authenticate"].startswith("DPoP ")
    assert 'algs="ES256 EdDSA PS256"' in unbound.headers["www-authenticate"]


async def test_a_dead_token_is_challenged_in_the_scheme_that_it_came_in(finance: Running) -> None:
    for scheme in ("Bearer", "DPoP"):
        headers = {"Authorization": f"{scheme} a.b.c"}
        refused = await finance.anonymous.get("/loans", headers=headers)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith(f"{scheme} ")
        assert 'error="invalid_token"' in refused.headers["www-authenticate"]
