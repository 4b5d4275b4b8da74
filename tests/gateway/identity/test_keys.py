"""Key rotation: nothing signs before it was published, nothing is forgotten while its tokens live."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from gateway.identity import keys_store
from gateway.identity.keys import (
    PUBLISHED_AFTER_USE,
    PUBLISHED_BEFORE_USE,
    ROTATE_AFTER,
    SigningKey,
    due_rotation,
    key_set,
)
from gateway.identity.tokens import LIFE_S, Subject, mint, read_access_token
from kit.crypto import Vault
from kit.db import Database
from kit.jose import BadToken

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
VAULT = Vault("a key of the data at rest, long enough")


def key(
    state: Any, *, age: timedelta, kid: str = "k", retired: timedelta | None = None
) -> SigningKey:
    made = NOW - age
    active = None if state == "next" else made
    return SigningKey(kid, state, {}, None, made, active, NOW - retired if retired else None)


def test_a_young_key_stays() -> None:
    keys = [key("active", age=timedelta(days=29)), key("next", age=timedelta(days=29), kid="n")]
    due = due_rotation(keys, now=NOW)
    assert (due.promote, due.retire, due.create_next, due.forget) == (None, None, False, ())


def test_an_old_key_gives_way_to_the_published_next_one() -> None:
    keys = [key("active", age=ROTATE_AFTER), key("next", age=PUBLISHED_BEFORE_USE, kid="n")]
    due = due_rotation(keys, now=NOW)
    assert (due.promote, due.retire, due.create_next) == ("n", "k", True)


def test_a_next_key_that_was_not_published_long_enough_waits() -> None:
    young = PUBLISHED_BEFORE_USE - timedelta(seconds=1)
    due = due_rotation([key("active", age=ROTATE_AFTER), key("next", age=young, kid="n")], now=NOW)
    assert due.promote is None


@given(st.integers(0, 10_000))
def test_a_retired_key_is_published_while_a_token_of_it_can_live(seconds: int) -> None:
    retired = timedelta(seconds=seconds)
    keys = [
        key("active", age=timedelta()),
        key("next", age=timedelta(), kid="n"),
        key("retired", age=timedelta(days=60), kid="old", retired=retired),
    ]
    forgotten = bool(due_rotation(keys, now=NOW).forget)
    assert forgotten == (retired >= PUBLISHED_AFTER_USE)
    assert not forgotten or seconds > LIFE_S


def test_a_forced_rotation_forgets_the_old_key_at_once() -> None:
    due = due_rotation(
        [key("active", age=timedelta()), key("next", age=timedelta(), kid="n")],
        now=NOW,
        forced=True,
    )
    assert (due.promote, due.retire, due.forget) == ("n", None, ("k",))


@pytest.fixture
async def database(fresh_database: Callable[[str], Any]) -> Any:
    found = Database(fresh_database("gateway").app)
    yield found
    await found.close()


async def rotate(database: Database, *, now: datetime, forced: bool = False) -> bool:
    async with database.transaction() as session:
        return await keys_store.rotate(session, vault=VAULT, now=now, forced=forced)


async def present(database: Database) -> Any:
    async with database.reader() as reader:
        found = key_set(await keys_store.load_keys(reader, vault=VAULT))
    assert found is not None
    return found


SUBJECT = Subject("s", "c", ("founder",), None, (), "window")


async def test_a_token_survives_the_rotation_after_it_and_dies_with_a_forced_one(
    database: Database,
) -> None:
    await rotate(database, now=NOW)
    first = await present(database)
    second_kid = next(k["kid"] for k in first.jwks["keys"] if k["kid"] != first.active.kid)
    later = NOW + ROTATE_AFTER
    stamp = int(later.timestamp())
    token = mint(SUBJECT, kid=first.active.kid, key=first.active.private, issuer="i", now=stamp)
    assert await rotate(database, now=later)
    assert not await rotate(database, now=later)
    second = await present(database)
    assert second.active.kid == second_kid
    assert len(second.jwks["keys"]) == 3
    assert read_access_token(token, keys=second.readers, issuer="i", now=stamp)["sub"] == "s"

    await rotate(database, now=later + PUBLISHED_AFTER_USE)
    assert len((await present(database)).jwks["keys"]) == 2

    fresh = mint(SUBJECT, kid=second.active.kid, key=second.active.private, issuer="i", now=stamp)
    await rotate(database, now=later + timedelta(hours=1), forced=True)
    third = await present(database)
    with pytest.raises(BadToken):
        read_access_token(fresh, keys=third.readers, issuer="i", now=stamp)


async def test_many_processes_starting_at_once_make_one_pair_of_keys(database: Database) -> None:
    await asyncio.gather(*(rotate(database, now=NOW) for _ in range(8)))
    async with database.reader() as reader:
        states = (await reader.execute(text("SELECT state FROM signing_keys"))).scalars().all()
    assert sorted(states) == ["active", "next"]


async def test_private_keys_are_sealed_at_rest(database: Database) -> None:
    await rotate(database, now=NOW)
    found = await present(database)
    private = found.active.private.private_numbers().private_value
    secret = jwt.utils.base64url_encode(private.to_bytes(32, "big")).decode()
    async with database.reader() as reader:
        rows = (await reader.execute(text("SELECT signing_keys::text FROM signing_keys"))).scalars()
        stored = "".join(rows)
    assert secret not in stored
    assert '"d"' not in stored
