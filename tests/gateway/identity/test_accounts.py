"""Opening an account, signing in, and what an attacker may not learn or do there."""

import asyncio
import unicodedata
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlalchemy import func, select, text, update

from gateway.identity import jobs, tables
from gateway.identity.accounts import finish_verification, name_hash
from gateway.identity.demo import DEMO_ACCOUNTS, DEMO_PASSWORD
from gateway.identity.tables import accounts, credentials
from gateway.jobs import jobs as registry
from kit.jobs import JobContext, RetryLater, run_jobs
from tests.gateway.identity.harness import Browser, House, id_number


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


async def test_a_password_is_right_however_the_keyboard_sends_it(
    house: House, person: dict[str, str]
) -> None:
    composed = "créer-une-société-2026"
    decomposed = unicodedata.normalize("NFD", composed)
    browser = house.browser("127.0.9.1")
    assert (await browser.sign_up(**person, password=composed)).status_code == 200
    assert (await browser.sign_in(person["username"], decomposed)).status_code == 200
    assert (await browser.sign_in(person["username"], composed)).status_code == 200


async def test_a_hash_from_before_of_another_spelling_is_taken_and_renewed(
    house: House, person: dict[str, str]
) -> None:
    composed = "créer-une-société-2026"
    decomposed = unicodedata.normalize("NFD", composed)
    browser = house.browser("127.0.9.2")
    await browser.sign_up(**person, password=composed)
    old = Argon2Hasher(time_cost=2, memory_cost=19_456, parallelism=1).hash(decomposed)
    named = name_hash(house.identity, person["username"])
    stored = select(credentials.c.password_hash).join(
        accounts, accounts.c.id == credentials.c.account_id
    )
    async with house.app.state.database.transaction() as session:
        owner = select(accounts.c.id).where(accounts.c.username_hash == named).scalar_subquery()
        change = update(credentials).where(credentials.c.account_id == owner)
        await session.execute(change.values(password_hash=old))
    assert (await browser.sign_in(person["username"], composed)).status_code == 200
    async with house.app.state.database.reader() as reader:
        renewed = (
            await reader.execute(stored.where(accounts.c.username_hash == named))
        ).scalar_one()
    assert renewed != old
    assert await house.identity.passwords.check(decomposed, renewed) == (True, None)
