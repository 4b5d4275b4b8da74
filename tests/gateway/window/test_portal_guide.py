"""What docs/portal-api.md says works: the program that uses it alone, with a founder's browser."""

import asyncio
import json
import re
import sys
from pathlib import Path
from typing import Any

from playwright.async_api import Browser

from deploy.local.account import CHECKOUT
from gateway.identity.demo import DEMO_APP
from simulators.portal.__main__ import CLIENT, SCOPE
from tests.fixtures.house import House
from tests.gateway.window.browsing import PASSWORD, reader_of

GUIDE = Path(CHECKOUT) / "docs" / "portal-api.md"
FOUNDER = "00010000003"


async def steps(house: House, browser: Browser, *, agree: bool) -> list[dict[str, Any]]:
    """What the program says, with a founder who signs in and agrees, or does not."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulators.portal", house.address,
        cwd=CHECKOUT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert program.stdout is not None
    first = json.loads(await asyncio.wait_for(program.stdout.readline(), 30))
    reader = await reader_of(browser, house.address)
    await reader.page.goto(first["url"])
    if "/sign-in" in reader.page.url:
        await reader.fill({"username": FOUNDER, "password": PASSWORD})
        await reader.page.click("main button:has-text('登录')")
        await reader.page.wait_for_load_state()
    button = reader.page.locator(f'button[value="{"allow" if agree else "deny"}"]')
    if await button.count():
        await button.click()
    rest, _ = await asyncio.wait_for(program.communicate(), 60)
    return [first, *map(json.loads, rest.decode().splitlines())]


async def test_a_founder_who_does_not_agree_gives_nothing_and_one_who_does_begins_a_case(
    house: House, browser: Browser
) -> None:
    refused = await steps(house, browser, agree=False)
    assert [one["step"] for one in refused] == ["open", "refused"]
    assert refused[-1]["why"] == "access_denied"
    done = {one["step"]: one for one in await steps(house, browser, agree=True)}
    assert list(done) == ["open", "signed_in", "name", "begun", "followed"]
    assert done["signed_in"]["scopes"] == sorted(SCOPE.split())
    assert re.fullmatch(r"R\d{8}-\d{6,}", done["begun"]["reference"])
    assert done["begun"]["state"] == "draft"
    assert done["followed"]["open_points"] > 0
    assert done["followed"]["unchanged"] is True


async def served(house: House, *how: str) -> dict[str, dict[str, Any]]:
    """What the portal's server says, step by step."""
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulators.portal", house.address, *how,
        cwd=CHECKOUT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    said, _ = await asyncio.wait_for(program.communicate(), 60)
    return {one["step"]: one for one in map(json.loads, said.decode().splitlines())}


async def test_the_sandboxs_portal_has_a_server_of_its_own(house: House) -> None:
    done = await served(house, "--key", str(house.data / "demo-keys" / "demo-portal.jwk.json"))
    assert list(done) == ["token", "register"]
    assert (done["token"]["roles"], done["token"]["org"]) == (["portal"], "qingyu-portal")


async def test_a_server_registers_itself_with_the_administrators_token(
    house: House, browser: Browser
) -> None:
    reader = await reader_of(browser, house.address, width=360)
    await reader.sign_in("administrator@example.invalid")
    await reader.go("/admin/registrations")
    await reader.press("生成登记令牌")
    assert "请至少选择一项授权范围" in await reader.text()
    await reader.page.check("#scopes-cases")
    await reader.page.check("#roles-portal")
    await reader.page.fill("#org", "qingyu-portal")
    await reader.press("生成登记令牌")
    token = await reader.page.inner_text("#token")
    await reader.go("/admin/registrations")
    assert token not in await reader.text()
    done = await served(house, "--register", token)
    assert list(done) == ["registered", "token", "register", "left"], done
    assert done["token"]["client"] == done["registered"]["client"]
    again = await served(house, "--register", token)
    assert "invalid_token" in again["refused"]["why"]
    await reader.go("/admin/registrations")
    await reader.press("已登记")
    assert "已停用" in await reader.text()


def test_the_guide_names_what_there_is() -> None:
    said = GUIDE.read_text(encoding="utf-8")
    assert DEMO_APP["client_id"] == CLIENT
    assert CLIENT in said
    document = json.loads((Path(CHECKOUT) / "contracts/openapi/registration.json").read_text())
    gateway = json.loads((Path(CHECKOUT) / "contracts/openapi/gateway.json").read_text())
    known = {re.sub(r"\{\w+\}", "{}", path) for path in (*document["paths"], *gateway["paths"])}
    for path in re.findall(r"`(?:GET|POST|PUT) (/api/[^`?\s]+)", said):
        spelt = re.sub(r"\{\w+\}", "{}", path).replace("company-establishment", "{}")
        assert spelt in known, path
