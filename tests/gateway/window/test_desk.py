"""A seat from both sides on the pages: the operator grants and records, the founder registers and rates."""

import asyncio
import re
from typing import Any

import pytest
from playwright.async_api import Browser

from gateway.window.navigation import LOOK_UP, MONEY, best, pages
from tests.demo.growth import INCUBATOR, Growth
from tests.fixtures.house import House
from tests.gateway.window.browsing import Reader, reader_of
from tests.gateway.window.walking import FOUNDER

OPERATOR = "carrier@example.invalid"
DESK = f"/desk/{INCUBATOR}"
PARTS = ("tenants", "seats", "services", "providers", "profile")
BACK_AND_RATE = ("Back to hosted addresses", "^Rate it")


def move_in(address: str) -> dict[str, Any]:
    """A team of the founder's has a seat in the incubator; its tenancy."""
    play = Growth(address)
    play.label = {"founder": "founder", "carrier_operator": "operator"}
    play.people = {key: play._enter(key) for key in play.label}
    play.clock = play._enter("administrator")
    case = play.move_in()
    return play.tenancy(play.people["carrier_operator"], case["id"])


async def find(reader: Reader, words: str) -> None:
    """Turn the pages of a list until it shows these words."""
    while words not in await reader.text():
        await reader.press("后面的")


async def open_form(reader: Reader, label: str) -> None:
    """Unfold one of the page's forms."""
    await reader.page.locator("summary", has_text=label).click()


async def today(reader: Reader, at: str, on: str) -> None:
    """Fill the three boxes of a date."""
    year, month, day = on.split("-")
    await reader.fill({f"{at}-year": year, f"{at}-month": month, f"{at}-day": day})


async def grant_address(operator: Reader, tenancy: dict[str, Any]) -> str:
    """Grant the tenant an address on the page; the code that came of it."""
    await operator.go(f"{DESK}/addresses")
    await open_form(operator, "授予托管地址")
    await operator.press("授予托管地址")
    assert "请从选项中选择" in await operator.text()
    await operator.choose("/grant/tenancy_id", tenancy["id"])
    await operator.press("授予托管地址")
    said = await operator.text()
    assert "地址已经授予" in said
    found = re.search(r"HA[0-9A-Z]{8}", said)
    assert found is not None
    return found.group()


async def record_service(operator: Reader, tenancy: dict[str, Any], name: str) -> None:
    """Put a provider on the list and record what it did for the tenant."""
    await operator.go(f"{DESK}/providers")
    await open_form(operator, "增加服务机构")
    await operator.fill({"provider-name": name})
    await operator.press("增加服务机构")
    assert name in await operator.text()
    await operator.go(f"{DESK}/services")
    await open_form(operator, "记一条服务")
    await operator.choose("/record/tenancy_id", tenancy["id"])
    form = operator.page.locator('form[action$="/services"]')
    chosen = form.locator(f"option:has-text('{name}')")
    if await chosen.count():
        value = await chosen.get_attribute("value")
    else:
        label = form.locator("label", has_text=name)
        value = await form.locator(f"#{await label.get_attribute('for')}").get_attribute("value")
    await operator.choose("/record/provider_id", str(value))
    await operator.choose("/record/category", "legal_aid")
    await today(operator, "record-served-on", tenancy["starts_on"])
    await operator.fill({"record-hours": "两", "record-fee-fen": "0", "record-proof": "签到表"})
    await operator.press("记一条服务")
    assert "请填写数字" in await operator.text()
    assert await operator.page.input_value("#record-proof") == "签到表"
    await operator.fill({"record-hours": "1.50"})
    await operator.press("记一条服务")
    assert "1.5 小时" in await operator.text()


async def revoke(operator: Reader, code: str) -> None:
    await operator.go(f"{DESK}/grants/{code}")
    await open_form(operator, "收回授权")
    await operator.page.fill("#revoke-reason", "对方改用自有场地")
    await operator.press("收回授权")
    said = await operator.text()
    assert "授权已经收回" in said
    assert "对方改用自有场地" in said
    assert not await operator.page.locator("details.yc-actions").count()


async def look_at(operator: Reader, founder: Reader, code: str, *, words: tuple[str, str]) -> None:
    """Every page of both, in the language of the readers; axe and both widths each time."""
    for path in ("/desk", DESK, *(f"{DESK}/{part}" for part in PARTS), f"{DESK}/grants/{code}"):
        await operator.go(path)
        assert await operator.page.locator("main h1").count() == 1
    await operator.follow(f"text={words[0]}")  # to the addresses, with their longer forms
    for folded in await operator.page.locator("details.yc-actions > summary").all():
        await folded.click()
    await operator.look()
    await founder.go("/tenancy")
    await founder.press(words[1])
    assert operator.complaints + founder.complaints == []


@pytest.mark.browser
async def test_an_operator_grants_an_address_and_a_founder_registers_and_rates(
    house: House, browser: Browser
) -> None:
    """Both without JavaScript; afterwards others look at what came of it."""
    tenancy = await asyncio.to_thread(move_in, house.address)
    operator = await reader_of(browser, house.address, script=False)
    await operator.sign_in(OPERATOR)
    await operator.go("/desk")
    await operator.press(tenancy["carrier_name"])
    await operator.go(f"{DESK}/tenants")
    assert tenancy["name"] in await operator.text()
    await operator.go(f"{DESK}/seats")
    await find(operator, tenancy["workstations"][0])
    code = await grant_address(operator, tenancy)
    name = f"{tenancy['name']}服务中心"
    await record_service(operator, tenancy, name)
    founder = await reader_of(browser, house.address, script=False, width=360)
    await founder.sign_in(FOUNDER[2])
    await look_at_both(house, browser, code)
    await rate_and_register(founder, code, provider=name)
    await operator.go(f"{DESK}/services")
    await operator.follow(f"tr:has-text('{name}') a")
    await open_form(operator, "冲销这一条")
    await operator.page.fill("#reverse-reason", "记错了日期")
    await operator.press("冲销这一条")
    assert "这一条已经由" in await operator.text()
    await revoke(operator, code)


async def look_at_both(house: House, browser: Browser, code: str) -> None:
    """The pages in both languages, before anything is rated or revoked."""
    for language, words in (("zh-CN", ("返回托管地址", "^去评价")), ("en", BACK_AND_RATE)):
        operator = await reader_of(browser, house.address, language=language)
        await operator.sign_in(OPERATOR)
        founder = await reader_of(browser, house.address, language=language)
        await founder.sign_in(FOUNDER[2])
        await look_at(operator, founder, code, words=words)


async def rate_and_register(founder: Reader, code: str, *, provider: str) -> None:
    """The entry of this provider and the address of this code: others share the founder's page."""
    await founder.go("/tenancy")
    assert code in await founder.text()
    await find(founder, provider)
    await founder.follow(f"tr:has-text('{provider}') a:has-text('去评价')")
    await founder.press("提交评价")
    assert "请检查下面的内容" in await founder.text()
    await founder.choose("/rate/stars", "5")
    await founder.press("提交评价")
    assert "谢谢您的评价" in await founder.text()
    await founder.follow(f".yc-status:has-text('{code}') button:has-text('用这个地址开公司')")
    case = re.search(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", founder.page.url)
    assert case is not None  # the first question, or the name to reserve before it
    await founder.go(f"/cases/{case.group()}/form/domicile")
    assert await founder.page.input_value('[name="/domicile/address_grant"]') == code


@pytest.mark.browser
async def test_an_operator_numbers_seats_and_edits_the_profile_without_javascript(
    house: House, browser: Browser
) -> None:
    operator = await reader_of(browser, house.address, script=False, width=360, language="en")
    await operator.sign_in(OPERATOR)
    await operator.go(f"{DESK}/profile")
    await today(operator, "profile-changed-on", "2099-01-01")
    await operator.page.fill("#profile-introduction", "靠海的孵化器（演示）")
    await operator.press("Save the profile")
    assert "The date cannot be later than today" in await operator.text()
    assert await operator.page.input_value("#profile-introduction") == "靠海的孵化器（演示）"
    await today(operator, "profile-changed-on", "2026-01-01")
    await operator.press("Save the profile")
    assert "The profile has been saved" in await operator.text()
    await operator.go(f"{DESK}/seats?free=1")
    await open_form(operator, "Number new seats")
    await operator.page.fill("#seats-numbers", "A-001")
    await operator.choose("/seats/kind", "office")
    await operator.fill({"seats-area-m2": "20"})
    await operator.press("Number new seats")
    assert "A-001" in await operator.page.input_value("#seats-numbers")
    assert await operator.page.locator(".govuk-error-summary").count()


@pytest.mark.browser
async def test_nobody_opens_the_desk_of_another(house: House, browser: Browser) -> None:
    operator = await reader_of(browser, house.address, script=False)
    await operator.sign_in(OPERATOR)
    await operator.go("/desk/ZC-002")
    assert "没有找到这个页面" in await operator.text()
    founder = await reader_of(browser, house.address, script=False)
    await founder.sign_in(FOUNDER[2])
    await founder.go(DESK)
    assert "您不能查看或办理这一项" in await founder.text()


def test_a_group_of_the_navigation_shows_its_pages_where_it_has_several() -> None:
    shown = (MONEY, LOOK_UP)
    assert pages(shown, "/names") == ()
    ways = ["/entitlements", "/loans/products", "/loans"]
    assert [e.href for e in pages(shown, "/loans/1")] == ways
    found = best(MONEY.entries, "/loans/1")
    assert found is not None
    assert found.href == "/loans"
    assert best(MONEY.entries, "/loansome") is None
