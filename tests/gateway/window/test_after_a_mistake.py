"""One wrong answer, put right, is forgotten: nothing else has to be found and mended because of it."""

import pytest
from playwright.async_api import Browser

from tests.fixtures.house import House
from tests.gateway.window.browsing import Reader, reader_of
from tests.gateway.window.test_accounts import nobody_yet
from tests.gateway.window.walking import start_case

pytestmark = pytest.mark.browser
SHARE = "#shareholders-0-subscribed-fen"
TALLEST = 2_400
"""Pixels of a page with two searches on a phone; the list of all industries alone takes 9,500."""


async def _someone_new(house: House, browser: Browser, *, script: bool) -> Reader:
    reader = await reader_of(browser, house.address, script=script, width=360)
    await reader.go("/account/new?next=/")
    await reader.fill(nobody_yet())
    await reader.press("^注册$")
    await reader.press("继续")
    return reader


@pytest.mark.parametrize("wrong", ["一百万", "1,000,000.005", "90亿亿"])
async def test_the_sole_shareholders_part_follows_the_capital_that_was_put_right(
    house: House, browser: Browser, wrong: str
) -> None:
    reader = await _someone_new(house, browser, script=False)
    case = await start_case(reader)
    await reader.go(f"{case}/form/people")
    await reader.choose("/supervisor_waived", "true")
    await reader.fill({"registered-capital-fen": wrong})
    await reader.press("保存并继续")
    assert await reader.page.locator("#registered-capital-fen-error").count()
    await reader.fill({"registered-capital-fen": "100万"})
    await reader.press("保存并继续")
    assert await reader.page.locator("#registered-capital-fen-error").count() == 0
    await reader.go(f"{case}/form/people")
    assert await reader.page.input_value(SHARE) == "1000000"


@pytest.mark.parametrize("script", [True, False])
async def test_the_list_of_industries_stands_folded_and_one_can_choose_from_it(
    house: House, browser: Browser, script: bool
) -> None:
    reader = await _someone_new(house, browser, script=script)
    case = await start_case(reader)
    await reader.go(f"{case}/form/business")
    height = await reader.page.evaluate("document.documentElement.scrollHeight")
    assert height < TALLEST
    await reader.page.locator("summary", has_text="从全部").click()
    await reader.press("加入 渔业")
    assert "渔业" in await reader.text()
    assert await reader.page.locator("summary", has_text="从全部").count() == 0
