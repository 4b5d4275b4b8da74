"""Posting: what moves, what is refused, what stays for ever. Real PostgreSQL, as the service's own role."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from typing import Any

import asyncpg
import pytest

from kit.db import Database, raw
from services.finance.ledger import service
from services.finance.ledger.errors import (
    AlreadyReversed,
    InsufficientFunds,
    NotPending,
    NotPosted,
    TransactionExists,
    UnknownTransaction,
)
from services.finance.ledger.rules import Balance, Entry, Posting

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 22)
ACCOUNTS = {
    "treasury": ("equity", False),
    "pool:a": ("asset", True),
    "pool:b": ("asset", True),
    "paid": ("expense", False),
}


@pytest.fixture
async def database(fresh_database: Callable[[str], Any]) -> AsyncIterator[Database]:
    made = Database(fresh_database("finance").app)
    async with made.transaction() as session:
        for code, (kind, guarded) in ACCOUNTS.items():
            await service.open_account(
                session, code, title=(code, code), kind=kind, guarded=guarded, now=NOW
            )
    yield made
    await made.close()


def an_entry(reference: str, *moves: tuple[str, str, int], **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "kind": "contribution",
        "description": "演示",
        "value_on": DAY,
        "postings": [Posting(*move) for move in moves],
    }
    return Entry(reference=reference, **(values | changes))


async def book(database: Database, reference: str, *moves: Any, **changes: Any) -> Any:
    async with database.transaction() as session:
        return await service.post(session, an_entry(reference, *moves, **changes), now=NOW)


async def posted(database: Database, code: str) -> int:
    async with database.reader() as connection:
        return (await service.balance(connection, code)).posted_fen


async def test_a_posting_takes_from_one_account_and_gives_to_the_other(database: Database) -> None:
    made = await book(database, "T-1", ("treasury", "pool:a", 500))
    assert (made.reference, made.status, made.value_on, made.created_at, made.posted_at) == (
        "T-1", "posted", DAY, NOW, NOW,
    )  # fmt: skip
    assert made.postings == (Posting("treasury", "pool:a", 500),)
    assert (await posted(database, "treasury"), await posted(database, "pool:a")) == (-500, 500)


async def test_a_guarded_account_gives_only_what_it_holds_and_the_refusal_leaves_no_trace(
    database: Database,
) -> None:
    await book(database, "T-1", ("treasury", "pool:a", 100))
    async with database.transaction() as session:
        with pytest.raises(InsufficientFunds) as refused:
            await service.post(session, an_entry("T-2", ("pool:a", "paid", 101)), now=NOW)
        await service.post(session, an_entry("T-3", ("pool:a", "paid", 100)), now=NOW)
    assert refused.value.errors[0].values == {"account": "pool:a"}
    assert (await posted(database, "pool:a"), await posted(database, "paid")) == (0, 100)
    async with database.reader() as connection:
        with pytest.raises(UnknownTransaction):
            await service.read_transaction(connection, "T-2")


async def test_only_the_outcome_of_a_transaction_counts_for_the_guard(database: Database) -> None:
    await book(database, "T-1", ("pool:a", "paid", 70), ("treasury", "pool:a", 70))
    assert await posted(database, "pool:a") == 0


async def test_a_reference_is_used_once(database: Database) -> None:
    await book(database, "T-1", ("treasury", "pool:a", 100))
    with pytest.raises(TransactionExists):
        await book(database, "T-1", ("treasury", "pool:a", 100))
    assert await posted(database, "pool:a") == 100


async def test_an_idempotency_key_repeats_without_effect_and_serves_one_entry_only(
    database: Database,
) -> None:
    first = await book(database, "T-1", ("treasury", "pool:a", 100), idempotency_key="k")
    again = await book(database, "T-1", ("treasury", "pool:a", 100), idempotency_key="k")
    assert again == first
    with pytest.raises(TransactionExists):
        await book(database, "T-1", ("treasury", "pool:a", 101), idempotency_key="k")
    with pytest.raises(TransactionExists):
        await book(database, "T-2", ("treasury", "pool:a", 100), idempotency_key="k")
    assert await posted(database, "pool:a") == 100


async def test_pending_money_is_held_until_posted_or_voided_once(database: Database) -> None:
    await book(database, "T-1", ("treasury", "pool:a", 100))
    await book(database, "P-1", ("pool:a", "paid", 60), pending=True)
    async with database.reader() as connection:
        assert await service.balance(connection, "pool:a") == Balance(100, 60, 0)
        assert await service.balance(connection, "paid") == Balance(0, 0, 60)
        assert (await service.balance(connection, "pool:a")).available_fen == 40
    with pytest.raises(InsufficientFunds):
        await book(database, "T-2", ("pool:a", "paid", 41))
    with pytest.raises(InsufficientFunds):
        await book(database, "P-2", ("pool:a", "paid", 41), pending=True)
    later = date(2026, 11, 30)
    async with database.transaction() as session:
        done = await service.post_pending(session, "P-1", value_on=later, now=NOW)
    assert (done.status, done.value_on, done.posted_at) == ("posted", later, NOW)
    for settle in (service.post_pending, service.void_pending):
        async with database.transaction() as session:
            with pytest.raises(NotPending):
                await settle(session, "P-1", now=NOW)
    async with database.reader() as connection:
        assert await service.balance(connection, "pool:a") == Balance(40, 0, 0)


async def test_a_voided_transaction_frees_what_it_held(database: Database) -> None:
    await book(database, "T-1", ("treasury", "pool:a", 100))
    await book(database, "P-1", ("pool:a", "paid", 100), pending=True)
    async with database.transaction() as session:
        voided = await service.void_pending(session, "P-1", now=NOW)
    assert (voided.status, voided.voided_at, voided.posted_at) == ("voided", NOW, None)
    await book(database, "T-2", ("pool:a", "paid", 100))
    assert await posted(database, "paid") == 100


async def test_pending_money_coming_in_cannot_be_spent(database: Database) -> None:
    await book(database, "P-1", ("treasury", "pool:a", 100), pending=True)
    with pytest.raises(InsufficientFunds):
        await book(database, "T-1", ("pool:a", "paid", 1))


async def test_a_correction_is_a_reversal_and_happens_once(database: Database) -> None:
    await book(database, "T-1", ("treasury", "pool:a", 100), ("treasury", "pool:b", 50))
    async with database.transaction() as session:
        undone = await service.reverse(session, "T-1", reason="重复入账", value_on=DAY, now=NOW)
    assert (undone.reference, undone.reverses, undone.reason) == ("T-1:reversal", "T-1", "重复入账")
    assert [await posted(database, code) for code in ACCOUNTS] == [0, 0, 0, 0]
    for reference in ("T-1", "T-1:reversal"):
        async with database.transaction() as session:
            with pytest.raises(AlreadyReversed):
                await service.reverse(session, reference, reason="x", value_on=DAY, now=NOW)


async def test_what_is_not_posted_or_has_been_spent_is_not_reversed(database: Database) -> None:
    await book(database, "T-1", ("treasury", "pool:a", 100))
    await book(database, "T-2", ("pool:a", "paid", 1))
    await book(database, "P-1", ("treasury", "pool:b", 5), pending=True)
    for reference, refusal in (
        ("T-1", InsufficientFunds), ("P-1", NotPosted), ("none", UnknownTransaction),
    ):  # fmt: skip
        async with database.transaction() as session:
            with pytest.raises(refusal):
                await service.reverse(session, reference, reason="x", value_on=DAY, now=NOW)


async def test_an_account_is_opened_once_and_stays_what_it_is(database: Database) -> None:
    async with database.transaction() as session:
        await service.open_account(session, "paid", title=("", ""), kind="expense", guarded=False)
        for code, kind, guarded in (
            ("paid", "asset", False), ("paid", "expense", True), ("Paid", "expense", False),
            ("a b", "asset", False), ("a::b", "asset", False), ("-a", "asset", False),
        ):  # fmt: skip
            with pytest.raises(ValueError):
                await service.open_account(
                    session, code, title=("", ""), kind=kind, guarded=guarded
                )


async def test_an_unknown_account_is_a_fault_of_the_program(database: Database) -> None:
    async with database.transaction() as session:
        with pytest.raises(LookupError):
            await service.post(session, an_entry("T-1", ("treasury", "nowhere", 1)), now=NOW)
    async with database.reader() as connection:
        with pytest.raises(LookupError):
            await service.balance(connection, "nowhere")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_postings SET amount_fen = 1",
        "DELETE FROM ledger_postings",
        "INSERT INTO ledger_postings VALUES (1, 9, 'paid', 'treasury', 1)",
        "UPDATE ledger_entries SET balance_fen = 1",
        "DELETE FROM ledger_entries",
        "UPDATE ledger_accounts SET posted_fen = 1",
        "DELETE FROM ledger_accounts",
        "UPDATE ledger_transactions SET description = 'x'",
        "DELETE FROM ledger_transactions",
        "TRUNCATE ledger_postings CASCADE",
        "SELECT ledger_enter(1)",
        "SELECT ledger_hold(1, 1)",
    ],
)
async def test_the_services_role_changes_nothing_that_is_booked(
    database: Database, statement: str
) -> None:
    await book(database, "T-1", ("treasury", "pool:a", 100))
    async with database.reader() as connection:
        driver = await raw(connection)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await driver.execute(statement)
