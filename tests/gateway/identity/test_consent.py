"""An app asks to act for a person: the request, the page, yes and no, and who is never redirected to."""

import re
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from gateway.identity import grants_store
from gateway.identity.demo import DEMO_APP, DEMO_PASSWORD
from tests.gateway.identity.harness import (
    CALLBACK,
    ISSUER,
    Browser,
    House,
    answer_of,
    asking,
)


async def test_an_app_gets_tokens_for_a_person_who_says_yes(house: House, founder: Browser) -> None:
    page = await founder.authorize()
    assert page.status_code == 200
    assert "演示应用" in page.text
    assert "<script" not in page.text
    assert "form-action 'self' http://127.0.0.1:8899;" in page.headers["content-security-policy"]
    reply = await founder.allow(page)
    found = answer_of(reply)
    assert reply.headers["location"].startswith(f"{CALLBACK}?")
    assert (found["state"], found["iss"]) == ("st-1", ISSUER)
    tokens = (await founder.redeem(found["code"])).json()
    claims = house.decode(tokens["access_token"])
    me = house.decode((await founder.me())["token"])
    assert (claims["sub"], claims["client_id"]) == (me["sub"], "demo-app")
    assert claims["scope"] == "cases profile"
    assert claims["sid"] != me["sid"]
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert (await founder.http.get("/api/window/v1/me", headers=headers)).status_code == 200


async def test_consent_is_remembered_for_the_same_or_less_and_asked_for_more(
    founder: Browser,
) -> None:
    await founder.code(scope="cases")
    again = await founder.authorize(scope="cases")
    more = await founder.authorize(scope="cases profile")
    asked = await founder.authorize(scope="cases", prompt="consent")
    assert (again.status_code, more.status_code, asked.status_code) == (303, 200, 200)


async def test_no_is_an_answer(founder: Browser) -> None:
    found = answer_of(await founder.allow(await founder.authorize(), decision="deny"))
    assert (found["error"], found["state"], found["iss"]) == ("access_denied", "st-1", ISSUER)


async def test_the_consent_page_speaks_english_when_asked(founder: Browser) -> None:
    query = urlencode(asking())
    page = await founder.http.get(f"/oauth2/authorize?{query}", headers={"Accept-Language": "en"})
    assert "Demo app" in page.text
    founder.http.cookies.set("yc_lang", "en")
    assert "Demo app" in (await founder.authorize()).text
    assert "Do not allow" in page.text


async def test_who_is_not_signed_in_is_sent_to_sign_in_and_back(browser: Browser) -> None:
    reply = await browser.authorize()
    assert reply.status_code == 303
    assert reply.headers["location"].startswith("/sign-in?next=%2Foauth2%2Fauthorize%3F")
    silent = answer_of(await browser.authorize(prompt="none"))
    assert silent["error"] == "login_required"


@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"client_id": "demo-bank"},
        {"redirect_uri": None},
        {"redirect_uri": f"{CALLBACK}/"},
        {"redirect_uri": f"{CALLBACK}x"},
        {"redirect_uri": f"{CALLBACK}?a=b"},
        {"redirect_uri": f"{CALLBACK}#f"},
        {"redirect_uri": f"{CALLBACK}/../evil"},
        {"redirect_uri": CALLBACK.upper()},
        {"redirect_uri": CALLBACK.replace("127.0.0.1", "localhost")},
        {"redirect_uri": "http://127.0.0.1:8899@evil.invalid/callback"},
        {"redirect_uri": "https://evil.invalid/callback"},
        {"redirect_uri": "javascript:alert(1)"},
    ],
)
async def test_nothing_is_ever_redirected_to_an_address_that_is_not_registered(
    founder: Browser, changes: dict[str, Any]
) -> None:
    reply = await founder.authorize(**changes)
    assert reply.status_code == 400
    assert "location" not in reply.headers
    assert reply.headers["content-type"].startswith("text/html")


async def test_repeated_parameters_are_refused(founder: Browser) -> None:
    query = urlencode(asking()) + f"&redirect_uri={CALLBACK}"
    reply = await founder.http.get(f"/oauth2/authorize?{query}")
    assert reply.status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code token"}, "unsupported_response_type"),
        ({"response_type": None}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "cases administrator"}, "invalid_scope"),
        ({"request": "a.b.c"}, "request_not_supported"),
        ({"dpop_jkt": "short"}, "invalid_request"),
    ],
)
async def test_a_faulty_request_is_told_to_the_app_with_state_and_issuer(
    founder: Browser, changes: dict[str, Any], error: str
) -> None:
    found = answer_of(await founder.authorize(**changes))
    assert (found["error"], found["state"], found["iss"]) == (error, "st-1", ISSUER)
    assert "code" not in found


async def test_a_consent_form_cannot_be_forged_or_changed(house: House, founder: Browser) -> None:
    page = await founder.authorize(scope="cases")
    fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page.text)) | {"decision": "allow"}

    async def post(headers: Any = None, **changes: Any) -> httpx.Response:
        return await founder.post("/oauth2/authorize", headers=headers, **{**fields, **changes})

    assert (await post(csrf_token="x" * 64)).status_code == 403
    assert (await post(csrf_token=None)).status_code == 403
    assert (await post(scope="cases profile")).status_code == 403
    assert (await post(code_challenge="A" * 43)).status_code == 403
    assert (await post({"Origin": "https://evil.invalid"})).status_code == 403
    assert (await post({"Sec-Fetch-Site": "cross-site"})).status_code == 403
    stranger = house.browser("127.0.0.77")
    await stranger.sign_in("00010000004", DEMO_PASSWORD)
    assert (await stranger.post("/oauth2/authorize", **fields)).status_code == 403
    assert (await post()).status_code == 303


@pytest.mark.parametrize(
    "redirect_uri",
    ["http://127.0.0.1:49152/callback", "http://127.0.0.1/callback", "http://[::1]:50001/callback"],
)
async def test_a_native_app_is_answered_on_whatever_port_it_got(
    founder: Browser, redirect_uri: str
) -> None:
    page = await founder.authorize(redirect_uri=redirect_uri, prompt="consent")
    source = "http:" if "[" in redirect_uri else redirect_uri.removesuffix("/callback")
    assert f"form-action 'self' {source};" in page.headers["content-security-policy"]
    reply = await founder.allow(page)
    assert reply.headers["location"].startswith(f"{redirect_uri}?")
    code = answer_of(reply)["code"]
    assert (await founder.redeem(code, redirect_uri=redirect_uri)).status_code == 200


async def test_a_code_is_redeemed_with_the_port_it_was_asked_with(founder: Browser) -> None:
    code = await founder.code(redirect_uri="http://127.0.0.1:49152/callback")
    other = await founder.redeem(code, redirect_uri="http://127.0.0.1:49153/callback")
    assert other.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "redirect_uri",
    [
        "http://localhost:49152/callback",
        "http://127.0.0.2:49152/callback",
        "http://127.0.0.1:49152/other",
        "http://127.0.0.1:0/callback",
        "http://127.0.0.1:70000/callback",
        "http://127.0.0.1:8899@evil.example/callback",
        "http://127.0.0.1:8899:1/callback",
        "http://127.0.0.1.evil.example/callback",
        "https://127.0.0.1:49152/callback",
        "http://127.0.0.1:49152/callback#x",
        "http://127.0.0.1:４９１５２/callback",
    ],
)
async def test_only_the_port_of_a_loopback_address_may_differ(
    founder: Browser, redirect_uri: str
) -> None:
    assert (await founder.authorize(redirect_uri=redirect_uri)).status_code == 400


async def test_an_app_with_a_secret_of_its_own_is_no_native_app(
    house: House, founder: Browser
) -> None:
    row = {**DEMO_APP, "client_id": "web-app", "auth_method": "private_key_jwt"}
    async with house.app.state.database.transaction() as session:
        values = {**row, "state": "active", "created_at": house.identity.now()}
        await grants_store.add_client(session, values, keys=[])
    exact = await founder.authorize(client_id="web-app")
    other = await founder.authorize(
        client_id="web-app", redirect_uri="http://127.0.0.1:49152/callback"
    )
    assert (exact.status_code, other.status_code) == (200, 400)
