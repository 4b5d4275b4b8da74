"""Nothing typed is lost: no page answers a post, Back asks nothing, a lapsed session and two windows come
back with what was typed."""

import re
import uuid

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from playwright.async_api import Browser

from gateway.window import routes
from gateway.window.kept.showing import AS_IT_COMES
from tests.fixtures.house import House
from tests.gateway.window import walking
from tests.gateway.window.browsing import PASSWORD, Reader, reader_of
from tests.gateway.window.walking import (
    FOUNDER,
    SECOND,
    keep_a_name,
    say_what_it_does,
    say_where,
    start_case,
)

CSRF = re.compile(r'name="csrf_token" value="([0-9a-f]+)"')
CAPITAL = "registered-capital-fen"
TYPED = "一百多万吧"
WRITER, STRANGER = "00010000004", "00010000003"
"""Nobody else's in this house: who is signed out everywhere here is signed out of every other test, too."""


def posts() -> list[str]:
    """Every address of the window that takes a post, with ids that nobody has."""
    found = [
        re.sub(r"\{[^}]+\}", lambda _: str(uuid.uuid4()), route.path_format)
        for route in iter_route_contexts(routes.router.routes)
        if "POST" in (route.methods or ())
    ]
    assert len(found) > 40
    return sorted(found)


async def signed_in(client: httpx.AsyncClient, username: str) -> str:
    """Signs in; the token that forms carry."""
    page = await client.get("/sign-in")
    token = CSRF.search(page.text)
    assert token is not None
    body = {"csrf_token": token[1], "username": username, "password": PASSWORD}
    assert (await client.post("/sign-in", data=body)).status_code == 303
    fresh = CSRF.search((await client.get("/account")).text)
    assert fresh is not None
    return fresh[1]


async def test_no_post_is_answered_by_a_page(house: House) -> None:
    answers: dict[str, int] = {}
    async with httpx.AsyncClient(base_url=house.address, trust_env=False, timeout=30) as client:
        token = await signed_in(client, WRITER)
        for path in posts():
            if not path.endswith(("/sign-out", "/sign-out-everywhere")):
                reply = await client.post(path, data={"csrf_token": token})
                answers[path] = reply.status_code
    wrong = {
        path: status
        for path, status in answers.items()
        if status != 303 and status not in AS_IT_COMES and status < 500
    }
    assert wrong == {}
    assert not [path for path, status in answers.items() if status >= 500]


async def money_page(reader: Reader, case: str) -> str:
    """The key of the page that asks for the capital."""
    await reader.go(f"{case}/check")
    href = await reader.page.locator('a[href*="/form/"]').evaluate_all(
        "all => all.map(a => a.getAttribute('href'))"
    )
    keys = list(dict.fromkeys(re.findall(r"/form/([\w-]+)", " ".join(href))))
    for key in keys:
        await reader.go(f"{case}/form/{key}")
        if await reader.page.locator(f"#{CAPITAL}").count():
            return key
    raise AssertionError(f"no page of {keys} asks for the capital")


async def begun(browser: Browser, house: House) -> tuple[Reader, str, str]:
    reader = await reader_of(browser, house.address)
    await reader.sign_in(WRITER)
    case = await start_case(reader)
    await keep_a_name(reader, case)
    return reader, case, await money_page(reader, case)


async def test_a_refused_value_stays_and_back_asks_nothing(browser: Browser, house: House) -> None:
    reader, case, key = await begun(browser, house)
    await reader.fill({CAPITAL: TYPED})
    await reader.press("保存并继续")
    assert "again=" in reader.page.url
    assert await reader.page.input_value(f"#{CAPITAL}") == TYPED
    reply = await reader.page.reload()  # a page of a post would ask, and send again
    assert reply is not None
    assert reply.request.method == "GET"
    assert await reader.page.input_value(f"#{CAPITAL}") == TYPED
    await reader.page.go_back()
    assert reader.page.url == f"{case}/form/{key}"
    await reader.page.go_forward()
    assert await reader.page.input_value(f"#{CAPITAL}") == TYPED
    address = reader.page.url
    stranger = await reader_of(browser, house.address)
    await stranger.sign_in(STRANGER)
    await stranger.page.goto(address)
    assert TYPED not in await stranger.page.content()


async def test_a_form_that_met_a_lapsed_session_is_sent_on_by_its_writer(
    browser: Browser, house: House
) -> None:
    reader, case, key = await begun(browser, house)
    elsewhere = await reader_of(browser, house.address)
    await elsewhere.sign_in(WRITER)
    await elsewhere.go("/account")
    await elsewhere.follow("form[action='/account/sign-out-everywhere'] button")
    await reader.fill({CAPITAL: "1,230,000"})
    await reader.press("保存并继续")
    assert "/sign-in" in reader.page.url
    there = reader.page.url
    stranger = await reader_of(browser, house.address)
    await stranger.page.goto(there)
    await stranger.fill({"username": STRANGER, "password": PASSWORD})
    await stranger.press("登录")
    assert "1,230,000" not in await stranger.page.content()
    await reader.fill({"username": WRITER, "password": PASSWORD})
    await reader.press("登录")
    assert "您填写的内容还在" in await reader.text()
    await reader.press("继续提交")
    await reader.go(f"{case}/form/{key}")
    assert await reader.page.input_value(f"#{CAPITAL}") in ("1,230,000", "1230000")


async def test_two_windows_on_two_pages_both_count_and_on_one_page_the_second_is_told(
    browser: Browser, house: House
) -> None:
    reader, case, key = await begun(browser, house)
    first, second = reader, Reader(await reader.page.context.new_page(), house.address, script=True)
    await first.go(f"{case}/form/{key}")
    await second.go(f"{case}/form/{key}")
    await first.fill({CAPITAL: "500,000"})
    await first.press("保存，以后再填")
    await second.fill({CAPITAL: "600,000"})
    await second.press("保存，以后再填")
    assert "这一页刚在别的窗口改过" in await second.text()
    assert await second.page.input_value(f"#{CAPITAL}") in ("600,000", "600000")
    assert "退出" in await second.page.inner_text("header")
    await second.press("保存，以后再填")
    await first.go(f"{case}/form/{key}")
    assert await first.page.input_value(f"#{CAPITAL}") in ("600,000", "600000")
    await second.go(f"{case}/form/business")
    await first.fill({CAPITAL: "700,000"})
    await first.press("保存，以后再填")
    await second.press("保存，以后再填")  # of another page: no matter
    assert "这一页刚在别的窗口改过" not in await second.text()
    await first.go(f"{case}/form/{key}")
    assert await first.page.input_value(f"#{CAPITAL}") in ("700,000", "700000")


async def test_what_the_rules_say_is_said_on_leaving_the_page_and_one_may_go_on_all_the_same(
    browser: Browser, house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = await reader_of(browser, house.address)
    await reader.sign_in(FOUNDER[2])
    case = await start_case(reader)
    await keep_a_name(reader, case)
    await say_what_it_does(reader)
    await say_where(reader)
    monkeypatch.setattr(walking, "SHARES", (("600000", FOUNDER), ("300000", SECOND)))
    await walking.say_who_pays(reader)
    await walking.say_who_runs_it(reader)
    assert "/form/people" in reader.page.url
    assert "again=" in reader.page.url
    assert await reader.page.locator(".govuk-error-summary").count() == 1
    await reader.press("先这样，继续填写")
    assert "/check" in reader.page.url
