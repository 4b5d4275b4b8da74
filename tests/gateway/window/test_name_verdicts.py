"""The page on a name says the answer first, on a phone too, and every answer leads on; without JavaScript."""

import pytest
from playwright.async_api import Browser

from tests.fixtures.house import House
from tests.gateway.window.browsing import Reader, reader_of
from tests.gateway.window.walking import SECOND, fresh_name

pytestmark = pytest.mark.browser


async def ask(reader: Reader, name: str) -> str:
    """Check a name and return what the page says."""
    await reader.go("/names/new")
    await reader.choose("region_code", "980101")
    await reader.fill({"name": name})
    await reader.press("查一查")
    return await reader.text()


async def bottom(reader: Reader, what: str) -> float:
    """How far down the page something ends, in pixels."""
    box = await reader.page.locator(what).first.bounding_box()
    assert box
    return box["y"] + box["height"]


async def test_every_answer_about_a_name_leads_on(house: House, browser: Browser) -> None:
    reader = await reader_of(browser, house.address, script=False)
    await reader.sign_in(SECOND[2])
    said = await ask(reader, "青屿国务院科技有限公司")
    assert "不得使用" in said
    assert "企业名称登记管理规定第十一条第（三）项" in said
    assert "请另取字号" in said
    await reader.page.set_viewport_size({"width": 360, "height": 780})
    assert await bottom(reader, ".yc-blocked li") < 780  # outcome and reason without scrolling
    await reader.press("换成这个")
    assert "可以使用" in await reader.text()

    said = await ask(reader, "青屿海底捞月餐饮有限公司")
    assert "可以使用，但有风险" in said
    assert "知道风险，保留这个名称" in said

    trade = fresh_name().removeprefix("青屿").removesuffix("科技有限公司")
    said = await ask(reader, f"{trade}科技有限公司")
    assert "国家市场监督管理总局" in said
    assert f"改用 青屿{trade}科技有限公司" in said
    await reader.press("已有核准文件")
    assert "请填写核准文件的文号" in await reader.text()
    await reader.fill({"approval_document": "市监名准字〔2026〕第 12 号"})
    await reader.press("已有核准文件")
    assert "须由登记机关核实" in await reader.text()
    await reader.press("交登记机关核实")
    assert reader.page.url.endswith("/names?kept=1")
    assert f"{trade}科技有限公司" in await reader.text()


async def test_a_regulators_approval_is_said_on_the_page(house: House, browser: Browser) -> None:
    reader = await reader_of(browser, house.address, script=False)
    await reader.sign_in(SECOND[2])
    trade = fresh_name().removeprefix("青屿").removesuffix("科技有限公司")
    assert "核准" in await ask(reader, f"青屿{trade}典当有限公司")
    await reader.press("已取得批准文件")
    assert "可以使用" in await reader.text()
    await reader.press("保留这个名称")
    assert reader.page.url.endswith("/names?kept=1")
