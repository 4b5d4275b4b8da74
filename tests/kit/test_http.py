"""What every service answers before any feature has a say."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from services.registration.composition import SERVICE
from tests.fixtures.callers import Running, running, token


@pytest.fixture(scope="module")
async def service(fresh_database: Callable[[str], Any]) -> AsyncIterator[Running]:
    async with running(SERVICE, fresh_database("registration").app) as made:
        yield made


async def test_codes_are_public_and_carry_both_languages(service: Running) -> None:
    reply = await service.anonymous.get("/codes")
    assert reply.status_code == 200
    errors = {e["code"]: e for e in reply.json()["errors"]}
    assert errors["stale_etag"]["status"] == 412
    assert all(errors["stale_etag"]["title"].values())


async def test_request_id_is_echoed_or_made(service: Running) -> None:
    given = await service.anonymous.get("/codes", headers={"X-Request-Id": "abc-1"})
    made = await service.anonymous.get("/codes", headers={"X-Request-Id": "bad id\x7f"})
    assert given.headers["x-request-id"] == "abc-1"
    assert len(made.headers["x-request-id"]) == 32


async def test_bad_token_is_refused_even_on_a_public_route(service: Running) -> None:
    reply = await service.anonymous.get("/codes", headers={"Authorization": "Bearer nonsense"})
    assert reply.status_code == 401
    assert reply.json()["code"] == "not_authenticated"
    assert reply.headers["content-type"] == "application/problem+json"


async def test_unknown_path_is_a_problem_in_the_callers_language(service: Running) -> None:
    english = await service.anonymous.get("/none", headers={"Accept-Language": "en"})
    chinese = await service.anonymous.get("/none")
    assert (english.status_code, english.json()["code"]) == (404, "not_found")
    assert chinese.json()["title"] == "没有找到"


async def test_expired_and_foreign_tokens_are_refused(service: Running) -> None:
    for bad in (
        token(("founder",), exp=1),
        token(("founder",), iss="http://evil"),
        token(("founder",), aud="other"),
    ):
        reply = await service.anonymous.get("/codes", headers={"Authorization": f"Bearer {bad}"})
        assert reply.status_code == 401


async def test_ready_asks_the_database(service: Running) -> None:
    assert (await service.anonymous.get("//health/ready")).status_code == 200


async def test_nobody_is_told_what_is_missing_before_who_they_are(service: Running) -> None:
    """A permission stands before the session in a signature: no connection, no key is asked for."""
    somewhere = "00000000-0000-4000-8000-000000000000"
    for path in (
        "/cases",
        f"/cases/{somewhere}/actions/sign",
        f"/cases/{somewhere}/documents?material=m&filename=f",
        "/name-reservations",
        "/code-segments",
        "/licence-keys",
        f"/licences/{somewhere}/qr-tokens",
        f"/licences/{somewhere}/actions/revoke",
        f"/department-tasks/{somewhere}/actions/waive",
    ):
        reply = await service.anonymous.request("POST", path, headers={"Idempotency-Key": ""})
        assert (path, reply.status_code) == (path, 401)
        assert reply.json()["code"] == "not_authenticated"


async def test_an_app_may_do_only_what_its_scope_covers(service: Running) -> None:
    body = {"matter": "company-establishment", "form": {}}
    for scope in ("profile", "", "cases-of-others"):
        app = service.caller("founder", client_id="some-app", scope=scope)
        for reply in (await app.post("/cases", json=body), await app.get("/licences")):
            assert (reply.status_code, reply.json()["code"]) == (403, "not_permitted")
            assert reply.headers["www-authenticate"] == 'Bearer error="insufficient_scope"'
        assert (await app.get("/codes")).status_code == 200
    app = service.caller("founder", client_id="some-app", scope="profile cases")
    assert (await app.post("/cases", json=body)).status_code == 201
