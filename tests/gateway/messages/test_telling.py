"""From an event to an inbox and a telephone: once, to those whom it concerns, their business left out."""

import asyncio
import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gateway.messages import store
from gateway.messages.service import recipients_of
from gateway.messages.tables import message_attempts, message_sends, messages
from tests.gateway.identity.harness import Browser, House
from tests.gateway.messages.conftest import Provider
from tests.gateway.messages.words import received

CASE = "0193b7a0-0000-7000-8000-000000000001"
MOVED = {"case_id": CASE, "reference": "D2026-7", "matter": "change-of-domicile", "target": "x"}


def event(*readers: str, action: str = "request_correction", age: timedelta = timedelta(0)) -> Any:
    return {
        "event_id": uuid.uuid4(),
        "type": "registration.case.moved.v1",
        "time": datetime.now(UTC) - age,
        "data": {**MOVED, "action": action},
        "readers": list(readers),
    }


async def tell(house: House, post: Any, *events: Any) -> None:
    async with house.app.state.database.transaction() as session:
        await post.teller.tell_events(session, events)


async def in_inbox(house: House, claims: dict[str, Any]) -> list[str]:
    async with house.app.state.database.reader() as reader:
        mine = recipients_of(claims["sub"], claims["person"])
        return [row.template for row in await store.list_messages(reader, mine, limit=50)]


async def test_one_event_is_one_message_and_one_text_however_often_it_is_told(
    house: House, post: Any, founder: Browser, person: dict[str, str], provider: Provider
) -> None:
    claims = house.decode((await founder.me())["token"])
    told = event(f"sub:{claims['sub']}", f"person:{claims['person']}", "staff")
    for _ in range(3):
        await tell(house, post, told)
    assert await in_inbox(house, claims) == ["correction"]
    [text] = await received(provider, person["username"], 1)
    assert "D2026-7" in text["text"]
    assert f"/cases/{CASE}" in text["text"]
    assert person["name"] not in text["text"]
    assert person["id_number"] not in text["text"]


async def test_what_was_sent_is_forgotten_and_each_attempt_is_kept(
    house: House, post: Any, founder: Browser, person: dict[str, str], provider: Provider
) -> None:
    provider.behave(fail_next=1)
    claims = house.decode((await founder.me())["token"])
    await tell(house, post, event(f"sub:{claims['sub']}"))
    await received(provider, person["username"], 1)
    sends = select(message_sends).join(messages, messages.c.id == message_sends.c.message_id)
    mine = sends.where(messages.c.recipient == f"account:{claims['sub']}")
    async with house.app.state.database.transaction() as session:
        row = (await session.execute(mine.with_for_update())).one()  # after the sender let it go
        attempts = await session.execute(
            select(message_attempts.c.outcome)
            .where(message_attempts.c.send_id == row.id)
            .order_by(message_attempts.c.number)
        )
        assert list(attempts.scalars()) == ["HTTPStatusError", "sent"]
    assert (row.state, row.address_sealed, row.text_sealed) == ("sent", None, None)
    assert row.provider_id


async def test_a_lost_reply_is_one_message_on_the_telephone(
    house: House, post: Any, founder: Browser, person: dict[str, str], provider: Provider
) -> None:
    provider.behave(drop_next=2)
    claims = house.decode((await founder.me())["token"])
    await tell(house, post, event(f"sub:{claims['sub']}"))
    await tell(house, post, event(f"sub:{claims['sub']}", action="refuse"))
    found = await received(provider, person["username"], 2)
    outcomes = select(message_sends.c.state).join(
        messages, messages.c.id == message_sends.c.message_id
    )
    mine = outcomes.where(messages.c.recipient == f"account:{claims['sub']}")
    states: list[str] = []
    async with asyncio.timeout(60):
        while states != ["sent", "sent"]:  # the second tries are over
            await asyncio.sleep(0.1)
            async with house.app.state.database.reader() as reader:
                states = list((await reader.execute(mine)).scalars())
    found = provider.got(person["username"])
    assert len(found) == len({one["id"] for one in found}) == 2


async def test_a_refused_number_is_not_tried_again(
    house: House, post: Any, founder: Browser, person: dict[str, str], provider: Provider
) -> None:
    provider.behave(refuse=[person["username"]])
    claims = house.decode((await founder.me())["token"])
    await tell(house, post, event(f"sub:{claims['sub']}"))
    query = (
        select(message_sends.c.state, message_attempts.c.outcome)
        .join(messages, messages.c.id == message_sends.c.message_id)
        .join(message_attempts, message_attempts.c.send_id == message_sends.c.id)
        .where(messages.c.recipient == f"account:{claims['sub']}")
    )
    found: list[Any] = []
    async with asyncio.timeout(60):
        while not found:
            await asyncio.sleep(0.1)
            async with house.app.state.database.reader() as reader:
                found = [tuple(row) for row in await reader.execute(query)]
    assert found == [("refused", "number_refused")]
    assert await in_inbox(house, claims) == ["correction"]  # the inbox has it all the same


async def test_who_does_not_want_texts_has_the_inbox_and_old_news_rings_nobody(
    house: House, post: Any, founder: Browser
) -> None:
    claims = house.decode((await founder.me())["token"])
    async with house.app.state.database.transaction() as session:
        await store.set_preferences(session, uuid.UUID(claims["sub"]), sms=False, email=True)
    await tell(house, post, event(f"sub:{claims['sub']}"))
    async with house.app.state.database.transaction() as session:
        await store.set_preferences(session, uuid.UUID(claims["sub"]), sms=True, email=True)
    old = event(f"sub:{claims['sub']}", action="refuse", age=timedelta(days=2))
    await tell(house, post, old)
    assert await in_inbox(house, claims) == ["refused", "correction"]
    query = select(message_sends.c.id).join(messages, messages.c.id == message_sends.c.message_id)
    async with house.app.state.database.reader() as reader:
        mine = query.where(messages.c.recipient == f"account:{claims['sub']}")
        assert list(await reader.execute(mine)) == []


async def test_an_event_that_cannot_be_told_keeps_nobody_else_waiting(
    house: House, post: Any, founder: Browser
) -> None:
    claims = house.decode((await founder.me())["token"])
    broken = event(f"sub:{claims['sub']}")
    del broken["data"]["action"]
    unnamed = {**event(f"sub:{claims['sub']}"), "type": "finance.loan.contracted.v1"}
    await tell(house, post, broken, unnamed, event(f"sub:{claims['sub']}"))
    assert await in_inbox(house, claims) == ["correction"]


async def test_somebody_who_is_asked_to_sign_before_they_have_an_account_finds_it_afterwards(
    house: House, post: Any, browser: Browser, person: dict[str, str]
) -> None:
    await browser.sign_up(**person)
    claims = house.decode((await browser.me())["token"])
    hidden = f"person:{claims['person']}"
    asked = event(hidden)
    row = {
        "id": uuid.uuid4(),
        "recipient": hidden,
        "template": "sign_requested",
        "cause": str(asked["event_id"]),
        "values": {"reference": "D1"},
        "href": "/cases/x/sign",
        "created_at": datetime.now(UTC),
    }
    stranger = "e" * 64
    await tell(house, post, event(f"person:{stranger}"))
    async with house.app.state.database.transaction() as session:
        await store.add_message(session, row)
        assert await store.count_unread(session, [f"person:{stranger}"]) == 1
    assert await in_inbox(house, claims) == ["sign_requested"]


@pytest.mark.parametrize("path", ["", "/preferences"])
async def test_the_inbox_is_for_who_it_belongs_to(
    house: House, browser: Browser, path: str
) -> None:
    assert recipients_of("a", None) == ["account:a"]
    async with house.app.state.database.reader() as reader:
        assert await store.find_message(reader, ["account:a"], uuid.uuid4()) is None
    assert (await browser.http.get(f"/api/window/v1/messages{path}")).status_code in (401, 404)
