"""Decisions with open eyes: what a person reads before the button that counts, on a phone."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.demo.growth import Growth
from tests.fixtures.house import House
from tests.gateway.window.browsing import reader_of
from tests.gateway.window.walking import FOUNDER
from tests.journeys.people import CARRIERS, FINANCE, Person

pytestmark = pytest.mark.browser
CLERK = "bank.2@example.invalid"
FIGURES = {
    "revenue_fen": 800_000_000,
    "assets_fen": 500_000_000,
    "staff": 20,
    "tech_staff": 8,
    "own_ip": 3,
    "patents": 1,
    "sme_score": 72,
    "titles": [],
    "good_standing": True,
}


class Offer(Growth):
    """A team with an offered seat."""

    def begin(self) -> dict[str, Any]:
        self.label = {key: key for key in ("founder", "carrier_operator", "officer")}
        self.people = {key: self._enter(key) for key in self.label}
        self.clock = self._enter("administrator")
        return self.offer_seat()

    def company(self) -> str:
        """The team has moved in and founded a company that is in no library yet."""
        case = self.begin()
        founder = self.people["founder"]
        founder.act_now(case["id"], "move_in", at=CARRIERS)
        uscc = self.open_company(self.grant_address(case))
        self.until(
            "founder",
            "finance heard",
            lambda who: [e["uscc"] for e in who.get(f"{FINANCE}/enterprises/mine")["items"]],
            lambda known: uscc in known,
        )
        return uscc

    def application(self) -> str:
        """A loan of a library company that a clerk of the second bank has on the desk; the case."""
        uscc, founder = self.company(), self.people["founder"]
        science = Person.sign_in(self.address, "science")
        year = self.today(FINANCE).year
        figures = {"uscc": uscc, "figures_year": year, **FIGURES}
        entry = self.apply("candidate-enterprise", figures)
        science.act_now(entry, "enter", at=FINANCE, note="已核对纳税申报表")
        loan = {
            "uscc": uscc,
            "product_code": "kedai-share-a",
            "amount_fen": 150_000_000,
            "term_months": 12,
            "purpose": "采购检测设备",
            "repayment_method": "equal_instalments",
            "preferred_bank": "songling-example-bank",
            "contact_phone": "00013800001",
        }
        case = self.apply("loan-application", loan)
        assert founder.case(case, at=FINANCE)["state"] == "assigned"
        return case

    def apply(self, matter: str, form: dict[str, Any]) -> str:
        founder = self.people["founder"]
        body = {"matter": matter, "form": form}
        case = founder.post(f"{FINANCE}/cases", json=body, expect=201)
        founder.act_now(case["id"], "submit", at=FINANCE)
        return str(case["id"])


async def test_a_founder_reads_seat_dates_money_and_contact_before_moving_in(
    house: House, browser: Browser
) -> None:
    play = Offer(house.address)
    case = await asyncio.to_thread(play.begin)
    founder = await reader_of(browser, house.address, width=360)
    await founder.sign_in(FOUNDER[2])
    await founder.go(f"/cases/{case['id']}")
    await founder.press("确认入驻")
    said = await founder.text()
    for words in (
        "工位",
        "入驻日期",
        "到期日期",
        "300 元",
        "600 元",
        "招商部 安岚",
        "工位归您使用",
    ):
        assert words in said
    offered = await asyncio.to_thread(
        lambda: play.people["founder"].case(case["id"], at=CARRIERS)["state"]
    )
    assert offered == "offered"
    await founder.press("确认入驻")
    assert "在孵" in await founder.text()
    await founder.go(f"/cases/{case['id']}/actions/move_in")  # open no more: back to the case
    assert founder.page.url.endswith(f"/cases/{case['id']}")
    assert founder.complaints == []


async def test_a_loan_says_amount_rate_term_risk_plan_and_what_is_missing_before_it_is_begun(
    house: House, browser: Browser
) -> None:
    uscc = await asyncio.to_thread(Offer(house.address).company)
    anybody = await reader_of(browser, house.address, width=360, script=False)
    await anybody.go("/matters/loan-application")
    await anybody.press("先看额度、利率")
    await anybody.press("营收5000万元以下")
    assert "登录后看您的企业符合哪些条件" in await anybody.text()
    founder = await reader_of(browser, house.address, width=360)
    await founder.sign_in(FOUNDER[2])
    await founder.go(f"/loans/products/kedai-share-a?uscc={uscc}")
    said = await founder.text()
    for words in ("30,000,000 元", "不超过 3.5%", "12 个月", "省级资金 40%", "利息一共"):
        assert words in said
    assert "还有条件没有达到" in said
    assert not await founder.page.locator("main form[action='/cases']").count()
    await founder.fill({"amount": "200万", "months": "13"})
    await founder.press("算一算")
    assert "“期限”不能大于 12" in await founder.text()
    assert await founder.page.input_value("#amount") == "200万"
    await founder.fill({"months": "6"})
    await founder.press("算一算")
    assert "借 2,000,000 元" in await founder.text()
    assert await founder.page.locator("tbody tr").count() == 6
    await founder.press("去办理，达到这一条")
    assert founder.page.url.endswith("/matters/candidate-enterprise")
    assert founder.complaints + anybody.complaints == []


async def test_a_clerk_decides_by_register_library_phone_and_limits(
    house: House, browser: Browser
) -> None:
    case = await asyncio.to_thread(Offer(house.address).application)
    clerk = await reader_of(browser, house.address, width=360)
    await clerk.sign_in(CLERK)
    await clerk.go(f"/cases/{case}")
    await clerk.press("^受理$")
    said = await clerk.text()
    for words in ("00013800001", "8,000,000 元", "3.5%", "登记状态", "申请金额", "1,500,000 元"):
        assert words in said
    await clerk.press("^受理$")
    await clerk.press("作出决定")
    at = "decide"
    await clerk.choose("/decide/outcome", "approved")
    assert "选填" not in await clerk.page.inner_text("form[action$='/actions/decide']")
    await clerk.fill({f"{at}-amount-fen": "200万", f"{at}-annual-rate": "4.35%"})
    await clerk.fill({f"{at}-term-months": "24", f"{at}-reason": "经营稳定"})
    await clerk.choose("/decide/repayment_method", "equal_instalments")
    await clerk.press("作出决定")
    said = await clerk.text()
    for words in ("最高 1,500,000 元", "不超过 3.5%", "最长 12 个月"):
        assert words in said
    typed = {f"{at}-amount-fen": "2000000", f"{at}-annual-rate": "4.35", f"{at}-reason": "经营稳定"}
    for field, value in typed.items():
        assert await clerk.page.input_value(f"#{field}") == value
    founder = Person.sign_in(house.address, "founder")
    assert (await asyncio.to_thread(founder.case, case, at=FINANCE))["state"] == "accepted"
    assert clerk.complaints == []
