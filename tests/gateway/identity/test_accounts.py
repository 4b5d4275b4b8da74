"""Opening an account, signing in, and what an attacker may not learn or do there."""

import asyncio
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, text

from gateway.identity import jobs, tables
from gateway.identity.accounts import finish_verification
from gateway.identity.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from gateway.jobs import jobs as registry
from kit.jobs import JobContext, RetryLater, run_jobs
from tests.gateway.identity.harness import PASSWORD, Browser, House, id_number


async def count(house: House, table: Any) -> int:
    async with house.app.state.database.reader() as reader:
        return int((await reader.execute(select(func.count()).select_from(table))).scalar_one())


async def test_a_person_signs_up_and_is_signed_in(
    house: House, browser: Browser, person: dict[str, str]
) -> None:
    reply = await browser.sign_up(**person)
    assert reply.status_code == 200, reply.text
    found = reply.json()
    claims = house.decode(found["token"])
    assert (found["state"], found["roles"]) == ("active", ["founder"])
    assert claims["roles"] == ["founder"]
    assert len(claims["person"]) == 64
    assert claims["name"] == person["name"]
    assert claims["sid"] == found["sid"]
    assert (await browser.me())["sid"] == found["sid"]


async def test_the_session_cookie_is_http_only_lax_and_opaque(founder: Browser) -> None:
    reply = await founder.sign_in("00010000001", DEMO_PASSWORD)
    line = next(v for v in reply.headers.get_list("set-cookie") if v.startswith("yc_session="))
    assert "HttpOnly" in line
    assert "SameSite=Lax" in line
    assert "Path=/" in line
    assert "Domain" not in line
    assert "Secure" not in line


async def test_personal_data_is_not_readable_in_the_database(
    house: House, founder: Browser, person: dict[str, str]
) -> None:
    async with house.app.state.database.reader() as reader:
        rows = (await reader.execute(text("SELECT accounts::text FROM accounts"))).scalars().all()
        hashes = (await reader.execute(select(tables.credentials.c.password_hash))).scalars().all()
    stored = "".join(rows)
    assert person["id_number"] not in stored
    assert person["username"] not in stored
    assert all(found.startswith("$argon2id$") for found in hashes)


async def test_every_wrong_field_is_named_at_once_and_nothing_is_written(
    house: House, browser: Browser
) -> None:
    before = await count(house, tables.accounts)
    reply = await browser.sign_up(
        username="nobody", password="short", name="x", id_number="980101199003071017"
    )
    body = reply.json()
    assert (reply.status_code, body["code"]) == (422, "sign_up_refused")
    assert {e["pointer"]: e["code"] for e in body["errors"]} == {
        "/name": "name_length",
        "/id_number": "id_number_check",
        "/username": "username_shape",
        "/password": "password_length",
    }
    assert await count(house, tables.accounts) == before


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"name": "林晓船", "id_number": "980101199003071016"}, 422, "real_name_mismatch"),
        ({"id_number": id_number(sequence=900)}, 422, "real_name_mismatch"),
        ({"id_number": id_number(sequence=1, region="110101")}, 422, "real_name_mismatch"),
        ({"id_number": id_number(sequence=1, born="20200101")}, 422, "sign_up_refused"),
        ({"id_number": id_number(sequence=1, born="20990101")}, 422, "sign_up_refused"),
        ({"id_number": id_number(sequence=1, born="19900231")}, 422, "sign_up_refused"),
    ],
)
async def test_nobody_registers_as_somebody_else_or_nobody(
    browser: Browser, person: dict[str, str], changes: dict[str, str], status: int, code: str
) -> None:
    reply = await browser.sign_up(**{**person, **changes})
    assert (reply.status_code, reply.json()["code"]) == (status, code)


async def test_one_person_has_one_account_even_when_two_requests_race(
    house: House, person: dict[str, str]
) -> None:
    browsers = [house.browser() for _ in range(4)]
    asked = [b.sign_up(**{**person, "username": f"0003000000{i}"}) for i, b in enumerate(browsers)]
    replies = await asyncio.gather(*asked)
    assert sorted(r.status_code for r in replies) == [200, 409, 409, 409]
    assert {r.json().get("code") for r in replies if r.status_code == 409} == {"person_has_account"}


async def test_a_taken_username_is_told_only_to_a_confirmed_person(
    founder: Browser, person: dict[str, str], authority: Callable[..., None]
) -> None:
    taken = {**person, "id_number": id_number(sequence=299, born="19590101")}
    told = await founder.sign_up(**taken)
    authority(fail_next=1)
    hidden = await founder.sign_up(**taken)
    assert (told.status_code, told.json()["code"]) == (409, "username_taken")
    assert (hidden.status_code, hidden.json()["code"]) == (503, "identity_busy")
    assert hidden.headers["retry-after"]


async def test_a_silent_authority_leaves_a_pending_account_that_may_do_nothing(
    house: House, browser: Browser, person: dict[str, str], authority: Callable[..., None]
) -> None:
    authority(fail_next=1)
    reply = await browser.sign_up(**person)
    found = reply.json()
    claims = house.decode(found["token"])
    assert (reply.status_code, found["state"]) == (200, "pending_verification")
    assert claims["roles"] == []
    assert "person" not in claims
    async with house.app.state.database.reader() as reader:
        jobs_waiting = text(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = :t AND args->>'account_id' = :a"
        )
        values = {"t": jobs.VERIFY, "a": claims["sub"]}
        assert (await reader.execute(jobs_waiting, values)).scalar_one() == 1

    context = JobContext(house.app.state.database, SimpleNamespace(identity=house.identity))
    authority(fail_next=1)
    with pytest.raises(RetryLater):
        await jobs.verify_real_name(context, account_id=claims["sub"])
    await jobs.verify_real_name(context, account_id=claims["sub"])
    await jobs.verify_real_name(context, account_id=claims["sub"])  # twice is once
    after = await browser.me()
    assert after["state"] == "active"
    assert house.decode(after["token"])["roles"] == ["founder"]


async def test_the_worker_finishes_a_pending_account_by_itself(
    house: House, browser: Browser, person: dict[str, str], authority: Callable[..., None]
) -> None:
    authority(fail_next=2)  # in the request, and once more in the job
    assert (await browser.sign_up(**person)).json()["state"] == "pending_verification"
    state = SimpleNamespace(database=house.app.state.database, settings=house.app.state.settings)
    await jobs.prepare_identity(state)
    app = registry.procrastinate_app(str(state.settings.database_url), state)
    worker = asyncio.create_task(run_jobs(app, concurrency=2))
    async with asyncio.timeout(40):
        while (await browser.me())["state"] != "active":  # noqa: ASYNC110  another process works
            await asyncio.sleep(0.2)
    worker.cancel()
    await asyncio.wait([worker])
    await jobs.close_identity(state)
    assert house.decode((await browser.me())["token"])["roles"] == ["founder"]


async def test_a_pending_account_under_a_wrong_name_disappears_with_its_session(
    house: House, browser: Browser, person: dict[str, str], authority: Callable[..., None]
) -> None:
    authority(fail_next=1)
    wrong = {**person, "name": "Not Chinese"}
    found = (await browser.sign_up(**wrong)).json()
    sub = UUID(house.decode(found["token"])["sub"])
    assert await finish_verification(house.identity, account_id=sub)
    assert (await browser.me())["state"] is None
    assert house.identity.local_keys.is_revoked({"sid": found["sid"]}) or await revoked(
        house, found["sid"]
    )
    again = await browser.sign_up(**person)
    assert again.status_code == 200


async def revoked(house: House, sid: str) -> bool:
    await house.identity.refresh()
    return house.identity.local_keys.is_revoked({"sid": sid})


async def test_demo_accounts_sign_in_and_seeding_twice_adds_nothing(house: House) -> None:
    from gateway.identity.demo import seed_demo

    before = await count(house, tables.accounts)
    await seed_demo(house.app.state)
    assert await count(house, tables.accounts) == before
    for account in DEMO_ACCOUNTS:
        browser = house.browser("127.0.0.7")
        found = (await browser.sign_in(account["username"], account["password"])).json()
        claims = house.decode(found["token"])
        assert claims["roles"] == account["roles"]
        assert claims.get("org") == account["org"]


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
        for _ in range(8):
            await passwords.check("wrong password", hash_of)
        return time.perf_counter() - began

    known, unknown = [], []
    for _ in range(3):
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
    from gateway.identity.errors import IdentityBusy
    from gateway.identity.passwords import Passwords

    small = Passwords(threads=1, waiting=2)
    results = await asyncio.gather(
        *(small.hash(PASSWORD) for _ in range(10)), return_exceptions=True
    )
    small.close()
    assert sum(isinstance(r, IdentityBusy) for r in results) == 7
    assert sum(isinstance(r, str) for r in results) == 3
