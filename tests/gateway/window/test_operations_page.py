"""A job that really fails is seen by the administrator and, its cause removed, run again by its button."""

import asyncio
import uuid
from typing import Any

import pytest
from playwright.async_api import Browser
from sqlalchemy import text, update

from gateway.identity.tables import accounts
from gateway.leaving import exporting, store
from kit.jobs import defer
from tests.fixtures.house import House
from tests.gateway.window.browsing import reader_of
from tests.gateway.window.test_leaving import Worker, somebody, worker_of

pytestmark = pytest.mark.browser
TASK = exporting.MAKE


async def on_its_last_try(worker: Worker, account_id: uuid.UUID) -> uuid.UUID:
    """A copy is asked for; its job has one try left."""
    export_id = uuid.uuid4()
    values = {
        "id": export_id,
        "account_id": account_id,
        "state": "preparing",
        "asked_at": worker.identity.now(),
    }
    async with worker.database.transaction() as session:
        assert await store.add_export(session, values)
        await defer(session, TASK, {"export_id": str(export_id)})
        left = "UPDATE procrastinate_jobs SET attempts = 6 WHERE args ->> 'export_id' = :id"
        await session.execute(text(left), {"id": str(export_id)})
    return export_id


async def sealed(worker: Worker, account_id: uuid.UUID, value: Any) -> None:
    change = update(accounts).where(accounts.c.id == account_id)
    async with worker.database.transaction() as session:
        await session.execute(change.values(id_number_sealed=value))


async def test_a_failed_job_is_run_again_by_its_button(house: House, browser: Browser) -> None:
    _, person = await somebody(house, browser)
    administrator = await reader_of(browser, house.address, width=360)
    await administrator.sign_in("administrator@example.invalid")
    async with worker_of(house) as worker:
        account = await worker.account(person)
        await sealed(worker, account.id, "AQ" + "A" * 60)  # a broken row: nothing opens it
        export_id = await on_its_last_try(worker, account.id)
        entry = administrator.page.locator("li", has_text=TASK)
        for _ in range(60):
            await administrator.go("/admin/operations")
            if await entry.count():
                break
            await asyncio.sleep(0.5)
        assert "失败的任务" in await entry.first.inner_text()
        await sealed(worker, account.id, account.id_number_sealed)
        await administrator.follow(entry.locator("button", has_text="再试一次").first)
        assert "已完成" in await administrator.text()
        for _ in range(60):
            async with worker.database.reader() as connection:
                export = await store.find_export(connection, export_id)
            if export is not None and export.state == "ready":
                break
            await asyncio.sleep(0.5)
        assert export is not None
        assert export.state == "ready"
    await administrator.go("/admin/operations")
    assert (
        await administrator.page.locator("li", has_text="失败的任务").filter(has_text=TASK).count()
        == 0
    )
    await administrator.page.click("text=次处理")
    assert "重试任务" in await administrator.text()
