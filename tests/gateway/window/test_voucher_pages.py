"""Public money on the pages: one person of the treasury proposes, another confirms, and takes it back."""

import uuid

import pytest
from playwright.async_api import Browser

from tests.fixtures.house import House
from tests.gateway.window.browsing import Reader, reader_of

pytestmark = pytest.mark.browser
FIRST, SECOND = "treasury@example.invalid", "treasury.payments@example.invalid"
POOL, BUDGET = "/books/pools/suke-980000", "/books/budgets/tech-insurance-2030"


async def enter(browser: Browser, house: House, username: str, **how: object) -> Reader:
    reader = await reader_of(browser, house.address, **how)  # type: ignore[arg-type]
    await reader.sign_in(username)
    return reader


async def unfold(reader: Reader, label: str) -> None:
    """Unfold one of the page's forms."""
    await reader.page.locator("summary", has_text=label).click()


async def propose(reader: Reader, page: str, number: str, *, form: str, button: str) -> None:
    """Propose 12.30 yuan under a number; the reader is on the voucher's page then."""
    await reader.go(page)
    await unfold(reader, button)
    await reader.fill({f"{form}-amount-fen": "12.30", f"{form}-reference": number})
    await reader.press(button)


def number() -> str:
    return f"CZ-{uuid.uuid4().hex[:10]}"


@pytest.mark.parametrize("script", [False, True])
async def test_two_people_give_money_and_take_it_back(
    house: House, browser: Browser, script: bool
) -> None:
    first = await enter(browser, house, FIRST, script=script, width=360)
    await propose(first, POOL, (made := number()), form="contribute", button="提出出资")
    assert "已经提出，等第二人确认" in (said := await first.text())
    assert "提出和确认不能由同一人办理" in said
    assert not await first.page.locator("summary", has_text="确认入账").count()
    second = await enter(browser, house, SECOND, script=script)
    await second.go("/books")
    await second.press(made)
    await unfold(second, "确认入账")
    await second.press("确认入账")
    assert "已经确认，账已记好" in await second.text()
    await unfold(second, "提出冲正")
    await second.press("提出冲正")
    assert "请填写" in await second.text()
    await second.fill({"reverse-reason": "金额有误"})
    today = await second.page.locator("dt:text-is('入账日期') + dd").inner_text()
    year, month, day = today.replace("年", " ").replace("月", " ").replace("日", "").split()
    for part, value in (("year", year), ("month", month), ("day", day)):
        await second.fill({f"reverse-value-on-{part}": value})
    await second.press("提出冲正")
    assert "冲正已经提出，等第二人确认" in await second.text()
    await first.go("/books")
    await first.press(made)
    await unfold(first, "确认冲正")
    await first.press("确认冲正")
    await first.press("看被冲正的凭证")
    assert "已冲正" in await first.text()
    assert first.complaints == second.complaints == []


async def test_a_number_counts_once_and_a_withdrawn_one_again(
    house: House, browser: Browser
) -> None:
    first = await enter(browser, house, FIRST, language="en")
    how = {"form": "appropriate", "button": "Propose an appropriation"}
    await propose(first, BUDGET, (made := number()), **how)
    voucher = first.page.url.split("?")[0]
    await propose(first, BUDGET, made, **how)
    assert "A voucher with this number has been proposed or confirmed" in await first.text()
    await first.go(voucher)
    await unfold(first, "Withdraw this voucher")
    await first.fill({"withdraw-reason": "Typed wrongly"})
    await first.press("Withdraw this voucher")
    assert "Typed wrongly" in await first.text()
    await propose(first, BUDGET, made, **how)
    assert "it waits for a second person" in await first.text()
    assert first.complaints == []


async def test_who_only_reads_the_books_finds_no_form(house: House, browser: Browser) -> None:
    science = await enter(browser, house, "science@example.invalid")
    for path in ("/books", POOL, BUDGET):
        await science.go(path)
        assert not await science.page.locator("main form").count()
    await science.press("demo")
    assert "演示财政人员一" in await science.text()
    assert not await science.page.locator("main form").count()
