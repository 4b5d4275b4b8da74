"""The pages that anybody may open: in both languages, large and small, with and without JavaScript."""

import httpx
import pytest
from playwright.async_api import Browser

from tests.fixtures.house import House
from tests.gateway.window.browsing import reader_of

PUBLIC = (
    "/",
    "/matters/company-establishment",
    "/register",
    "/register?q=",
    "/register?q=qingyu",
    "/verify",
    "/verify?code=91980101XY00000123",
    "/verify?code=abc",
    "/sign-in",
    "/account/new",
    "/help",
    "/accessibility",
    "/privacy",
    "/there-is-no-such-page",
)


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_public_pages_have_no_barrier_at_either_width(
    house: House, browser: Browser, language: str
) -> None:
    reader = await reader_of(browser, house.address, language=language)
    for path in PUBLIC:
        await reader.go(path)
        assert await reader.page.get_attribute("html", "lang") == language
    assert reader.looked_at == len(PUBLIC) * 2
    assert reader.complaints == []


@pytest.mark.browser
async def test_large_text_is_larger_stays_on_and_scrolls_nowhere(
    house: House, browser: Browser
) -> None:
    reader = await reader_of(browser, house.address, width=360)
    await reader.go("/")
    measure = "parseFloat(getComputedStyle(document.querySelector('main h2')).fontSize)"
    before = await reader.page.evaluate(measure)
    await reader.follow("text=大字版")
    for path in ("/", "/matters/company-establishment", "/register?q=", "/verify", "/account/new"):
        await reader.go(path)
    await reader.go("/")
    assert await reader.page.evaluate(measure) == pytest.approx(before * 1.25)


@pytest.mark.browser
async def test_language_switch_works_without_javascript_and_is_kept(
    house: House, browser: Browser
) -> None:
    reader = await reader_of(browser, house.address, script=False)
    await reader.page.goto(house.address + "/verify")
    assert "执照核验" in await reader.text()
    await reader.follow("text=English")
    assert "Verify a licence" in await reader.text()
    await reader.page.goto(house.address + "/register")
    assert "Find a company" in await reader.text()


@pytest.mark.browser
async def test_what_one_must_sign_in_for_leads_to_sign_in_and_back(
    house: House, browser: Browser
) -> None:
    reader = await reader_of(browser, house.address)
    await reader.go("/names")
    assert "/sign-in" in reader.page.url
    await reader.fill({"username": "00010000001", "password": "wrong password"})
    await reader.press("登录")
    assert "账号或密码不正确" in await reader.text()
    await reader.fill({"password": "Yichuang-demo-2026"})
    await reader.press("登录")
    assert reader.page.url.endswith("/names")


def test_pages_forbid_every_script_and_style_that_is_not_ours(house: House) -> None:
    reply = httpx.get(house.address + "/")
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert " style=" not in reply.text
    assert "<script>" not in reply.text
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_a_post_without_our_form_is_refused_as_a_page(house: House) -> None:
    reply = httpx.post(house.address + "/sign-in", data={"username": "x", "password": "y"})
    assert reply.status_code == 403
    assert reply.headers["content-type"].startswith("text/html")


def test_an_unknown_case_is_a_page_that_tells_nothing(house: House) -> None:
    reply = httpx.get(
        house.address + "/cases/00000000-0000-4000-8000-000000000000", follow_redirects=False
    )
    assert reply.status_code == 303
    assert reply.headers["location"].startswith("/sign-in")


@pytest.mark.parametrize("target", ["//evil.invalid", "https://evil.invalid", "/\\evil.invalid"])
def test_preferences_never_lead_to_another_host(house: House, target: str) -> None:
    reply = httpx.get(
        house.address + "/preferences",
        params={"lang": "en", "next": target},
        follow_redirects=False,
    )
    assert reply.headers["location"] == "/"
