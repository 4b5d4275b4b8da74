"""Programs that prove themselves: private_key_jwt, the sandbox's secret; and those who cannot."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from gateway.identity.demo import SANDBOX_SECRET
from tests.gateway.identity.conftest import registered
from tests.gateway.identity.harness import ISSUER, Browser, House, running_house
from tests.gateway.identity.machines import TOKEN, Machine, forged, token

Administrator = Callable[..., Awaitable[httpx.Response]]


@pytest.mark.parametrize("alg", ["ES256", "PS256", "EdDSA"])
async def test_a_bank_gets_a_token_bound_to_its_key(
    house: House, browser: Browser, administrator: Administrator, alg: str
) -> None:
    machine = await registered(administrator, Machine.new(alg))
    reply = await token(browser, machine)
    found = reply.json()
    assert reply.status_code == 200, reply.text
    claims = house.decode(found["access_token"])
    assert (found["token_type"], found["expires_in"]) == ("DPoP", 600)
    assert (claims["sub"], claims["roles"], claims["org"]) == (
        machine.client_id,
        ["bank"],
        "qingyu-example-bank",
    )
    assert claims["cnf"] == {"jkt": machine.jkt}
    assert "refresh_token" not in found
    assert reply.headers["cache-control"] == "no-store"


BAD_ASSERTIONS: dict[str, Callable[[Machine], str]] = {
    "aud is the token endpoint": lambda m: m.assertion(aud=f"{ISSUER}{TOKEN}"),
    "aud is a list": lambda m: m.assertion(aud=[ISSUER]),
    "aud has a slash": lambda m: m.assertion(aud=f"{ISSUER}/"),
    "no aud": lambda m: m.assertion(aud=None),
    "no jti": lambda m: m.assertion(jti=None),
    "empty jti": lambda m: m.assertion(jti=""),
    "no exp": lambda m: m.assertion(exp=None),
    "expired": lambda m: m.assertion(exp=int(time.time()) - 60),
    "lives a day": lambda m: m.assertion(exp=int(time.time()) + 86400),
    "not yet valid": lambda m: m.assertion(nbf=int(time.time()) + 120),
    "iat in the future": lambda m: m.assertion(iat=int(time.time()) + 120),
    "iss is another": lambda m: m.assertion(iss="demo-bank"),
    "sub is another": lambda m: m.assertion(sub="demo-bank"),
    "another key": lambda m: m.assertion(key=Machine.new().key),
    "RS256": lambda m: Machine(m.client_id, Machine.new("PS256").key, "RS256").assertion(),
    "ES384": lambda m: Machine(m.client_id, _p384(), "ES384").assertion(),
    "HS256 with the public key": lambda m: forged({"alg": "HS256"}, {"sub": m.client_id}),
    "none": lambda m: forged({"alg": "none"}, {"iss": m.client_id, "sub": m.client_id}, b"-"),
    "own key by jku": lambda m: m.assertion(
        key=Machine.new().key, headers={"jku": "http://127.0.0.1:9/keys"}
    ),
    "own key by jwk": lambda m: m.assertion(headers={"jwk": m.public_jwk}),
    "typ of an access token": lambda m: m.assertion(headers={"typ": "at+jwt"}),
    "typ of a proof": lambda m: m.assertion(headers={"typ": "dpop+jwt"}),
    "crit": lambda m: m.assertion(headers={"crit": ["x"], "x": 1}),
    "unknown kid": lambda m: m.assertion(headers={"kid": "nobody"}),
    "a DPoP proof": lambda m: m.proof(),
    "garbage": lambda m: "a.b.c",
    "nothing": lambda m: "..",
}


TOLD = {
    "aud is the token endpoint": "aud must be the issuer",
    "aud is a list": "aud must be the issuer",
    "aud has a slash": "aud must be the issuer",
    "no aud": "aud must be the issuer",
    "no jti": "jti is missing",
    "no exp": "exp is missing",
    "expired": "exp has passed",
    "lives a day": "exp is more than",
    "not yet valid": "nbf is in the future",
    "iat in the future": "iat is in the future",
    "iss is another": "iss and sub must be",
}
"""Which claim is named: the signature was the client's own."""


def _p384() -> Any:
    from cryptography.hazmat.primitives.asymmetric import ec

    return ec.generate_private_key(ec.SECP384R1())


@pytest.mark.parametrize("name", BAD_ASSERTIONS)
async def test_a_bad_assertion_is_invalid_client_and_names_a_claim_only_to_who_signed_it(
    browser: Browser, machine: Machine, name: str
) -> None:
    reply = await token(browser, machine, BAD_ASSERTIONS[name](machine))
    assert reply.status_code == 401, reply.text
    said = reply.json()
    assert said["error"] == "invalid_client"
    reason = said["error_description"].removeprefix("client authentication failed")
    wrong = TOLD.get(name)
    assert wrong in reason if wrong else reason == ""


async def test_an_assertion_counts_once_even_when_many_race(
    browser: Browser, machine: Machine
) -> None:
    assertion = machine.assertion()
    replies = await asyncio.gather(*(token(browser, machine, assertion) for _ in range(12)))
    assert sorted(r.status_code for r in replies) == [200] + [401] * 11


async def test_an_assertion_is_used_up_by_a_request_that_is_refused(
    browser: Browser, machine: Machine
) -> None:
    assertion = machine.assertion()
    form = machine.form(assertion, scope="everything")
    refused = await browser.post(TOKEN, headers={"DPoP": machine.proof()}, **form)
    again = await token(browser, machine, assertion)
    assert (refused.json()["error"], again.json()["error"]) == ("invalid_scope", "invalid_client")


async def test_a_disabled_client_gets_nothing_and_its_tokens_die(
    browser: Browser, administrator: Administrator, house: House
) -> None:
    machine = await registered(administrator, Machine.new())
    access = (await token(browser, machine)).json()["access_token"]
    path = f"/oauth-clients/{machine.client_id}"
    version = (await administrator("GET", path)).headers["etag"]
    blind = await administrator("POST", f"{path}/actions/disable")
    assert blind.status_code == 428
    headers = {"If-Match": version, "Idempotency-Key": f"stop-{machine.client_id}"}
    stopped = await administrator("POST", f"{path}/actions/disable", headers=headers)
    assert stopped.status_code == 200, stopped.text
    await house.identity.refresh()
    assert (await token(browser, machine)).status_code == 401
    assert house.identity.local_keys.is_revoked(house.decode(access))


async def test_the_sandbox_takes_a_secret_and_only_the_sandbox(
    house: House, browser: Browser, fresh_database: Any, departments: Any
) -> None:
    form = {"grant_type": "client_credentials"}

    async def ask(at: Browser, secret: str, headers: Any = None) -> httpx.Response:
        return await at.http.post(
            TOKEN, data=form, auth=("demo-bank-sandbox", secret), headers=headers
        )

    good = await ask(browser, SANDBOX_SECRET)
    assert (good.status_code, good.json()["token_type"]) == (200, "Bearer")
    wrong = await ask(browser, "x")
    assert (wrong.status_code, wrong.headers["www-authenticate"]) == (401, 'Basic realm="oauth2"')
    posted = await browser.post(
        TOKEN, client_id="demo-bank-sandbox", client_secret=SANDBOX_SECRET, **form
    )
    assert posted.json()["error"] == "invalid_client"
    url = str(house.app.state.settings.database_url)
    async with running_house(url, departments.url, sandbox=False) as outside:
        refused = await ask(outside.browser(), SANDBOX_SECRET)
        assert refused.status_code == 401
        listed = (
            await outside.browser().http.get("/.well-known/oauth-authorization-server")
        ).json()
        assert "client_secret_basic" not in listed["token_endpoint_auth_methods_supported"]


@pytest.mark.parametrize(
    ("body", "kind", "error"),
    [
        (b"", "application/x-www-form-urlencoded", "invalid_request"),
        (b"{}", "application/json", "invalid_request"),
        (b"grant_type=password", "application/x-www-form-urlencoded", "unsupported_grant_type"),
        (b"grant_type=a&grant_type=b", "application/x-www-form-urlencoded", "invalid_request"),
        (b"grant_type=%ff", "application/x-www-form-urlencoded", "invalid_request"),
        (b"\xff\xfe", "application/x-www-form-urlencoded", "invalid_request"),
        (b"grant_type=%00", "application/x-www-form-urlencoded", "invalid_request"),
        (b"a=" + b"x" * 40_000, "application/x-www-form-urlencoded", "invalid_request"),
        (
            b"&".join(b"k%d=1" % i for i in range(99)),
            "application/x-www-form-urlencoded",
            "invalid_request",
        ),
        (b"grant_type=client_credentials", "application/x-www-form-urlencoded", "invalid_client"),
        (
            b"grant_type=client_credentials&client_id=demo-app",
            "application/x-www-form-urlencoded",
            "unauthorized_client",
        ),
    ],
)
async def test_a_bad_form_is_refused_in_oauths_words(
    browser: Browser, body: bytes, kind: str, error: str
) -> None:
    reply = await browser.http.post(TOKEN, content=body, headers={"Content-Type": kind})
    assert (reply.status_code // 100, reply.json()["error"]) == (4, error)


async def test_introspection_tells_a_client_of_its_own_living_tokens_only(
    browser: Browser, machine: Machine, administrator: Administrator
) -> None:
    other = await registered(administrator, Machine.new())
    access = (await token(browser, machine)).json()["access_token"]

    async def ask(by: Machine, value: str) -> dict[str, Any]:
        form = {**by.form(), "token": value}
        found: dict[str, Any] = (await browser.post("/oauth2/introspect", **form)).json()
        return found

    mine = await ask(machine, access)
    assert mine["active"]
    assert mine["cnf"] == {"jkt": machine.jkt}
    assert mine["sub"] == machine.client_id
    assert await ask(other, access) == {"active": False}
    assert await ask(machine, "nonsense") == {"active": False}
    gone = await browser.post("/oauth2/revoke", **{**machine.form(), "token": access})
    assert (gone.status_code, gone.content) == (200, b"")
    assert await ask(machine, access) == {"active": False}
    public = await browser.post("/oauth2/introspect", client_id="demo-app", token=access)
    assert public.json()["error"] == "invalid_client"


async def test_nobody_revokes_anothers_token(
    house: House, browser: Browser, machine: Machine, administrator: Administrator
) -> None:
    other = await registered(administrator, Machine.new())
    access = (await token(browser, machine)).json()["access_token"]
    reply = await browser.post("/oauth2/revoke", **{**other.form(), "token": access})
    assert reply.status_code == 200
    await house.identity.refresh()
    assert not house.identity.local_keys.is_revoked(house.decode(access))


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"jwks": []}, "/jwks"),
        ({"jwks": [{"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"}]}, "/jwks/0"),
        (
            {"jwks": [{"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "alg": "ES256"}]},
            "/jwks/0",
        ),
        ({"kind": "app", "jwks": [], "roles": []}, "/redirect_uris"),
        (
            {"kind": "app", "jwks": [], "roles": [], "redirect_uris": ["http://evil.invalid/cb"]},
            "/redirect_uris/0",
        ),
        (
            {"kind": "app", "jwks": [], "roles": [], "redirect_uris": ["javascript:alert(1)"]},
            "/redirect_uris/0",
        ),
        (
            {"kind": "app", "jwks": [], "roles": [], "redirect_uris": ["https://a.invalid/#f"]},
            "/redirect_uris/0",
        ),
        ({"roles": ["administrator"]}, "/roles/0"),
        ({"more": 1}, "/more"),
    ],
)
async def test_a_bad_registration_is_refused_with_a_pointer(
    administrator: Administrator, changes: dict[str, Any], pointer: str
) -> None:
    machine = Machine.new()
    body = {
        "client_id": machine.client_id,
        "name_zh": "银行",
        "name_en": "Bank",
        "kind": "machine",
        "scopes": ["bank"],
        "roles": ["bank"],
        "jwks": [{**machine.public_jwk, "alg": "ES256"}],
    } | changes
    reply = await administrator("POST", "/oauth-clients", json=body)
    assert reply.status_code == 422
    assert pointer in [e["pointer"] for e in reply.json()["errors"]]


async def test_wrong_secrets_never_starve_the_right_one(house: House) -> None:
    program, neighbour = house.browser("127.0.10.1"), house.browser("127.0.10.2")
    form = {"grant_type": "client_credentials"}

    async def ask(at: Browser, client_id: str, secret: str) -> httpx.Response:
        return await at.http.post(TOKEN, data=form, auth=(client_id, secret))

    wrong = [await ask(program, "demo-bank-sandbox", f"wrong {i}") for i in range(24)]
    assert [r.status_code for r in wrong] == [401] * 20 + [429] * 4
    assert wrong[-1].json()["error"] == "invalid_client"
    assert 0 < int(wrong[-1].headers["retry-after"]) <= 60
    assert (await ask(program, "demo-bank-sandbox", SANDBOX_SECRET)).status_code == 200
    assert (await ask(program, "another", "wrong")).status_code == 401  # counted for itself
    assert (await ask(neighbour, "demo-bank-sandbox", "wrong")).status_code == 401


@pytest.mark.parametrize("junk", ["", "Basic é", "Basic %%%", "Basic AAAA"])
async def test_what_claims_nothing_is_counted_together(house: House, junk: str) -> None:
    at = house.browser("127.0.10.3")
    form = {"grant_type": "client_credentials", "client_assertion": "a.b", "client_id": "x"}
    headers = {"Authorization": junk.encode()} if junk else {}
    reply = await at.http.post(TOKEN, data=form, headers=headers)
    assert reply.status_code in (400, 401)
