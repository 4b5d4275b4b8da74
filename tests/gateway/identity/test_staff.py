"""The administrator's addresses: who may, what changes at once, what is never shown."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from gateway.identity.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from tests.gateway.identity.harness import PASSWORD, Browser, House

Administrator = Callable[..., Awaitable[httpx.Response]]


async def opened(administrator: Administrator, username: str, **changes: Any) -> dict[str, Any]:
    body = {
        "username": username,
        "password": PASSWORD,
        "name": "测试经办",
        "roles": ["department_officer"],
        "org": "tax",
        "regions": ["980101"],
    } | changes
    reply = await administrator("POST", "/accounts", json=body)
    assert reply.status_code == 201, reply.text
    assert reply.headers["location"].endswith(reply.json()["id"])
    found: dict[str, Any] = reply.json()
    return found


async def move(
    administrator: Administrator, account: dict[str, Any], action: str, **body: Any
) -> httpx.Response:
    headers = {"If-Match": f'"{account["version"]}"'}
    path = f"/accounts/{account['id']}/actions/{action}"
    return await administrator("POST", path, json=body, headers=headers)


async def test_only_an_administrator_may(house: House) -> None:
    for account in DEMO_ACCOUNTS:
        if "administrator" in account["roles"]:
            continue
        browser = house.browser("127.0.0.30")
        token = (await browser.sign_in(account["username"], DEMO_PASSWORD)).json()["token"]
        headers = {"Authorization": f"Bearer {token}"}
        reply = await browser.http.get("/api/window/v1/accounts", headers=headers)
        assert (reply.status_code, reply.json()["code"]) == (403, "not_permitted")
    nobody = await house.browser().http.get("/api/window/v1/accounts")
    assert nobody.status_code == 401
    assert nobody.headers["www-authenticate"].startswith("Bearer resource_metadata=")


async def test_no_app_manages_accounts_not_even_the_administrators(house: House) -> None:
    browser = house.browser("127.0.0.31")
    await browser.sign_in("administrator@example.invalid", DEMO_PASSWORD)
    tokens = (await browser.redeem(await browser.code())).json()
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    for path in ("/api/window/v1/accounts", "/api/window/v1/oauth-clients"):
        reply = await browser.http.get(path, headers=headers)
        assert (reply.status_code, reply.json()["code"]) == (403, "not_permitted")
    assert (await browser.http.get("/api/window/v1/me", headers=headers)).status_code == 200


async def test_the_list_masks_names_of_accounts_and_pages(administrator: Administrator) -> None:
    seen: list[str] = []
    cursor = None
    while True:
        query = {"limit": 5} | ({"cursor": cursor} if cursor else {})
        reply = await administrator("GET", "/accounts", params=query)
        page = reply.json()
        seen += [item["id"] for item in page["items"]]
        for item in page["items"]:
            assert "****" in item["username"] or "***@" in item["username"]
            assert item["id_number"] is None or "**********" in item["id_number"]
        cursor = page["next"]
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) >= len(DEMO_ACCOUNTS)


async def test_a_new_officer_signs_in_with_department_and_regions(
    house: House, administrator: Administrator
) -> None:
    await opened(administrator, "officer.one@example.invalid")
    reply = await house.browser("127.0.0.31").sign_in("officer.one@example.invalid")
    claims = house.decode(reply.json()["token"])
    assert (claims["roles"], claims["org"], claims["regions"]) == (
        ["department_officer"],
        "tax",
        ["980101"],
    )
    assert "person" not in claims


async def test_a_repeated_key_opens_one_account(administrator: Administrator) -> None:
    body = {
        "username": "twice@example.invalid",
        "password": PASSWORD,
        "name": "重复",
        "roles": ["officer"],
    }
    headers = {"Idempotency-Key": "same-key"}
    first = await administrator("POST", "/accounts", json=body, headers=headers)
    again = await administrator("POST", "/accounts", json=body, headers=headers)
    other = await administrator("POST", "/accounts", json=body)
    assert first.json() == again.json()
    assert again.headers["idempotency-hit"] == "true"
    assert (other.status_code, other.json()["code"]) == (409, "username_taken")


async def test_a_lock_ends_sessions_and_says_so_only_to_the_owner(
    house: House, administrator: Administrator
) -> None:
    account = await opened(administrator, "locked@example.invalid")
    browser = house.browser("127.0.0.32")
    token = (await browser.sign_in("locked@example.invalid")).json()["token"]
    reply = await move(administrator, account, "lock", reason="test")
    assert reply.json()["state"] == "locked"
    assert "unlock" in reply.json()["allowed_actions"]
    await house.identity.refresh()
    assert house.identity.local_keys.is_revoked(house.decode(token))
    assert (await browser.me())["state"] is None
    owner = await browser.sign_in("locked@example.invalid")
    stranger = await browser.sign_in("locked@example.invalid", "wrong password")
    assert (owner.json()["code"], stranger.json()["code"]) == ("account_locked", "sign_in_refused")

    freed = await move(administrator, reply.json(), "unlock")
    assert freed.json()["state"] == "active"
    again = (await browser.sign_in("locked@example.invalid")).json()["token"]
    await house.identity.refresh()
    assert not house.identity.local_keys.is_revoked(house.decode(again))
    assert house.identity.local_keys.is_revoked(house.decode(token))


async def test_new_roles_end_tokens_with_the_old_ones(
    house: House, administrator: Administrator
) -> None:
    account = await opened(administrator, "roles@example.invalid")
    browser = house.browser("127.0.0.33")
    token = (await browser.sign_in("roles@example.invalid")).json()["token"]
    body = {"roles": ["officer"], "org": "registration", "regions": ["980100"]}
    assert (await move(administrator, account, "set-roles", **body)).status_code == 200
    await house.identity.refresh()
    assert house.identity.local_keys.is_revoked(house.decode(token))
    fresh = (await browser.sign_in("roles@example.invalid")).json()["token"]
    assert house.decode(fresh)["roles"] == ["officer"]


async def test_a_new_password_ends_sessions_and_replaces_the_old(
    house: House, administrator: Administrator
) -> None:
    account = await opened(administrator, "reset@example.invalid")
    browser = house.browser("127.0.0.34")
    await browser.sign_in("reset@example.invalid")
    other = "quite another password"
    await move(administrator, account, "set-password", password=other)
    assert (await browser.me())["state"] is None
    assert (await browser.sign_in("reset@example.invalid")).status_code == 401
    signed = await browser.sign_in("reset@example.invalid", other)
    assert (signed.status_code, signed.json()["must_change"]) == (200, True)


async def test_a_person_replaces_the_first_password_and_other_devices_are_signed_out(
    house: House, administrator: Administrator
) -> None:
    await opened(administrator, "first.password@example.invalid")
    browser, other = house.browser("127.0.0.35"), house.browser("127.0.0.36")
    for device in (browser, other):
        await device.sign_in("first.password@example.invalid")
    wrong = await browser.change_password("not the password", "a password of my own")
    weak = await browser.change_password(PASSWORD, "1234567890")
    assert (wrong.json()["code"], weak.json()["code"]) == ("sign_in_refused", "sign_up_refused")
    done = await browser.change_password(PASSWORD, "a password of my own")
    assert (done.status_code, done.json()["must_change"]) == (200, False)
    assert (await browser.me())["state"] == "active"
    assert (await other.me())["state"] is None
    assert (await other.sign_in("first.password@example.invalid")).status_code == 401


@pytest.mark.parametrize(
    ("action", "headers", "body", "status", "code"),
    [
        ("lock", {}, {}, 428, "if_match_required"),
        ("lock", {"If-Match": "*"}, {}, 428, "if_match_required"),
        ("lock", {"If-Match": '"1", "2"'}, {}, 428, "if_match_required"),
        ("lock", {"If-Match": 'W/"1"'}, {}, 428, "if_match_required"),
        ("lock", {"If-Match": '"99"'}, {}, 412, "stale_etag"),
        ("unlock", {"If-Match": '"1"'}, {}, 409, "account_state_conflict"),
        ("explode", {"If-Match": '"1"'}, {}, 404, "not_found"),
        ("set-roles", {"If-Match": '"1"'}, {}, 422, "invalid_request"),
        ("set-roles", {"If-Match": '"1"'}, {"roles": ["king"]}, 422, "invalid_request"),
        *(
            (
                "set-roles",
                {"If-Match": '"1"'},
                {"roles": ["officer"], "regions": [code]},
                422,
                "invalid_request",
            )
            for code in ("000000", "999999", "980199")
        ),
        ("set-password", {"If-Match": '"1"'}, {}, 422, "invalid_request"),
        ("lock", {"If-Match": '"1"'}, {"unknown": 1}, 422, "invalid_request"),
    ],
)
async def test_a_wrong_move_is_refused_and_changes_nothing(
    administrator: Administrator,
    action: str,
    headers: dict[str, str],
    body: dict[str, Any],
    status: int,
    code: str,
) -> None:
    listed = (await administrator("GET", "/accounts", params={"org": "statistics"})).json()["items"]
    account = listed[0]
    path = f"/accounts/{account['id']}/actions/{action}"
    reply = await administrator("POST", path, json=body, headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (status, code)
    after = (await administrator("GET", f"/accounts/{account['id']}")).json()
    assert after == account


async def test_an_account_has_an_etag(administrator: Administrator) -> None:
    listed = (await administrator("GET", "/accounts", params={"role": "bank"})).json()["items"]
    path = f"/accounts/{listed[0]['id']}"
    first = await administrator("GET", path)
    same = await administrator("GET", path, headers={"If-None-Match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    missing = await administrator("GET", "/accounts/00000000-0000-0000-0000-000000000000")
    assert missing.status_code == 404


async def test_everybody_may_ask_who_they_are(founder: Browser, person: dict[str, str]) -> None:
    headers = {"Authorization": f"Bearer {(await founder.me())['token']}"}
    found = (await founder.http.get("/api/window/v1/me", headers=headers)).json()
    assert (found["name"], found["roles"], found["client_id"]) == (
        person["name"],
        ["founder"],
        "window",
    )
