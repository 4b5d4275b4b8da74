"""A forgotten password and another number, each with a code: its life, tries, races; what strangers learn."""

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text

from gateway.identity import codes, recovery, sweep
from gateway.identity.errors import CodeRefused, SignUpRefused, TooManyAttempts, UsernameTaken
from gateway.identity.recovery import Place
from gateway.identity.tables import one_time_codes
from tests.gateway.identity.harness import PASSWORD, Browser, House, id_number
from tests.gateway.messages.conftest import Provider
from tests.gateway.messages.words import code_in, other_than, received

NEW = "another long password"
PLACE = Place("127.0.20.1")


async def asked(house: House, provider: Provider, username: str) -> tuple[uuid.UUID, str]:
    """A ticket and the code that came."""
    before = len(provider.got(username))
    ticket = await recovery.ask_recovery(house.identity, username=username, place=PLACE)
    found = await received(provider, username, before + 1)
    return ticket, code_in(found[-1]["text"])


async def recover(house: House, post: Any, ticket: uuid.UUID, code: str, new: str = NEW) -> None:
    await recovery.recover(house.identity, post.teller, ticket=ticket, code=code, password=new)


async def test_a_forgotten_password_is_replaced_and_everything_else_ends(
    house: House, post: Any, founder: Browser, person: dict[str, str], provider: Provider
) -> None:
    tokens = (await founder.redeem(await founder.code())).json()
    ticket, code = await asked(house, provider, person["username"])
    await recover(house, post, ticket, f" {code[:3]} {code[3:]} ")  # as it is pasted
    assert (await founder.me())["state"] is None
    assert (await founder.refresh(tokens["refresh_token"])).json()["error"] == "invalid_grant"
    assert (await founder.sign_in(person["username"], PASSWORD)).status_code == 401
    assert (await founder.sign_in(person["username"], NEW)).status_code == 200
    told = await received(provider, person["username"], 2)
    assert "密码已更改" in told[-1]["text"]


async def test_a_code_is_used_once_also_when_ten_race(
    house: House, post: Any, founder: Browser, person: dict[str, str], provider: Provider
) -> None:
    ticket, code = await asked(house, provider, person["username"])
    outcomes = await asyncio.gather(
        *(recover(house, post, ticket, code, f"{NEW} {i}") for i in range(10)),
        return_exceptions=True,
    )
    assert outcomes.count(None) == 1
    assert sum(isinstance(one, CodeRefused) for one in outcomes) == 9


async def test_five_wrong_tries_end_a_code_also_when_they_race(
    house: House, post: Any, founder: Browser, person: dict[str, str], provider: Provider
) -> None:
    ticket, code = await asked(house, provider, person["username"])
    wrong = other_than(code)
    tries = [recover(house, post, ticket, wrong) for _ in range(codes.TRIES)]
    for one in await asyncio.gather(*tries, return_exceptions=True):
        assert isinstance(one, CodeRefused)
    with pytest.raises(CodeRefused):
        await recover(house, post, ticket, code)
    assert (await founder.me())["state"] == "active"


async def test_a_code_lives_ten_minutes(
    house: House, post: Any, founder: Browser, person: dict[str, str], provider: Provider
) -> None:
    ticket, code = await asked(house, provider, person["username"])
    async with house.app.state.database.transaction() as session:
        earlier = one_time_codes.c.expires_at - timedelta(minutes=10, seconds=1)
        await session.execute(one_time_codes.update().values(expires_at=earlier))
    with pytest.raises(CodeRefused):
        await recover(house, post, ticket, code)


async def test_a_code_is_for_its_purpose_and_its_person(
    house: House, post: Any, founder: Browser, person: dict[str, str], provider: Provider
) -> None:
    ticket, code = await asked(house, provider, person["username"])
    account_id = uuid.UUID(house.decode((await founder.me())["token"])["sub"])
    for purpose in (codes.CONTACT, codes.EMAIL):
        with pytest.raises(CodeRefused):
            await recovery.change_contact(
                house.identity,
                post.teller,
                account_id=account_id,
                purpose=purpose,
                ticket=ticket,
                code=code,
            )
    await recover(house, post, ticket, code)  # a question for something else took no try


async def test_a_weak_password_does_not_use_the_code_up(
    house: House, post: Any, founder: Browser, person: dict[str, str], provider: Provider
) -> None:
    ticket, code = await asked(house, provider, person["username"])
    for weak in ("short", f"my phone {person['username']}"):
        with pytest.raises(SignUpRefused):
            await recover(house, post, ticket, code, weak)
    await recover(house, post, ticket, code)


async def test_an_unknown_number_is_answered_alike_and_nothing_is_sent(
    house: House, post: Any, founder: Browser, person: dict[str, str], provider: Provider
) -> None:
    nobody = "00017654321"
    ticket = await recovery.ask_recovery(house.identity, username=nobody, place=PLACE)
    known, _ = await asked(house, provider, person["username"])
    assert isinstance(ticket, uuid.UUID)
    assert isinstance(known, uuid.UUID)
    assert provider.got(nobody) == []
    with pytest.raises(CodeRefused):
        await recover(house, post, ticket, "123456")
    for username in (nobody, person["username"]):  # and both end at the same number
        for _ in range(codes.PER_HOUR - 1):
            await recovery.ask_recovery(house.identity, username=username, place=PLACE)
        with pytest.raises(TooManyAttempts):
            await recovery.ask_recovery(house.identity, username=username, place=PLACE)


async def test_strangers_do_not_use_up_the_owners_codes(
    house: House, post: Any, founder: Browser, person: dict[str, str], provider: Provider
) -> None:
    for _ in range(codes.PER_HOUR):
        await recovery.ask_recovery(house.identity, username=person["username"], place=PLACE)
    with pytest.raises(TooManyAttempts):
        await recovery.ask_recovery(house.identity, username=person["username"], place=PLACE)
    own = Place("127.0.20.9", "the owner's browser")
    assert await recovery.ask_recovery(house.identity, username=person["username"], place=own)


async def test_codes_are_stored_as_hashes_only(
    house: House, post: Any, founder: Browser, person: dict[str, str], provider: Provider
) -> None:
    _, code = await asked(house, provider, person["username"])
    async with house.app.state.database.reader() as reader:
        for table in ("one_time_codes", "message_sends", "procrastinate_jobs"):
            found = (await reader.execute(text(f"SELECT t::text FROM {table} t"))).scalars()
            assert not any(f",{code}," in row or f'"{code}"' in row for row in found)


async def changed(
    house: House, post: Any, founder: Browser, provider: Provider, purpose: str, wanted: str
) -> None:
    account_id = uuid.UUID(house.decode((await founder.me())["token"])["sub"])
    before = len(provider.got(wanted))
    ticket = await recovery.ask_contact(
        house.identity,
        account_id=account_id,
        purpose=purpose,
        wanted=wanted,
        present=PASSWORD,
        ip="127.0.20.2",
    )
    code = code_in((await received(provider, wanted, before + 1))[-1]["text"])
    await recovery.change_contact(
        house.identity,
        post.teller,
        account_id=account_id,
        purpose=purpose,
        ticket=ticket,
        code=code,
    )


async def test_another_phone_number_signs_in_and_the_old_one_is_told(
    house: House, post: Any, founder: Browser, person: dict[str, str], provider: Provider
) -> None:
    await changed(house, post, founder, provider, codes.CONTACT, "00011112222")
    assert (await founder.me())["state"] is None
    assert (await founder.sign_in(person["username"])).status_code == 401
    assert (await founder.sign_in("00011112222")).status_code == 200
    [told] = await received(provider, person["username"], 1)
    assert "已更改" in told["text"]


async def test_an_email_address_beside_the_number_gets_the_news_over_smtp(
    house: House, post: Any, founder: Browser, person: dict[str, str], provider: Provider
) -> None:
    address = f"{person['username']}@example.invalid"
    await changed(house, post, founder, provider, codes.EMAIL, address)
    assert (await founder.me())["state"] == "active"  # signing in is as it was
    [told] = await received(provider, person["username"], 1)
    assert "添加了电子邮箱" in told["text"]
    ticket, code = await asked(house, provider, person["username"])
    await recover(house, post, ticket, code)
    mails = await received(provider, address, 2)  # its code, then the news
    assert "密码已更改" in mails[-1]["text"]
    assert mails[-1]["channel"] == "email"


async def test_somebody_elses_number_cannot_be_taken(
    house: House, post: Any, founder: Browser, person: dict[str, str], provider: Provider
) -> None:
    other = house.browser("127.0.20.4")
    taken = "00013334444"
    number = id_number(sequence=77, born="19550505")
    reply = await other.sign_up(username=taken, name="欧阳云帆", id_number=number)
    assert reply.status_code == 200, reply.text
    with pytest.raises(UsernameTaken):
        await changed(house, post, founder, provider, codes.CONTACT, taken)
    assert (await founder.me())["state"] == "active"
    assert (await other.me())["state"] == "active"


async def test_old_codes_are_forgotten(house: House, post: Any) -> None:
    async with house.app.state.database.transaction() as session:
        await sweep.forget_past(session, now=house.identity.now() + timedelta(days=2))
        left = await session.execute(select(func.count()).select_from(one_time_codes))
        assert left.scalar_one() == 0
