"""The pull inbox: nothing is lost, nothing is handed to the wrong bank, nothing comes twice at once."""

import asyncio
import uuid
from typing import Any

import pytest
from sqlalchemy import text

from services.finance.bank import inbox
from tests.services.finance.bank.conftest import Banks, bank
from tests.services.finance.borrowing import QINGYU, SONGLING


async def tell(banks: Banks, org: str = QINGYU, kind: str = "application.assigned") -> str:
    state = banks.service.app.state
    async with state.database.transaction() as session:
        message = await inbox.notify(
            session,
            bank=org,
            kind=kind,
            subject=("新的贷款申请", "A new loan application"),
            href=f"/api/finance/bank/v1/applications/{uuid.uuid4()}",
            now=state.clock.now(),
        )
    return str(message)


@pytest.fixture(autouse=True)
async def empty(banks: Banks) -> None:
    async with banks.service.app.state.database.transaction() as session:
        await session.execute(text("DELETE FROM bank_messages"))


async def pull(caller: Any, **parameters: Any) -> list[dict[str, Any]]:
    reply = await caller.get("/inbox", params=parameters)
    assert reply.status_code == 200, reply.text
    items: list[dict[str, Any]] = reply.json()["items"]
    return items


async def test_messages_come_in_order_with_both_languages_and_a_link(banks: Banks) -> None:
    first, second = await tell(banks), await tell(banks)
    found = await pull(banks.qingyu)
    assert [each["id"] for each in found] == [first, second]
    assert found[0]["subject"] == {"zh": "新的贷款申请", "en": "A new loan application"}
    assert found[0]["href"].startswith("/api/finance/bank/v1/applications/")


async def test_a_message_handed_out_hides_and_comes_again_until_acknowledged(banks: Banks) -> None:
    message = await tell(banks)
    assert [m["deliveries"] for m in await pull(banks.qingyu, visibility_seconds=1)] == [1]
    assert await pull(banks.qingyu) == []
    async with banks.service.app.state.database.transaction() as session:
        await session.execute(text("UPDATE bank_messages SET visible_at = now()"))
    assert [m["deliveries"] for m in await pull(banks.qingyu, visibility_seconds=0)] == [2]
    assert [m["deliveries"] for m in await pull(banks.qingyu, visibility_seconds=0)] == [3]
    done = await banks.qingyu.post(f"/inbox/{message}/acknowledgements")
    assert done.status_code == 200
    assert await pull(banks.qingyu, visibility_seconds=0) == []


async def test_acknowledging_again_gives_the_first_time_again(banks: Banks) -> None:
    message = await tell(banks)
    first = await banks.qingyu.post(f"/inbox/{message}/acknowledgements")
    again = await banks.qingyu.post(f"/inbox/{message}/acknowledgements")
    assert first.json() == again.json()
    assert (await banks.qingyu.get("/inbox")).json()["waiting"] == 0


async def test_another_banks_message_neither_comes_nor_can_be_acknowledged(banks: Banks) -> None:
    message = await tell(banks, SONGLING)
    assert await pull(banks.qingyu) == []
    refused = await banks.qingyu.post(f"/inbox/{message}/acknowledgements")
    assert refused.status_code == 404
    assert [each["id"] for each in await pull(banks.songling)] == [message]


async def test_two_pullers_of_one_bank_never_get_the_same_message(banks: Banks) -> None:
    wanted = {await tell(banks) for _ in range(40)}
    pulls = await asyncio.gather(*(pull(banks.qingyu, limit=8) for _ in range(5)))
    found = [each["id"] for items in pulls for each in items]
    assert len(found) == len(set(found))
    assert set(found) <= wanted


async def test_waiting_counts_what_is_hidden_too(banks: Banks) -> None:
    for _ in range(3):
        await tell(banks)
    reply = await banks.qingyu.get("/inbox", params={"limit": 1})
    assert (len(reply.json()["items"]), reply.json()["waiting"]) == (1, 3)


async def test_moving_the_business_clock_hands_nothing_out_twice(banks: Banks) -> None:
    await tell(banks)
    await pull(banks.qingyu, visibility_seconds=600)
    moved = await banks.qingyu.post("/sandbox/clock", json={"advance_days": 400})
    assert moved.status_code == 200, moved.text
    assert await pull(banks.qingyu) == []


async def test_who_is_no_bank_or_names_no_bank_is_refused(banks: Banks) -> None:
    founder = banks.service.caller("founder")
    assert (await founder.get("//api/finance/bank/v1/inbox")).status_code == 403
    nameless = bank(banks.service, org="")
    assert (await nameless.get("/inbox")).status_code == 403
    app = bank(banks.service, scope="cases")
    assert (await app.get("/inbox")).status_code == 403
    assert (await banks.service.anonymous.get("//api/finance/bank/v1/inbox")).status_code == 401
