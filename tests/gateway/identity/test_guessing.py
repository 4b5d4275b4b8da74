"""Signing in, and who guesses: what they may not learn, and how soon the door is closed."""

import asyncio
import time

from gateway.identity import tables
from gateway.identity.demo import DEMO_PASSWORD
from gateway.identity.errors import IdentityBusy
from gateway.identity.passwords import Passwords
from tests.gateway.identity.harness import PASSWORD, Browser, House


async def test_unknown_name_and_wrong_password_look_alike(house: House, founder: Browser) -> None:
    other = house.browser("127.0.0.3")
    wrong = await other.sign_in("00010000002", "wrong password")
    unknown = await other.sign_in("00019999999", "wrong password")
    nonsense = await other.sign_in("no such thing", "wrong password")
    bodies = [r.json() for r in (wrong, unknown, nonsense)]
    for body in bodies:
        body.pop("request_id")
    assert bodies[0] == bodies[1] == bodies[2]
    assert [r.status_code for r in (wrong, unknown, nonsense)] == [401] * 3


async def test_unknown_name_costs_as_much_time_as_a_wrong_password(house: House) -> None:
    passwords, stored = house.identity.passwords, await house.identity.passwords.hash("x" * 12)

    async def timed(hash_of: str | None) -> float:
        began = time.perf_counter()
        for _ in range(4):
            await passwords.check("wrong password", hash_of)
        return time.perf_counter() - began

    known, unknown = [], []
    for _ in range(6):
        known.append(await timed(stored))
        unknown.append(await timed(None))
    assert 0.5 < min(unknown) / min(known) < 2


async def test_five_wrong_passwords_close_the_door_for_known_and_unknown_names_alike(
    house: House, person: dict[str, str]
) -> None:
    owner = house.browser()
    await owner.sign_up(**person)
    attacker = house.browser("127.0.0.4")
    for username in (person["username"], "00018888888"):
        replies = [await attacker.sign_in(username, f"wrong {i:09d}") for i in range(6)]
        assert [r.status_code for r in replies] == [401] * 5 + [429]
        assert 0 < int(replies[-1].headers["retry-after"]) <= 900
    refused = await attacker.sign_in(person["username"])
    assert refused.json()["code"] == "too_many_attempts"  # the right password does not help now
    assert (await owner.me())["state"] == "active"  # and the owner's session is not touched


async def test_a_hundred_guesses_at_once_are_five_guesses(
    house: House, person: dict[str, str]
) -> None:
    owner = house.browser()
    await owner.sign_up(**person)
    attackers = [house.browser("127.0.0.5") for _ in range(30)]
    guesses = (a.sign_in(person["username"], f"guess {i:09d}") for i, a in enumerate(attackers))
    replies = await asyncio.gather(*guesses)
    tried = [r for r in replies if r.status_code == 401]
    assert len(tried) == 5
    assert {r.status_code for r in replies} == {401, 429}


async def test_an_address_that_guesses_everywhere_is_stopped(house: House) -> None:
    limit = house.identity.options.address_limit
    stranger = house.identity.lookup_hash("ip", "127.0.0.6")
    async with house.app.state.database.transaction() as session:
        rows = [
            {
                "username_hash": f"n{i}",
                "ip_hash": stranger,
                "succeeded": False,
                "at": house.identity.now(),
            }
            for i in range(limit)
        ]
        await session.execute(tables.login_attempts.insert(), rows)
    reply = await house.browser("127.0.0.6").sign_in("00010000003", DEMO_PASSWORD)
    elsewhere = await house.browser("127.0.0.61").sign_in("00010000003", DEMO_PASSWORD)
    assert (reply.status_code, elsewhere.status_code) == (429, 200)


async def test_the_next_sign_in_tells_of_failed_attempts(
    house: House, person: dict[str, str]
) -> None:
    browser = house.browser()
    await browser.sign_up(**person)
    await browser.sign_in(person["username"])
    for _ in range(2):
        await house.browser("127.0.0.8").sign_in(person["username"], "wrong password")
    found = (await browser.sign_in(person["username"])).json()
    assert found["failed_attempts"] == 2
    assert found["previous_sign_in_at"]


async def test_more_sign_ins_than_threads_are_refused_quickly_not_queued_for_ever(
    house: House,
) -> None:
    small = Passwords(threads=1, waiting=2)
    results = await asyncio.gather(
        *(small.hash(PASSWORD) for _ in range(10)), return_exceptions=True
    )
    small.close()
    assert sum(isinstance(r, IdentityBusy) for r in results) == 7
    assert sum(isinstance(r, str) for r in results) == 3
