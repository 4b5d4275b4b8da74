"""Opening an account on the pages, as somebody whom the platform has never seen."""

import secrets
from datetime import date, timedelta

import pytest
from playwright.async_api import Browser

from services.registration.codes.resident_id import make_resident_id
from tests.fixtures.house import House
from tests.gateway.window.browsing import reader_of

pytestmark = pytest.mark.browser


def nobody_yet() -> dict[str, str]:
    """A grown-up with a number and a phone that no demo person has."""
    born_on = date(1970, 1, 1) + timedelta(days=secrets.randbelow(10_000))
    return {
        "name": "顾青岚",
        "id_number": make_resident_id("980101", born_on, 1 + secrets.randbelow(700)),
        "username": f"000{secrets.randbelow(10**8):08d}",
        "password": "山高水长-日日新 2026",
    }


async def test_somebody_new_opens_an_account_leaves_and_comes_back(
    house: House, browser: Browser
) -> None:
    reader = await reader_of(browser, house.address, width=360)
    person = nobody_yet()
    await reader.go("/account/new?next=/names")
    await reader.fill(person | {"password": "short"})
    await reader.press("^注册$")
    assert "密码至少 10 个字符" in await reader.text()
    assert await reader.page.input_value("#name") == person["name"]
    assert await reader.page.input_value("#password") == ""
    await reader.fill({"password": person["password"]})
    await reader.press("^注册$")
    assert "账号已开通" in await reader.text()
    await reader.press("继续")
    assert reader.page.url.endswith("/names")
    await reader.follow("text=退出")
    await reader.go("/names")
    await reader.fill({"username": person["username"], "password": person["password"]})
    await reader.press("^登录$")
    assert reader.page.url.endswith("/names")
    await reader.go("/account")
    assert reader.complaints == []


async def test_an_impossible_number_is_said_at_its_field(house: House, browser: Browser) -> None:
    reader = await reader_of(browser, house.address, language="en")
    person = nobody_yet()
    await reader.go("/account/new")
    await reader.fill(person | {"id_number": "980101199013011016"})
    await reader.press("^Create account$")
    assert await reader.page.locator("#id_number-error").count() == 1
    assert await reader.page.input_value("#id_number") == "980101199013011016"
