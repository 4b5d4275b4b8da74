"""Decisions with open eyes: what a person reads before the button that counts, on a phone."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.demo.growth import Growth
from tests.fixtures.house import House
from tests.gateway.window.browsing import reader_of
from tests.gateway.window.walking import FOUNDER
from tests.journeys.people import CARRIERS

pytestmark = pytest.mark.browser


class Offer(Growth):
    """A team with an offered seat."""

    def begin(self) -> dict[str, Any]:
        self.label = {key: key for key in ("founder", "carrier_operator")}
        self.people = {key: self._enter(key) for key in self.label}
        self.clock = self._enter("administrator")
        return self.offer_seat()


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
    assert founder.complaints == []
