"""The proof of the proofs: break each rule by hand, as the owner, with the constraint taken away, and the
check that guards it must say so. A check that cannot fail proves nothing."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import asyncpg
import pytest

from kit.db import Database
from services.finance.ledger import service as ledger
from services.finance.ledger.rules import Entry, Posting
from services.finance.pools import service as pools
from tests.services.finance.ledger.books import BROKEN as BOOKS
from tests.services.finance.ledger.books import broken
from tests.services.finance.pools.funds import (
    AT,
    BROKEN,
    CLASS_A,
    NOW,
    TODAY,
    a_budget,
    a_pool,
    check_funds,
)

RULES = BOOKS | BROKEN
TABLES = (
    "ledger_accounts", "ledger_transactions", "ledger_postings", "ledger_entries", "risk_pools",
    "risk_pool_shares", "cover_reservations", "cover_shares", "compensations",
    "compensation_shares", "budgets", "budget_items", "vouchers",
)  # fmt: skip
BREAKS: dict[str, str] = {
    "all balances together are zero": """
        UPDATE ledger_accounts SET posted_fen = posted_fen + 1 WHERE code = 'budget:b'""",
    "a balance is what was posted": "UPDATE ledger_postings SET amount_fen = amount_fen + 1",
    "what is held is what is pending": "UPDATE ledger_accounts SET pending_out_fen = 1",
    "a guarded account has not given more than it held": """
        UPDATE ledger_accounts SET posted_fen = -1 WHERE code = 'pool:p:city'""",
    "every transaction has postings, and a posted one both sides of each": """
        DELETE FROM ledger_entries WHERE sequence = 1 AND account_code = 'pool:p:city'""",
    "a history has no gap and its running balance adds up": """
        UPDATE ledger_entries SET balance_fen = balance_fen + 1 WHERE sequence = 1""",
    "a history ends in the balance": """
        UPDATE ledger_entries SET amount_fen = amount_fen + 1, balance_fen = balance_fen + 1
        WHERE sequence = 1""",
    "the money of a share is what its account holds": """
        UPDATE risk_pool_shares SET contributed_fen = contributed_fen + 1""",
    "reserved is within pool times leverage": """
        UPDATE risk_pool_shares SET reserved_fen = contributed_fen * 10 + 1""",
    "reserved is the sum of the covers": "UPDATE risk_pool_shares SET reserved_fen = reserved_fen + 1",
    "a cover's parts are its rates of what is outstanding": """
        UPDATE cover_shares SET reserved_fen = reserved_fen + 1""",
    "exposure is what is covered and what is lost": "UPDATE risk_pools SET npl_fen = npl_fen + 1",
    "compensation is within min(share, cap) of the net loss": """
        UPDATE compensation_shares SET paid_fen = paid_fen + 1 WHERE share = 'city'""",
    "a loan is not compensated beyond its principal": """
        UPDATE cover_reservations SET compensated_fen = 0""",
    "what was paid and returned is what the shares of the claims say": """
        UPDATE risk_pool_shares SET returned_fen = returned_fen + 1""",
    "paid, obligated, committed, appropriated are in order": """
        UPDATE budgets SET paid_fen = obligated_fen + 1""",
    "a budget is the sum of its commitments": "UPDATE budgets SET committed_fen = committed_fen + 1",
    "a share was given what its vouchers say": """
        UPDATE vouchers SET amount_fen = amount_fen + 1 WHERE pool_code = 'p'""",
    "a budget was given what its vouchers say": """
        UPDATE vouchers SET reverses = id WHERE budget_code = 'b'""",
    "two people confirmed every voucher": "UPDATE vouchers SET settled_by = proposed_by",
    "a voucher is in the books as it says": "UPDATE vouchers SET state = 'withdrawn'",
    "a reversal is in the books once it is confirmed": """
        UPDATE vouchers SET reverses = id, entry = 'APPR:none:reversal' WHERE budget_code = 'b'""",
    "the money of a budget is what its account holds": """
        UPDATE budgets SET appropriated_fen = appropriated_fen + 1""",
}  # fmt: skip


@pytest.fixture(scope="module")
async def owner(fresh_database: Callable[[str], Any]) -> AsyncIterator[asyncpg.Connection]:
    """A connection of the tables' owner to a database where a little of everything has happened."""
    urls = fresh_database("finance")
    database = Database(urls.app)
    await a_pool(database, "p", money={"province": 1_000, "city": 1_000})
    await a_budget(database, "b", money=1_000)
    async with database.transaction() as session:
        await pools.reserve_cover(
            session, pool_code="p", loan_reference="L", principal_fen=2_000, shares=CLASS_A, **AT
        )
        await pools.pay_compensation(
            session, claim_reference="C", loan_reference="L", base_fen=1_000, **AT
        )
        await pools.return_recovery(
            session, claim_reference="C", recovery_reference="R", amount_fen=500, costs_fen=0, **AT
        )
        item = {"budget_code": "b", "reference": "S", **AT}
        await pools.commit_budget(session, amount_fen=300, **item)
        await pools.oblige(session, amount_fen=200, **item)
        await pools.pay(session, amount_fen=100, **item)
        held = Entry(
            reference="P", kind="held", description="", value_on=TODAY, pending=True,
            postings=[Posting("pool:p:city", "compensation:p:city", 1)],
        )  # fmt: skip
        await ledger.post(session, held, now=NOW)
    await check_funds(database)
    await database.close()
    connection = await asyncpg.connect(urls.owner)
    yield connection
    await connection.close()


async def unguarded(owner: asyncpg.Connection) -> None:
    """Takes away every CHECK and trigger, until the transaction is rolled back."""
    for table in TABLES:
        checks = await owner.fetch(
            "SELECT conname FROM pg_constraint WHERE conrelid = $1::regclass AND contype = 'c'",
            table,
        )
        for check in checks:
            await owner.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{check["conname"]}"')
        await owner.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")


def test_every_rule_is_broken_once() -> None:
    assert set(BREAKS) == set(RULES)


@pytest.mark.parametrize("rule", sorted(BREAKS))
async def test_a_broken_rule_is_seen(owner: asyncpg.Connection, rule: str) -> None:
    attempt = owner.transaction()
    await attempt.start()
    try:
        assert await broken(owner, RULES) == {}
        await unguarded(owner)
        await owner.execute(BREAKS[rule])
        assert rule in await broken(owner, RULES)
    finally:
        await attempt.rollback()


UNSEEN_BY_CONSTRAINTS = {
    # sums over rows, which a CHECK cannot see; triggers and the functions' own order keep them
    "all balances together are zero",
    "what is held is what is pending",
    "the money of a share is what its account holds",
    "reserved is the sum of the covers",
    "a cover's parts are its rates of what is outstanding",
    "exposure is what is covered and what is lost",
    "a loan is not compensated beyond its principal",
    "what was paid and returned is what the shares of the claims say",
    "a budget is the sum of its commitments",
    "the money of a budget is what its account holds",
}


@pytest.mark.parametrize("rule", sorted(set(BREAKS) - UNSEEN_BY_CONSTRAINTS))
async def test_the_database_refuses_the_break_even_from_the_owner(
    owner: asyncpg.Connection, rule: str
) -> None:
    attempt = owner.transaction()
    await attempt.start()
    try:
        with pytest.raises((asyncpg.CheckViolationError, asyncpg.RestrictViolationError)):
            await owner.execute(BREAKS[rule])
    finally:
        await attempt.rollback()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_transactions SET description = 'x' WHERE reference = 'CONTR:p:p-city'",
        "UPDATE ledger_transactions SET status = 'pending', posted_at = NULL WHERE status = 'posted'",
        "DELETE FROM ledger_transactions",
        "DELETE FROM ledger_accounts",
        "UPDATE ledger_accounts SET guarded = false",
        "UPDATE ledger_accounts SET kind = 'asset'",
        "DELETE FROM ledger_postings",
        "DELETE FROM vouchers",
        "UPDATE vouchers SET amount_fen = amount_fen + 1, version = version + 1",
        "UPDATE vouchers SET state = 'withdrawn', settled_reason = 'x', version = version + 1",
        "UPDATE vouchers SET settled_by = 'somebody else', version = version + 1",
    ],
)
async def test_not_even_the_owner_rewrites_what_is_booked(
    owner: asyncpg.Connection, statement: str
) -> None:
    attempt = owner.transaction()
    await attempt.start()
    try:
        with pytest.raises(asyncpg.RestrictViolationError):
            await owner.execute(statement)
    finally:
        await attempt.rollback()


@pytest.mark.parametrize(("status", "posted_at"), [("pending", "NULL"), ("posted", "now()")])
async def test_a_transaction_without_postings_is_refused_at_the_end(
    owner: asyncpg.Connection, status: str, posted_at: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match="has 0 postings"):
        await owner.execute(
            "INSERT INTO ledger_transactions (reference, idempotency_key, digest, kind, description,"
            " status, value_on, created_at, posted_at) VALUES"
            f" ('EMPTY', 'EMPTY', '', 'x', '', '{status}', now(), now(), {posted_at})"
        )


async def test_a_posted_transaction_needs_both_sides_of_each_posting(
    owner: asyncpg.Connection,
) -> None:
    """Postings alone, past the function that enters them, do not pass the end of the transaction."""

    async def past_the_function() -> None:
        async with owner.transaction():
            number = await owner.fetchval(
                "INSERT INTO ledger_transactions (reference, idempotency_key, digest, kind,"
                " description, status, value_on, created_at, posted_at) VALUES"
                " ('HALF', 'HALF', '', 'x', '', 'posted', now(), now(), now()) RETURNING id"
            )
            await owner.execute(
                "INSERT INTO ledger_postings VALUES ($1, 1, 'pool:p:city', 'budget:b', 5)", number
            )

    with pytest.raises(asyncpg.CheckViolationError, match="has 1 postings and 0 entries"):
        await past_the_function()
