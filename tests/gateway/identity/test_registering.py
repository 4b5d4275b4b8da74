"""Programs register themselves: within what an administrator allowed, once; and keep their registration."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import update

from gateway.registering.tables import registration_tokens
from tests.gateway.identity.harness import ISSUER, Browser, House
from tests.gateway.identity.machines import Machine, token

Administrator = Callable[..., Awaitable[httpx.Response]]
REGISTER = "/oauth2/register"
ALLOWED = {
    "kind": "machine",
    "org": "qingyu-portal",
    "roles": ["portal"],
    "scopes": ["cases", "events"],
}


async def allowed(administrator: Administrator, **changes: Any) -> str:
    made = await administrator("POST", "/registration-tokens", json=ALLOWED | changes)
    assert made.status_code == 201, made.text
    assert made.json()["registration_endpoint"] == ISSUER + REGISTER
    return str(made.json()["token"])


def key_of(machine: Machine, kid: str) -> dict[str, Any]:
    machine.kid = kid
    return machine.public_jwk | {"alg": machine.alg, "kid": kid}


def metadata(machine: Machine, **changes: Any) -> dict[str, Any]:
    said: dict[str, Any] = {
        "client_name": "青屿政务门户",
        "client_name#en": "Qingyu portal",
        "token_endpoint_auth_method": "private_key_jwt",
        "grant_types": ["client_credentials"],
        "jwks": {"keys": [key_of(machine, "first")]},
        "software_id": "passed over",
    }
    return said | changes


async def send(
    browser: Browser, method: str, path: str, bearer: str, **body: Any
) -> httpx.Response:
    headers = {"Authorization": f"Bearer {bearer}"}
    return await browser.http.request(method, path, headers=headers, **body)


async def test_a_portal_registers_itself_gets_a_token_rotates_its_key_and_leaves(
    house: House, browser: Browser, administrator: Administrator
) -> None:
    machine, bearer = Machine.new(), await allowed(administrator)
    found = (await browser.http.get("/.well-known/oauth-authorization-server")).json()
    assert found["registration_endpoint"] == ISSUER + REGISTER
    made = await send(browser, "POST", REGISTER, bearer, json=metadata(machine))
    assert made.status_code == 201, made.text
    assert made.headers["cache-control"] == "no-store"
    own = made.json()
    machine.client_id = own["client_id"]
    assert own["scope"] == "cases events"
    assert own["registration_client_uri"] == f"{ISSUER}{REGISTER}/{machine.client_id}"
    claims = house.decode((await token(browser, machine)).json()["access_token"])
    assert (claims["roles"], claims["org"]) == (["portal"], "qingyu-portal")
    here, key = f"{REGISTER}/{machine.client_id}", own["registration_access_token"]
    assert (await send(browser, "GET", here, key)).json() == own
    second = Machine(machine.client_id, Machine.new().key)
    both = metadata(machine, client_id=machine.client_id, client_name="青屿门户二期")
    both["jwks"] = {"keys": [key_of(machine, "first"), key_of(second, "second")]}
    changed = await send(browser, "PUT", here, key, json=both)
    assert changed.status_code == 200, changed.text
    assert changed.json()["client_name"] == "青屿门户二期"
    for one in (machine, second):
        assert (await token(browser, one)).status_code == 200
    both["jwks"] = {"keys": [key_of(second, "second")]}
    assert (await send(browser, "PUT", here, key, json=both)).status_code == 200
    assert (await token(browser, machine)).status_code == 401
    assert (await token(browser, second)).status_code == 200
    seen = (await administrator("GET", f"/oauth-clients/{machine.client_id}")).json()
    assert [one["action"] for one in seen["changes"]] == ["update", "update", "register"]
    assert (await send(browser, "DELETE", here, key)).status_code == 204
    assert (await token(browser, second)).status_code == 401
    assert (await send(browser, "GET", here, key)).status_code == 401


async def test_an_app_registers_its_addresses(
    browser: Browser, administrator: Administrator
) -> None:
    bearer = await allowed(administrator, kind="app", roles=[], org=None, scopes=["cases"])
    said = {"client_name": "创业助手", "redirect_uris": ["https://app.example.invalid/back"]}
    made = await send(browser, "POST", REGISTER, bearer, json=said)
    assert made.status_code == 201, made.text
    assert made.json()["token_endpoint_auth_method"] == "none"
    assert made.json()["grant_types"] == ["authorization_code", "refresh_token"]
    assert "jwks" not in made.json()


async def test_twenty_at_once_with_one_token_make_one_program(
    browser: Browser, administrator: Administrator
) -> None:
    bearer = await allowed(administrator)
    tries = [
        send(browser, "POST", REGISTER, bearer, json=metadata(Machine.new())) for _ in range(20)
    ]
    found = await asyncio.gather(*tries)
    assert sorted(one.status_code for one in found) == [201] + [401] * 19


APP = {"redirect_uris": ["https://a.example.invalid/"], "jwks": None, "grant_types": None}
APP |= {"token_endpoint_auth_method": "none"}


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": "cases bank"}, "invalid_client_metadata"),
        ({"scope": ""}, "invalid_client_metadata"),
        ({"client_name": ""}, "invalid_client_metadata"),
        ({"client_name": 7}, "invalid_client_metadata"),
        ({"jwks": None}, "invalid_client_metadata"),
        ({"jwks": {"keys": [{"kty": "oct", "k": "AA"}]}}, "invalid_client_metadata"),
        ({"jwks": None, "jwks_uri": "http://127.0.0.1:9/"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "client_secret_basic"}, "invalid_client_metadata"),
        ({"grant_types": ["password"]}, "invalid_client_metadata"),
        (APP, "invalid_client_metadata"),
        (APP | {"redirect_uris": ["http://a.example.invalid/"]}, "invalid_client_metadata"),
    ],
)
async def test_what_is_not_allowed_is_refused_and_uses_nothing_up(
    browser: Browser, administrator: Administrator, changes: dict[str, Any], error: str
) -> None:
    bearer, machine = await allowed(administrator), Machine.new()
    refused = await send(browser, "POST", REGISTER, bearer, json=metadata(machine, **changes))
    assert (refused.status_code, refused.json()["error"]) == (400, error), refused.text
    assert refused.json()["error_description"]
    good = await send(browser, "POST", REGISTER, bearer, json=metadata(machine))
    assert good.status_code == 201, good.text


@pytest.mark.parametrize(
    "uri",
    ["http://a.example.invalid/", "https://a.example.invalid/#x", "javascript:alert(1)",
     "https://*/back", "https://*.example.invalid/back", "https://a.invalid;script-src/back",
     "https://a.invalid'/back", "https://a.invalid:99999/", "https://@a.invalid/", "https:///back",
     "https://a.invalid\\.b.invalid/", "https://a.invalid/\tx", "https://-a.invalid/",
     "http://127.0.0.1:99999/", "http://127.0.0.1;x/", "http://[::1].invalid/", "https://[::1]/"],
)  # fmt: skip
async def test_a_bad_address_has_its_own_error(
    browser: Browser, administrator: Administrator, uri: str
) -> None:
    bearer = await allowed(administrator, kind="app", roles=[], org=None, scopes=["cases"])
    said = {"client_name": "创业助手", "redirect_uris": [uri]}
    refused = await send(browser, "POST", REGISTER, bearer, json=said)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_redirect_uri")


@pytest.mark.parametrize(
    "uri",
    ["https://App-2.example.invalid:8443/back;v=1?x=(1)", "http://127.0.0.1/cb",
     "http://[::1]:49152/cb", "invalid.example.app:/cb"],
)  # fmt: skip
async def test_good_addresses_are_taken_and_scopes_counted_once(
    browser: Browser, administrator: Administrator, uri: str
) -> None:
    bearer = await allowed(administrator, kind="app", roles=[], org=None, scopes=["cases"])
    said = {"client_name": "创业助手", "redirect_uris": [uri], "scope": "cases cases"}
    made = await send(browser, "POST", REGISTER, bearer, json=said)
    assert made.status_code == 201, made.text
    assert (made.json()["redirect_uris"], made.json()["scope"]) == ([uri], "cases")


@pytest.mark.parametrize(
    "body",
    [b'{"client_name": "A", "client_name": "B"}', '{"client_name": "甲"}'.encode("gb18030"),
     b'{"client_name": NaN}', b"[" * 20_000, b"", b"null"],
)  # fmt: skip
async def test_a_registration_is_read_as_strictly_as_any_body(
    browser: Browser, administrator: Administrator, body: bytes
) -> None:
    headers = {"Authorization": f"Bearer {await allowed(administrator)}"}
    headers["Content-Type"] = "application/json"
    refused = await browser.http.post(REGISTER, content=body, headers=headers)
    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_client_metadata")


async def test_nobody_registers_without_a_living_token(
    house: House, browser: Browser, administrator: Administrator
) -> None:
    bare = await browser.http.post(REGISTER, json=metadata(Machine.new()))
    assert (bare.status_code, bare.json()["error"]) == (401, "invalid_token")
    assert "invalid_token" in bare.headers["www-authenticate"]
    late = await allowed(administrator)
    async with house.identity.database.transaction() as session:
        t = registration_tokens.c
        before = {"expires_at": t.expires_at - timedelta(hours=25)}
        await session.execute(update(registration_tokens).where(t.used_at.is_(None)).values(before))
    ended = await allowed(administrator)
    newest = (await administrator("GET", "/registration-tokens")).json()["items"][0]
    assert "token" not in newest
    done = await administrator("POST", f"/registration-tokens/{newest['id']}/actions/end")
    assert done.status_code == 200, done.text
    for bearer in (late, ended, "x" * 43):
        refused = await send(browser, "POST", REGISTER, bearer, json=metadata(Machine.new()))
        assert refused.status_code == 401, refused.text


async def test_one_programs_token_opens_no_other_registration(
    browser: Browser, administrator: Administrator
) -> None:
    own = []
    for _ in range(2):
        bearer = await allowed(administrator)
        made = await send(browser, "POST", REGISTER, bearer, json=metadata(Machine.new()))
        own.append(made.json())
    here = f"{REGISTER}/{own[0]['client_id']}"
    for method in ("GET", "DELETE"):
        refused = await send(browser, method, here, own[1]["registration_access_token"])
        assert refused.status_code == 401
    demo = await send(browser, "GET", f"{REGISTER}/demo-bank", "")
    assert demo.status_code == 401


async def test_only_an_administrator_hands_out_tokens(
    house: House, founder: Browser, administrator: Administrator
) -> None:
    tokens = (await founder.redeem(await founder.code())).json()
    path = "/api/window/v1/registration-tokens"
    bearer = {"Authorization": f"Bearer {tokens['access_token']}", "Idempotency-Key": "mine"}
    for headers, status in (({}, 401), (bearer, 403)):
        for method in ("GET", "POST"):
            reply = await founder.http.request(method, path, headers=headers, json=ALLOWED)
            assert reply.status_code == status, reply.text
