"""A founder whose hosted address ends: told until when and by which law, and led to the way out."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser

from tests.demo.growth import Growth
from tests.fixtures.house import House
from tests.gateway.window.browsing import Reader, reader_of
from tests.gateway.window.walking import FOUNDER, hand_in_the_lease, say_where
from tests.journeys.people import CARRIERS, REGISTRATION

OFFICER = "registration@example.invalid"


class Hosted(Growth):
    """A company at the incubator's address whose team then leaves."""

    def begin(self) -> str:
        self.label = {key: key for key in ("founder", "carrier_operator", "officer")}
        self.people = {key: self._enter(key) for key in self.label}
        self.clock = self._enter("administrator")
        tenancy = self.move_in()
        grant = self.grant_address(tenancy)
        uscc = self.open_company(grant)
        self.code = grant["code"]
        self.until(
            "founder",
            "the team is a firm",
            lambda who: self.tenancy(who, tenancy["id"])["uscc"],
            lambda known: known == uscc,
        )
        self.by("founder", "leave", lambda who: who.act_now(tenancy["id"], "leave", at=CARRIERS))
        return uscc

    def grant(self, who: Any) -> Any:
        return who.get(f"{CARRIERS}/address-grants/{self.code}")

    def entity(self, uscc: str) -> Any:
        return self.people["founder"].get(f"{REGISTRATION}/entities/{uscc}")

    def end_it(self, uscc: str) -> None:
        """The operator revokes what is closing; registration has heard."""
        operator = self.people["carrier_operator"]
        version = self.grant(operator)["version"]
        operator.post(
            f"{CARRIERS}/address-grants/{self.code}/actions/revoke",
            json={"reason": "场地收回（演示）"},
            headers={"If-Match": f'"{version}"'},
        )
        self.until(
            "founder",
            "the address lapsed",
            lambda _: self.entity(uscc)["address_status"],
            lambda status: status == "lapsed",
        )


async def box(reader: Reader, uscc: str) -> str:
    """What the founder's page says of this company."""
    await reader.go("/tenancy")
    return await reader.page.locator(".yc-status", has=_field(reader, uscc)).inner_text()


def _field(reader: Reader, uscc: str) -> Any:
    return reader.page.locator(f'input[name="form.uscc"][value="{uscc}"]')


async def apply(reader: Reader, uscc: str) -> str:
    """From the founder's page to the submitted case; its path."""
    await reader.go("/tenancy")
    await reader.follow(reader.page.locator("form", has=_field(reader, uscc)).locator("button"))
    assert await reader.page.input_value("#uscc") == uscc
    case = reader.page.url.split("/form/")[0]
    await reader.fill({"decided-on-year": "2026", "decided-on-month": "11", "decided-on-day": "1"})
    await reader.press("保存并继续")
    await say_where(reader)
    await reader.go(case)
    await hand_in_the_lease(reader, case)
    await reader.go(f"{case}/check")
    await reader.page.check("#declared")
    await reader.press("签署并提交")
    await reader.go(case)
    assert "法定期限" in await reader.text()
    return case


@pytest.mark.browser
@pytest.mark.parametrize("script", [True, False])
async def test_a_founder_whose_hosting_ends_registers_another_address(
    house: House, browser: Browser, script: bool
) -> None:
    play = Hosted(house.address)
    uscc = await asyncio.to_thread(play.begin)
    founder = await reader_of(browser, house.address, script=script, width=360)
    await founder.sign_in(FOUNDER[2])
    said = await box(founder, uscc)
    assert "前变更住所" in said
    assert "第二十四条" in said
    await asyncio.to_thread(play.end_it, uscc)
    assert "登记的住所不再有效" in await box(founder, uscc)
    await founder.go(f"/register/{uscc}")
    assert "法定代表人可以在这里申请住所变更登记" in await founder.text()
    case = await apply(founder, uscc)
    officer = await reader_of(browser, house.address, script=script)
    await officer.sign_in(OFFICER)
    await officer.go(case)
    await officer.press("准予变更登记")
    assert "原住所" in await officer.text()
    await officer.press("准予变更登记")
    await founder.go(case)
    assert "已变更登记" in await founder.text()
    assert "望海路 88 号 6 层 601 室" in await founder.text()
    await founder.go("/tenancy")
    assert await _field(founder, uscc).count() == 0
    after = await asyncio.to_thread(play.entity, uscc)
    assert (after["address_status"], after["licence_version"]) == ("own", 2)
    assert founder.complaints + officer.complaints == []
