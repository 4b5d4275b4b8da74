"""Sessions in a browser: rotation, idleness, theft, sign-out; and forms from other sites."""

from typing import Any

import pytest
from sqlalchemy import text

from gateway.identity.demo import DEMO_PASSWORD
from tests.gateway.identity.harness import Browser, House, running_house


async def age(house: House, sid: str, **columns: str) -> None:
    """Move instants of one session into the past."""
    changes = ", ".join(f"{name} = {name} - interval '{by}'" for name, by in columns.items())
    async with house.app.state.database.transaction() as session:
        await session.execute(text(f"UPDATE sessions SET {changes} WHERE sid = :sid"), {"sid": sid})


def cookie(browser: Browser) -> str:
    return str(browser.http.cookies["yc_session"])


async def test_signing_in_never_keeps_an_old_cookie(
    founder: Browser, person: dict[str, str]
) -> None:
    before, sid = cookie(founder), (await founder.me())["sid"]
    await founder.sign_in(person["username"])
    after = (await founder.me())["sid"]
    assert cookie(founder) != before
    assert after != sid
    founder.http.cookies.set("yc_session", before)
    founder.http.cookies.delete("yc_session", domain="127.0.0.1")
    listed = (await founder.http.get("/oauth2/revocations")).json()["items"]
    assert sid in [item["value"] for item in listed]


async def test_a_planted_cookie_becomes_nobodys_session(browser: Browser) -> None:
    browser.http.cookies.set("yc_session", "planted-by-an-attacker")
    assert (await browser.me())["state"] is None
    await browser.sign_in("00010000001", DEMO_PASSWORD)
    values = [c.value for c in browser.http.cookies.jar if c.name == "yc_session"]
    assert "planted-by-an-attacker" not in values[-1:]


async def test_the_secret_changes_every_quarter_of_an_hour_and_the_session_stays(
    house: House, founder: Browser
) -> None:
    first, sid = cookie(founder), (await founder.me())["sid"]
    await age(house, sid, rotated_at="16 minutes")
    assert (await founder.me())["sid"] == sid
    assert cookie(founder) != first


async def test_a_lost_reply_does_not_sign_anybody_out(house: House, founder: Browser) -> None:
    """The new secret was never seen by the browser, so the old one must go on working."""
    first, sid = cookie(founder), (await founder.me())["sid"]
    await age(house, sid, rotated_at="16 minutes")
    await founder.me()
    founder.http.cookies.clear()
    founder.http.cookies.set("yc_session", first)
    await age(house, sid, rotated_at="10 minutes")
    assert (await founder.me())["sid"] == sid


async def test_an_old_secret_shown_later_is_theft_and_ends_the_session(
    house: House, founder: Browser
) -> None:
    first, sid = cookie(founder), (await founder.me())["sid"]
    await age(house, sid, rotated_at="16 minutes")
    await founder.me()  # gets the new secret
    await founder.me()  # shows it: the old one is now only good for requests in flight
    thief = house.browser("127.0.0.66")
    thief.http.cookies.set("yc_session", first)
    assert (await thief.me())["sid"] == sid  # within the minute of grace
    await age(house, sid, confirmed_at="2 minutes")
    assert (await thief.me())["state"] is None
    assert (await founder.me())["state"] is None


@pytest.mark.parametrize("columns", [{"seen_at": "31 minutes"}, {"expires_at": "13 hours"}])
async def test_an_idle_or_old_session_is_over_and_its_tokens_are_revoked(
    house: House, founder: Browser, columns: dict[str, str]
) -> None:
    found = await founder.me()
    await age(house, found["sid"], **columns)
    assert (await founder.me())["state"] is None
    await house.identity.refresh()
    assert house.identity.local_keys.is_revoked(house.decode(found["token"]))


async def test_sign_out_ends_this_session_and_deletes_its_cookie(
    house: House, founder: Browser, person: dict[str, str]
) -> None:
    other = house.browser("127.0.0.67")
    await other.sign_in(person["username"])
    secret = cookie(founder)
    await founder.sign_out()
    assert "yc_session" not in founder.http.cookies
    founder.http.cookies.set("yc_session", secret)
    assert (await founder.me())["state"] is None
    assert (await other.me())["state"] == "active"


async def test_sign_out_everywhere_ends_sessions_and_apps(
    house: House, founder: Browser, person: dict[str, str]
) -> None:
    other = house.browser("127.0.0.68")
    await other.sign_in(person["username"])
    tokens = (await founder.redeem(await founder.code())).json()
    await founder.sign_out(everywhere=True)
    assert (await other.me())["state"] is None
    assert (await founder.refresh(tokens["refresh_token"])).status_code == 400
    await house.identity.refresh()
    assert house.identity.local_keys.is_revoked(house.decode(tokens["access_token"]))


async def test_one_token_serves_a_session_for_a_while(founder: Browser) -> None:
    assert (await founder.me())["token"] == (await founder.me())["token"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.invalid"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_forms_from_other_sites_are_refused(
    founder: Browser, headers: dict[str, str]
) -> None:
    sent = {"x-csrf": await founder.csrf(), **headers}
    reply = await founder.http.post("/test/sign-out", headers=sent)
    assert (reply.status_code, reply.json()["code"]) == (403, "csrf_refused")
    assert (await founder.me())["state"] == "active"


async def test_a_csrf_token_is_of_one_session_and_none_before_sign_in_serves_after(
    house: House, browser: Browser, person: dict[str, str]
) -> None:
    before = await browser.csrf()
    await browser.sign_up(**person)
    stranger = house.browser("127.0.0.69")
    await stranger.sign_in("00010000001", DEMO_PASSWORD)
    for token in (before, await stranger.csrf(), "", "x", "\u4e00"):
        headers = {"x-csrf": token.encode("utf-8")}
        reply = await browser.http.post("/test/sign-out", headers=headers)
        assert reply.status_code == 403
    good = await browser.http.post("/test/sign-out", headers={"x-csrf": await browser.csrf()})
    assert good.status_code == 200


async def test_sign_in_itself_needs_a_form_of_ours(browser: Browser) -> None:
    """Otherwise another site could sign a victim in as the attacker."""
    body = {"username": "00010000001", "password": DEMO_PASSWORD}
    reply = await browser.http.post("/test/sign-in", json=body)
    assert reply.json()["code"] == "csrf_refused"


async def test_over_https_cookies_are_secure_and_bound_to_the_host(
    house: House, departments: Any
) -> None:
    url = str(house.app.state.settings.database_url)
    public = "https://yichuang.example.invalid"
    async with running_house(url, departments.url, public_url=public) as secure:
        browser = secure.browser("127.0.0.70")
        browser.http.base_url = public
        reply = await browser.sign_in("00010000001", DEMO_PASSWORD)
        lines = reply.headers.get_list("set-cookie")
        assert any(v.startswith("__Host-yc_session=") and "Secure" in v for v in lines)
        assert (await browser.me())["state"] == "active"
        assert secure.decode((await browser.me())["token"])["iss"] == public
