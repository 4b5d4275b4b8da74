"""Places and money on the pages: carriers, loans, what one is entitled to, public notices, the books."""

import asyncio
import re
import uuid
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import pytest
from playwright.async_api import Browser

from tests.demo.growth import INCUBATOR, PEOPLE, Growth
from tests.demo.journey import PDF
from tests.fixtures.house import House
from tests.gateway.window.browsing import Reader, reader_of
from tests.gateway.window.walking import FOUNDER
from tests.journeys.people import FINANCE, Person

pytestmark = pytest.mark.browser
SCIENCE, TREASURY = "science@example.invalid", "treasury@example.invalid"
BANK, REGISTRAR = "bank@example.invalid", "registration@example.invalid"
GROUNDS = "该企业同一保单已在市级领取过补贴，请核实。"


@dataclass(frozen=True)
class Grown:
    """What the pages show: a loan, and a subsidy that is made public."""

    loan: str
    case: str
    notice: str


@cache
def grown(address: str) -> Grown:
    """A team becomes a company, borrows, and applies for a subsidy; once for all tests of this file."""
    play = Growth(address)
    play.label = dict(PEOPLE)
    play.people = {key: play._enter(key) for key in play.label}
    play.clock = play._enter("administrator")
    tenancy = play.move_in()
    uscc = play.open_company(play.grant_address(tenancy))
    play.serve_and_graduate(tenancy, uscc)
    loan = play.borrow(uscc)
    case = subsidy(play, play.people["founder"], uscc)
    seen = Person.sign_in(address, "science_head").act_now(case, "approve", at=FINANCE)
    return Grown(str(loan["id"]), case, str(seen["facts"]["notice_id"]))


def subsidy(play: Growth, founder: Person, uscc: str) -> str:
    """An application for the premium subsidy, handed in."""
    today = play.today(FINANCE)
    form = {
        "uscc": uscc,
        "payee_bank": "青屿示例银行（演示）",
        "payee_account": "6200000000000000001",
        "insurer": "云川示例财产保险（演示）",
        "policy_number": f"PL-{uuid.uuid4().hex[:12]}",
        "coverage": "product_liability",
        "period_from_on": today.isoformat(),
        "period_to_on": (today + timedelta(days=364)).isoformat(),
        "premium_fen": 2_000_000,
        "paid_on": today.isoformat(),
        "other_subsidies": [],
    }
    body = {"matter": "tech-insurance-premium-subsidy", "form": form}
    case = founder.post(f"{FINANCE}/cases", json=body, expect=201)
    for material in ("policy", "invoice", "payment_proof"):
        path = f"{FINANCE}/cases/{case['id']}/documents?material={material}&filename={material}.pdf"
        founder.post(path, content=PDF, headers={"Content-Type": "application/pdf"}, expect=201)
    founder.act_now(case["id"], "submit", at=FINANCE)
    return str(case["id"])


async def enter(browser: Browser, house: House, username: str, **how: object) -> Reader:
    """Somebody signed in."""
    reader = await reader_of(browser, house.address, **how)  # type: ignore[arg-type]
    await reader.sign_in(username)
    return reader


@pytest.mark.parametrize("language", ["zh-CN", "en"])
async def test_places_loans_notices_and_books_have_no_barrier(
    house: House, browser: Browser, language: str
) -> None:
    seen = await asyncio.to_thread(grown, house.address)
    anybody = await reader_of(browser, house.address, language=language)
    places = ("/carriers?q=%E5%AD%B5%E5%8C%96", f"/carriers/{INCUBATOR}")
    for path in (*places, "/notices", f"/notices/finance/{seen.notice}"):
        await anybody.go(path)
        assert await anybody.page.locator("main h1").count() == 1
    founder = await enter(browser, house, FOUNDER[2], language=language)
    for path in ("/loans", f"/loans/{seen.loan}", "/entitlements"):
        await founder.go(path)
        if path == f"/loans/{seen.loan}":
            assert "000-9801-0002" in await founder.text()  # who helps, by name and number
    await founder.go("/messages")
    due = founder.page.locator(f'main a[href="/loans/{seen.loan}"]')
    assert re.search("还款|Pay back", await due.inner_text())
    clerk = await enter(browser, house, BANK, language=language)
    await clerk.go(f"/loans/{seen.loan}")
    treasurer = await enter(browser, house, TREASURY, language=language)
    for path in ("/books", "/books/accounts", "/books/accounts/pool:suke-980000:province"):
        await treasurer.go(path)
        assert "60,000,000" in await treasurer.text()
    for reader in (anybody, founder, clerk, treasurer):
        assert reader.complaints == []


async def test_the_books_are_downloaded_without_javascript_and_only_by_who_keeps_them(
    house: House, browser: Browser
) -> None:
    treasurer = await enter(browser, house, TREASURY, script=False, width=360)
    await treasurer.go("/books")
    async with treasurer.page.expect_download() as coming:
        await treasurer.page.click("text=下载账本，供复核")
    path = await (await coming.value).path()
    assert "pool:suke-980000:province" in await asyncio.to_thread(path.read_text)
    registrar = await enter(browser, house, REGISTRAR, script=False)
    assert not await registrar.page.locator('.yc-nav a[href="/books"]').count()
    await registrar.go("/books")
    assert "您不能查看或办理这一项" in await registrar.text()


async def test_an_objection_is_raised_decided_and_told_on_the_case(
    house: House, browser: Browser
) -> None:
    seen = await asyncio.to_thread(grown, house.address)
    objector = await enter(browser, house, "00010000002", script=False)
    await objector.go(f"/notices/finance/{seen.notice}")
    await objector.page.fill("#grounds", "不同意")
    await objector.press("提出异议")
    assert "至少十个字" in await objector.text()
    await objector.page.fill("#grounds", GROUNDS)
    await objector.press("提出异议")
    assert "异议已收到" in await objector.text()
    approver = await enter(browser, house, "science.head@example.invalid")
    await approver.go(f"/cases/{seen.case}")
    said = await approver.text()
    assert "异议须由他人处理" in said
    assert "现在由" not in said  # time has the case: the applicant could only withdraw it
    assert not await approver.page.locator("text=处理这条异议").count()
    officer = await enter(browser, house, SCIENCE)
    await officer.go(f"/cases/{seen.case}")
    await officer.press("处理这条异议")
    await approver.go(officer.page.url)
    assert "异议须由他人处理" in await approver.text()
    assert not await approver.page.locator("textarea").count()
    await officer.page.locator("summary", has_text="异议不成立").click()
    await officer.press("异议不成立")
    assert "请写明处理说明" in await officer.text()
    await officer.page.fill("#dismiss-answer", "已与市级系统核对，未见重复领取。")
    await officer.press("异议不成立")
    said = await officer.text()
    assert "异议已经处理" in said
    assert "对公示提出异议" in said
    assert "提出异议的人" in said
    founder = await enter(browser, house, FOUNDER[2], language="en")
    await founder.go(f"/cases/{seen.case}")
    said = await founder.text()
    assert "Objection dismissed" in said
    assert "Objection to the notice" in said
    assert "Officer" in said
    assert GROUNDS in said
    assert not await founder.page.locator("text=Decide this objection").count()
