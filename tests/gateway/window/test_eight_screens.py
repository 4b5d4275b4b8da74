"""Nobody is typed twice: what a company costs in screens and inputs, if the platform knows only the person.

Counted from the start page of an account that was opened a moment before, to the signature: every page with
something to do, and every answer that has to be typed, chosen, ticked or handed in. What is filled already
and left alone is not an input; a search and what is taken of it are two.
"""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser

from tests.fixtures.house import House
from tests.gateway.window.browsing import Reader, reader_of
from tests.gateway.window.test_accounts import nobody_yet
from tests.gateway.window.walking import LEASE, fresh_trade_name

pytestmark = pytest.mark.browser
MOST_SCREENS, MOST_INPUTS = 8, 14


@dataclass
class Counting:
    """A reader whose every answer is counted."""

    reader: Reader
    inputs: list[str] = field(default_factory=list)
    screens: dict[str, None] = field(default_factory=dict)

    def here(self) -> None:
        """This page has something to do."""
        path = urlsplit(self.reader.page.url).path
        parts = path.split("/")
        self.screens["/".join(p for p in parts if len(p) != 36)] = None

    async def type(self, name: str, value: str) -> None:
        self.inputs.append(name)
        await self.reader.fill({name: value})

    async def choose(self, name: str, value: str) -> None:
        self.inputs.append(name)
        await self.reader.choose(name, value)

    async def tick(self, selector: str) -> None:
        self.inputs.append(selector)
        await self.reader.page.check(selector)

    async def take(self, name: str) -> None:
        self.inputs.append(name)
        await self.reader.press(name)

    async def hand_in(self, selector: str) -> None:
        self.inputs.append(selector)
        lease = {"name": "lease.pdf", "mimeType": "application/pdf", "buffer": LEASE}
        await self.reader.page.set_input_files(selector, lease)  # type: ignore[arg-type]
        await self.reader.press("上传")

    async def on(self, button: str) -> None:
        """Go on to the next page, and count the one that is left."""
        self.here()
        await self.reader.press(button)


async def _someone_new(house: House, browser: Browser, *, script: bool) -> Reader:
    reader = await reader_of(browser, house.address, script=script, width=360)
    await reader.go("/account/new?next=/")
    await reader.fill(nobody_yet())
    await reader.press("^注册$")
    await reader.press("继续")
    return reader


@pytest.mark.parametrize("script", [True, False])
async def test_a_company_costs_eight_screens_and_fourteen_inputs(
    house: House, browser: Browser, script: bool
) -> None:
    reader = await _someone_new(house, browser, script=script)
    counting = Counting(reader)
    await reader.go("/")
    counting.here()
    await reader.follow('main a[href="/matters/company-establishment"]')
    await counting.on("开始办理")
    await _name_it(counting)
    await _say_what_it_does(counting)
    await _say_where(counting)
    await _say_what_it_has(counting)
    await _send_and_sign(counting)
    assert len(counting.screens) <= MOST_SCREENS, list(counting.screens)
    assert len(counting.inputs) <= MOST_INPUTS, counting.inputs
    assert reader.complaints == []


async def _name_it(counting: Counting) -> None:
    trade = fresh_trade_name()
    await counting.choose("/name_reservation_id#region", "980101")
    await counting.type("name-reservation-id-trade", trade)
    await counting.type("name-reservation-id-industry", "科技")
    if counting.reader.script:
        verdict = counting.reader.page.locator("#verdict .yc-verdict")
        await verdict.filter(has_text=f"青屿{trade}科技有限公司").wait_for()
    else:
        await counting.reader.press("查一查")
    assert "可以使用" in await counting.reader.text()
    await counting.on("保存并继续")


async def _say_what_it_does(counting: Counting) -> None:
    await counting.type("scope-items-q", "写程序")
    await counting.reader.press("^搜索")
    await counting.take("加入 软件开发")
    assert "基础软件开发" in await counting.reader.text()  # the industry follows
    await counting.on("保存并继续")


async def _say_where(counting: Counting) -> None:
    assert "江湾区" in await counting.reader.text()  # where the name is kept
    await counting.type("domicile-street", "望海路 88 号 6 层 601 室")
    await counting.choose("/domicile/kind", "leased")
    await counting.type("domicile-area-m2", "120")
    await counting.choose("/bank_code", "QYSB")
    await counting.on("保存并继续")


async def _say_what_it_has(counting: Counting) -> None:
    said = await counting.reader.text()
    assert said.count("顾青岚") >= 7  # every part is taken by the holder of the account
    await counting.type("registered-capital-fen", "100万")
    await counting.choose("/supervisor_waived", "true")
    await counting.on("保存并继续")


async def _send_and_sign(counting: Counting) -> None:
    reader = counting.reader
    said = await reader.text()
    assert "1,000,000 元" in said
    assert "100 %" in said
    await counting.hand_in("#file-domicile_proof")
    await counting.tick("#declared")
    await counting.on("送签")
    await counting.tick("#sign-agreed")
    await counting.on("^签署")
    assert "/done" in reader.page.url
