"""An administrator registers programs, rotates their keys and opens accounts, on pages of their own."""

import json
import secrets

from joserfc.jwk import ECKey
from playwright.async_api import Browser

from tests.fixtures.house import House
from tests.gateway.window.browsing import PASSWORD, Reader, reader_of
from tests.gateway.window.walking import FOUNDER

ADMINISTRATOR = "administrator@example.invalid"


def key(*, private: bool = False) -> str:
    made = ECKey.generate_key("P-256", private=True)
    return json.dumps({**made.as_dict(private=private), "alg": "ES256"})


async def administrator_of(browser: Browser, house: House, *, width: int = 1280) -> Reader:
    reader = await reader_of(browser, house.address, width=width)
    await reader.sign_in(ADMINISTRATOR)
    return reader


async def test_a_program_is_registered_its_key_rotated_and_the_program_stopped(
    browser: Browser, house: House
) -> None:
    reader = await administrator_of(browser, house, width=360)
    assert "管理" in await reader.text()
    await reader.press("应用和密钥")
    await reader.press("登记应用")
    name = f"bank-{secrets.token_hex(4)}"
    await reader.fill({"client_id": name, "name_zh": "示例银行", "name_en": "Example bank"})
    await reader.page.check("#scope-bank")
    await reader.page.check("#role-bank")
    await reader.fill({"org": "qingyu-example-bank", "jwk": key(private=True)})
    await reader.press("登记应用")
    assert "不含私钥部分" in await reader.text()
    assert await reader.page.input_value("#client_id") == name
    await reader.fill({"jwk": key()})
    await reader.press("登记应用")
    assert reader.page.url.endswith(f"/admin/clients/{name}?done=register")
    await reader.fill({"jwk": "no key"})
    await reader.press("添加密钥")
    assert "这不是一把 JWK 公钥" in await reader.text()
    await reader.fill({"jwk": key(), "days": "0"})
    await reader.press("添加密钥")
    text = await reader.text()
    assert "已失效" in text
    assert "添加密钥" in text
    await reader.press("立即作废")
    assert "最后一把可用的密钥" in await reader.text()
    await reader.page.click("#stop summary")
    await reader.press("停用应用")
    assert "已停用" in await reader.text()
    assert "管文博" in await reader.text()
    assert reader.complaints == []


async def test_an_account_is_opened_locked_and_unlocked_and_its_holder_feels_it(
    browser: Browser, house: House
) -> None:
    reader = await administrator_of(browser, house)
    await reader.go("/admin/accounts")
    username = f"o{secrets.token_hex(4)}@example.invalid"
    await reader.fill({"name": "试一试", "username": username, "password": "123"})
    await reader.press("开账号")
    text = await reader.text()
    assert "密码至少 10 个字符" in text
    assert "请至少选择一个角色" in text
    await reader.fill({"password": PASSWORD, "org": "registration", "regions": "980100"})
    await reader.page.check("#role-officer")
    await reader.press("开账号")
    assert "已完成" in await reader.text()
    row = reader.page.locator("tr", has_text="试一试").first
    await reader.follow(row.locator("button", has_text="锁定"))
    locked = await reader_of(browser, house.address)
    await locked.go("/sign-in")
    await locked.fill({"username": username, "password": PASSWORD})
    await locked.press("登录")
    assert "/sign-in" in locked.page.url
    row = reader.page.locator("tr", has_text="试一试").first
    await reader.follow(row.locator("button", has_text="解锁"))
    assert reader.complaints == []


async def test_what_needs_somebody_stands_on_one_page(browser: Browser, house: House) -> None:
    reader = await administrator_of(browser, house, width=360)
    await reader.press("运行情况")
    text = await reader.text()
    assert all(name in text for name in ("登记", "金融", "载体"))
    assert "没有应答" not in text
    assert reader.complaints == []


async def test_nobody_else_is_let_in(browser: Browser, house: House) -> None:
    reader = await reader_of(browser, house.address)
    await reader.sign_in(FOUNDER[2])
    for path in (
        "/admin",
        "/admin/clients",
        "/admin/clients/new",
        "/admin/accounts",
        "/admin/operations",
        "/admin/organisations",
        "/admin/organisations/science",
        "/admin/regions",
        "/admin/parameters",
        "/admin/registrations",
    ):
        await reader.page.goto(house.address + path)
        assert "您不能查看" in await reader.text()


async def test_an_administrator_finds_places_organisations_and_values(
    browser: Browser, house: House
) -> None:
    reader = await administrator_of(browser, house, width=360)
    await reader.press("行政区划")
    await reader.press("云川省")
    await reader.press("青屿市")
    said = await reader.text()
    assert "江湾区" in said
    assert "980101" in said
    await reader.go("/admin/regions?q=江湾")
    assert "云川省青屿市江湾区" in await reader.text()
    await reader.go("/admin/regions?parent=nonsense")
    assert "没有" in await reader.text()
    await reader.go("/admin/organisations")
    await reader.press("科学技术")
    said = await reader.text()
    assert "经办人" in said
    assert "没有应用" in said
    await reader.go("/admin/organisations/nobody-at-all")
    assert (
        await reader.page.request.get(house.address + "/admin/organisations/nobody-at-all")
    ).status == 404
    await reader.go("/admin/parameters?q=签署")
    said = await reader.text()
    assert "演示" in said
    assert "贷款产品" not in said
    await reader.go("/admin/parameters")
    said = await reader.text()
    assert all(one in said for one in ("登记", "贷款产品", "众创空间备案条件"))
    assert reader.complaints == []
