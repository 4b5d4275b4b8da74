"""Who else works in a department, each with a pass that says so to the services and opens nothing."""

import httpx
import pytest

from gateway.identity.demo import DEMO_PASSWORD
from kit.auth import actor_from_claims
from kit.errors import NotAuthenticated
from kit.tokens import COLLEAGUE_PASS, COLLEAGUES, KnownKeys, TokenVerifier
from tests.gateway.identity.harness import House


async def colleagues(house: House, username: str) -> httpx.Response:
    browser = house.browser("127.0.0.40")
    token = (await browser.sign_in(username, DEMO_PASSWORD)).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    return await browser.http.get("/api/window/v1/colleagues", headers=headers)


async def test_an_officer_sees_who_decides_in_the_same_department_and_nobody_else(
    house: House,
) -> None:
    found = (await colleagues(house, "registration@example.invalid")).json()["items"]
    assert [(one["name"], one["roles"]) for one in found] == [("孟知行", ["head", "officer"])]
    treasury = (await colleagues(house, "treasury@example.invalid")).json()["items"]
    assert "孟知行" not in {one["name"] for one in treasury}
    for username in ("00010000001", "bank@example.invalid", "administrator@example.invalid"):
        assert (await colleagues(house, username)).status_code == 403


async def test_a_pass_names_its_holder_to_a_service_and_is_no_token(house: House) -> None:
    found = (await colleagues(house, "registration@example.invalid")).json()["items"]
    given = found[0]["colleague_pass"]
    keys = KnownKeys({kid: jwk.key for kid, jwk in house.identity.keys.readers.items()})
    issuer = house.identity.options.issuer
    verifier = TokenVerifier(keys, issuer=issuer, audience=COLLEAGUES, typ=COLLEAGUE_PASS)
    actor = actor_from_claims(await verifier.verify(given))
    assert (actor.name, actor.org, actor.regions) == ("孟知行", "registration", ("980100",))
    assert not actor.scopes
    http = house.browser("127.0.0.41").http
    reply = await http.get("/api/window/v1/me", headers={"Authorization": f"Bearer {given}"})
    assert reply.status_code == 401
    with pytest.raises(NotAuthenticated):
        await TokenVerifier(keys, issuer=issuer).verify(given)
