"""A person takes their data along and closes the account: pages, worker and services of a whole house."""

import asyncio
import io
import json
import os
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from playwright.async_api import Browser
from sqlalchemy import select, update

from gateway.identity.accounts import name_hash
from gateway.identity.runtime import Identity, Options
from gateway.identity.tables import accounts
from gateway.leaving import closing, exporting, store
from gateway.leaving.errors import ExportRunning
from gateway.leaving.tables import account_closings, data_exports
from gateway.messages.telling import Teller, teller_of
from gateway.settings import GatewaySettings
from kit.db import Database
from tests.fixtures.house import House
from tests.gateway.window.browsing import Reader, reader_of
from tests.gateway.window.test_accounts import nobody_yet
from tests.gateway.window.test_eight_screens import (
    Counting,
    _name_it,
    _say_what_it_does,
    _say_what_it_has,
    _say_where,
)

pytestmark = pytest.mark.browser


@dataclass
class Worker:
    """What the house's own worker has, in this process: its settings, database and keys."""

    identity: Identity
    settings: GatewaySettings
    teller: Teller

    @property
    def database(self) -> Database:
        return self.identity.database

    async def account(self, person: dict[str, str]) -> Any:
        named = name_hash(self.identity, person["username"])
        async with self.database.reader() as connection:
            query = select(accounts).where(accounts.c.username_hash == named)
            return (await connection.execute(query)).one_or_none()

    async def row(self, account_id: UUID) -> Any:
        async with self.database.reader() as connection:
            query = select(accounts).where(accounts.c.id == account_id)
            return (await connection.execute(query)).one()

    async def closing(self, account_id: UUID) -> Any:
        async with self.database.reader() as connection:
            return await store.open_closing(connection, account_id)

    async def days_pass(self, account_id: UUID, days: float) -> None:
        """The closing was asked for so much longer ago; then it is looked at, by two workers at once."""
        passed, c = timedelta(days=days), account_closings.c
        moved = {"ends_at": c.ends_at - passed, "look_at": c.look_at - passed}
        async with self.database.transaction() as session:
            await session.execute(
                update(account_closings).where(c.account_id == account_id).values(moved)
            )
        found = await self.closing(account_id)
        look = closing.look_at
        await asyncio.gather(
            *(look(self.identity, self.teller, self.settings, closing_id=found.id) for _ in "12")
        )


def settings_of(house: House) -> GatewaySettings:
    """As the house's own worker was given them."""
    pid = house.record().processes["gateway-worker"].pid
    raw = Path(f"/proc/{pid}/environ").read_bytes().decode()
    environment = dict(line.split("=", 1) for line in raw.split("\0") if "=" in line)
    with mock.patch.dict(os.environ, environment, clear=True):
        return GatewaySettings()


@asynccontextmanager
async def worker_of(house: House) -> AsyncIterator[Worker]:
    settings = settings_of(house)
    database = Database(settings.database_url, name="leaving-test")
    identity = Identity(Options.of(settings), database)
    try:
        yield Worker(identity, settings, teller_of(settings))
    finally:
        await identity.stop()
        await database.close()


async def somebody(
    house: House, browser: Browser, *, script: bool = True
) -> tuple[Reader, dict[str, str]]:
    reader = await reader_of(browser, house.address, script=script, width=360)
    person = nobody_yet()
    await reader.go("/account/new?next=/")
    await reader.fill(person)
    await reader.press("^注册$")
    return reader, person


async def hand_in_a_company(reader: Reader) -> str:
    """A company that waits for its only signature; its case's page."""
    counting = Counting(reader)
    await reader.go("/matters/company-establishment")
    await reader.press("开始办理")
    for step in (_name_it, _say_what_it_does, _say_where, _say_what_it_has):
        await step(counting)
    await counting.hand_in("#file-domicile_proof")
    await counting.tick("#declared")
    await reader.press("送签")
    return "/cases/" + reader.page.url.split("/cases/")[1].split("/")[0].split("?")[0]


async def sign_in(reader: Reader, person: dict[str, str], *, keep: bool = False) -> None:
    await reader.go("/sign-in?next=/account")
    await reader.fill({"username": person["username"], "password": person["password"]})
    await reader.press("^登录$")
    if keep:
        await reader.page.check("#keep_account")
        await reader.fill({"password": person["password"]})
        await reader.press("^登录$")


async def test_a_copy_holds_everything_and_is_nobody_elses(house: House, browser: Browser) -> None:
    reader, person = await somebody(house, browser, script=False)
    case = await hand_in_a_company(reader)
    await reader.go("/account")
    await reader.press("申请数据副本")
    assert "已开始整理" in await reader.text()
    for _ in range(60):
        await reader.go("/account")
        if await reader.page.locator("text=下载数据副本").count():
            break
        await asyncio.sleep(0.5)
    link = await reader.page.get_attribute("a[download]", "href")
    assert link is not None
    reply = await reader.page.request.get(house.address + link)
    assert reply.headers["content-type"] == "application/zip"
    await reader.go("/messages")
    assert "个人数据副本已备好" in await reader.text()
    with zipfile.ZipFile(io.BytesIO(await reply.body())) as found:
        names = found.namelist()
        own = json.loads(found.read("account.json"))
        missing = json.loads(found.read("missing.json"))
        (place,) = [name for name in names if name.endswith("/case.json")]
        kept = json.loads(found.read(place))
    assert (own["id_number"], own["username"]) == (person["id_number"], person["username"])
    assert missing == []
    assert f"/cases/{kept['id']}" == case
    assert any("/files/" in name and name.endswith("lease.pdf") for name in names)
    stranger, _ = await somebody(house, browser)
    assert (await stranger.page.request.get(house.address + link)).status == 404
    async with worker_of(house) as worker:
        account = await worker.account(person)
        async with worker.database.transaction() as session:
            over = {"expires_at": data_exports.c.asked_at}
            await session.execute(
                update(data_exports).where(data_exports.c.account_id == account.id).values(over)
            )
    assert (await reader.page.request.get(house.address + link)).status == 404


async def test_asked_for_ten_times_at_once_one_copy_is_made(house: House, browser: Browser) -> None:
    _, person = await somebody(house, browser)
    async with worker_of(house) as worker:
        account = await worker.account(person)
        with mock.patch.object(Identity, "limit", mock.AsyncMock()):
            asks = [exporting.ask(worker.identity, account_id=account.id) for _ in range(10)]
            found = await asyncio.gather(*asks, return_exceptions=True)
    assert sum(isinstance(one, ExportRunning) for one in found) == 9


async def test_what_is_running_stands_in_the_way_and_what_stays_is_said(
    house: House, browser: Browser
) -> None:
    reader, person = await somebody(house, browser, script=False)
    case = await hand_in_a_company(reader)
    await reader.go("/account/closing")
    assert "暂不能注销" in await reader.text()
    assert await reader.page.locator(f'main a[href="{case}"]').count() == 1
    assert await reader.page.locator("#password").count() == 0
    assert await worker_closing(house, person) is None


async def worker_closing(house: House, person: dict[str, str]) -> Any:
    async with worker_of(house) as worker:
        return await worker.closing((await worker.account(person)).id)


async def ask_to_close(reader: Reader, password: str) -> None:
    await reader.go("/account/closing")
    await reader.fill({"password": password})
    await reader.press("^注销账号$")


async def test_an_account_is_closed_after_fifteen_days_and_the_number_is_free_again(
    house: House, browser: Browser
) -> None:
    reader, person = await somebody(house, browser)
    await ask_to_close(reader, "not the password")
    assert "当前密码不正确" in await reader.text()
    await ask_to_close(reader, person["password"])
    assert "账号正在注销" in await reader.text()
    await reader.go("/account")
    assert "/sign-in" in reader.page.url  # signed out at once
    async with worker_of(house) as worker:
        account = await worker.account(person)
        assert account.state == "closing"
        await worker.days_pass(account.id, 14.5)
        assert (await worker.closing(account.id)).reminded_at is not None
        assert (await worker.row(account.id)).state == "closing"
        await worker.days_pass(account.id, 1)
        gone = await worker.row(account.id)
    assert (gone.state, gone.name, gone.person) == ("closed", "已注销用户", None)
    assert (gone.id_number_sealed, gone.email_sealed, gone.roles) == (None, None, [])
    await sign_in(reader, person)
    assert "账号或密码不正确" in await reader.text()
    await reader.go("/account/new?next=/")
    await reader.fill(person)
    await reader.press("^注册$")
    assert "账号已开通" in await reader.text()


async def test_signing_in_before_the_day_keeps_the_account(house: House, browser: Browser) -> None:
    reader, person = await somebody(house, browser)
    await ask_to_close(reader, person["password"])
    await sign_in(reader, person)
    said = await reader.text()
    assert "撤回注销，保留账号" in said
    assert await reader.page.input_value("#username") == person["username"]
    await reader.go("/account")
    assert "/sign-in" in reader.page.url
    await sign_in(reader, person, keep=True)
    assert reader.page.url.endswith("/account")
    await reader.go("/messages")
    assert "账号注销已撤回" in await reader.text()
    assert await worker_closing(house, person) is None


async def test_what_began_meanwhile_puts_the_closing_off(house: House, browser: Browser) -> None:
    """Somebody handed a company in, and asked to close in a page that was drawn before."""
    reader, person = await somebody(house, browser, script=False)
    page = await reader.page.context.new_page()
    await page.goto(house.address + "/account/closing")
    await hand_in_a_company(reader)
    await page.fill("#password", person["password"])
    await page.click("text=注销账号 >> nth=-1")
    await page.wait_for_load_state()
    assert "暂不能注销" in await page.inner_text("main")
    async with worker_of(house) as worker:
        account = await worker.account(person)
        await _begin_all_the_same(worker, account.id)
        await worker.days_pass(account.id, 15.1)
        found = await worker.closing(account.id)
        assert len(found.waits_for) == 1
        assert (await worker.row(account.id)).state == "closing"


async def _begin_all_the_same(worker: Worker, account_id: UUID) -> None:
    """As a request would that asked the services a moment before the case was handed in."""
    now = worker.identity.now()
    async with worker.database.transaction() as session:
        await closing._start(
            session, worker.teller, account_id, now=now, ends_at=now + timedelta(days=15)
        )


async def test_an_offices_account_cannot_be_closed_by_itself(
    house: House, browser: Browser
) -> None:
    reader = await reader_of(browser, house.address)
    await reader.sign_in("registration@example.invalid")
    reply = await reader.page.request.get(house.address + "/account/closing")
    assert reply.status == 403
    assert "管理员停用" in await reply.text()
    await reader.go("/account")
    assert "注销账号" not in await reader.text()
