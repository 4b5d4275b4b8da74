"""Signing in, and who guesses: what they may not learn, and how long they must wait."""

import asyncio
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from gateway.identity import tables, throttle
from gateway.identity.accounts import name_hash
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


async def test_five_wrong_passwords_slow_a_stranger_for_known_and_unknown_names_alike(
    house: House, person: dict[str, str]
) -> None:
    owner = house.browser()
    await owner.sign_up(**person)
    attacker = house.browser("127.0.0.4")
    waits = []
    for username in (person["username"], "00018888888"):
        replies = [await attacker.sign_in(username, f"wrong {i:09d}") for i in range(6)]
        assert [r.status_code for r in replies] == [401] * 5 + [429]
        waits.append(int(replies[-1].headers["retry-after"]))
    assert 25 <= min(waits) <= max(waits) <= 30
    refused = await attacker.sign_in(person["username"])
    assert refused.json()["code"] == "too_many_attempts"  # nor does the right one help from there
    assert (await owner.me())["state"] == "active"  # and the owner's session is not touched


async def test_a_stranger_cannot_lock_a_person_out(house: House, person: dict[str, str]) -> None:
    owner = house.browser("127.0.4.1")
    await owner.sign_up(**person)
    await owner.sign_out()
    for number in range(12):  # from the owner's own network, and from many others
        stranger = house.browser("127.0.4.1" if number < 6 else f"127.0.5.{number}")
        for i in range(6):
            await stranger.sign_in(person["username"], f"wrong {i:09d}")
    assert (await owner.sign_in(person["username"])).status_code == 200  # the same browser
    elsewhere = house.browser("127.0.4.99")
    assert (await elsewhere.sign_in(person["username"])).status_code == 200  # a new phone


async def test_an_account_guessed_at_from_everywhere_leaves_each_stranger_one_try(
    house: House, person: dict[str, str]
) -> None:
    await house.browser().sign_up(**person)
    named = name_hash(house.identity, person["username"])
    rows = [
        {
            "username_hash": named,
            "ip_hash": f"{named}-{i}",
            "source_hash": f"{named}-{i}",
            "succeeded": False,
            "at": house.identity.now(),
        }
        for i in range(throttle.ATTACKED_BY)
    ]
    async with house.app.state.database.transaction() as session:
        await session.execute(tables.login_attempts.insert(), rows)
    one_more = house.browser("127.0.6.1")
    tries = [await one_more.sign_in(person["username"], "wrong password") for _ in range(2)]
    assert [r.status_code for r in tries] == [401, 429]
    right = await house.browser("127.0.6.2").sign_in(person["username"])
    assert right.status_code == 200


async def test_the_waiting_is_over_when_it_is_over(house: House, person: dict[str, str]) -> None:
    await house.browser().sign_up(**person)
    elsewhere = house.browser("127.0.7.1")
    for i in range(5):
        await elsewhere.sign_in(person["username"], f"wrong {i:09d}")
    assert (await elsewhere.sign_in(person["username"])).status_code == 429
    async with house.app.state.database.transaction() as session:
        earlier = tables.login_attempts.c.at - timedelta(seconds=31)
        await session.execute(tables.login_attempts.update().values(at=earlier))
    assert (await elsewhere.sign_in(person["username"])).status_code == 200


async def test_a_forged_or_anothers_device_is_a_stranger(
    house: House, person: dict[str, str]
) -> None:
    await house.browser().sign_up(**person)
    attacker = house.browser("127.0.8.1")
    assert (await attacker.sign_in("00010000003", DEMO_PASSWORD)).status_code == 200
    mine = attacker.http.cookies["yc_device"]  # genuine, for another account
    for value in (mine, mine.replace(mine[:5], "AAAAA"), "." * 5, "x", "é"):
        attacker.http.cookies.clear()
        attacker.http.cookies.set("yc_device", quote(value))
        replies = [await attacker.sign_in(person["username"], "wrong one") for _ in range(2)]
    for i in range(4):
        replies.append(await attacker.sign_in(person["username"], f"wrong {i:09d}"))
    assert replies[-1].status_code == 429


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


async def test_an_address_that_guesses_everywhere_is_slowed_and_its_neighbours_at_home_are_not(
    house: House,
) -> None:
    neighbour = house.browser("127.0.0.6")
    assert (await neighbour.sign_in("00010000003", DEMO_PASSWORD)).status_code == 200
    stranger = house.identity.lookup_hash("ip", "127.0.0.6")
    async with house.app.state.database.transaction() as session:
        rows = [
            {
                "username_hash": f"n{i}",
                "ip_hash": stranger,
                "source_hash": stranger,
                "succeeded": False,
                "at": house.identity.now(),
            }
            for i in range(throttle.FREE_PER_ADDRESS)
        ]
        await session.execute(tables.login_attempts.insert(), rows)
    reply = await house.browser("127.0.0.6").sign_in("00010000003", DEMO_PASSWORD)
    elsewhere = await house.browser("127.0.0.61").sign_in("00010000003", DEMO_PASSWORD)
    at_home = await neighbour.sign_in("00010000003", DEMO_PASSWORD)
    assert (reply.status_code, elsewhere.status_code, at_home.status_code) == (429, 200, 200)
    assert 55 <= int(reply.headers["retry-after"]) <= 60


async def test_an_ipv6_subscriber_is_one_address(house: House, person: dict[str, str]) -> None:
    await house.browser().sign_up(**person)
    replies = [
        await house.browser(f"2001:db8:1:2::{i}").sign_in(person["username"], "wrong password")
        for i in range(1, 7)
    ]
    assert [r.status_code for r in replies] == [401] * 5 + [429]


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 10**6), st.booleans())
def test_nobody_waits_longer_than_a_quarter_of_an_hour(
    here: int, address: int, strange: int, own: bool
) -> None:
    now = datetime(2026, 12, 1, tzinfo=UTC)
    found = throttle.wait_left(
        throttle.Failures(here, now, address, now, strange), own_device=own, now=now
    )
    assert timedelta(0) <= found <= throttle.LONGEST_WAIT
    if own and here < throttle.FREE_ON_OWN_DEVICE:
        assert not found  # whatever strangers did


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
