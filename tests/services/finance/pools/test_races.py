"""Two of a kind at once for the last fen, or for the same thing: one wins, and every invariant holds."""

import itertools
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from kit.db import Database
from services.finance.ledger import service as ledger
from services.finance.ledger.rules import Entry, Posting
from services.finance.pools import service as pools
from tests.services.finance.pools.funds import (
    AT,
    CLASS_A,
    NOW,
    TODAY,
    a_budget,
    a_pool,
    check_funds,
)
from tests.services.finance.pools.racing import codes, race

AT_ONCE = 8
POOL, BUDGET = "busy-pool", "busy-budget"


@pytest.fixture
async def database(fresh_database: Callable[[str], Any]) -> AsyncIterator[Database]:
    made = Database(fresh_database("finance").app, pool_size=AT_ONCE)
    yield made
    await made.close()


async def test_of_two_claims_for_the_last_fen_one_wins(database: Database) -> None:
    await a_pool(database, POOL, money={"province": 400, "city": 400})
    async with database.transaction() as session:
        for loan in ("L-1", "L-2"):
            await pools.reserve_cover(
                session, pool_code=POOL, loan_reference=loan, principal_fen=1_000,
                shares=CLASS_A, **AT,
            )  # fmt: skip

    def claim(loan: str) -> Any:
        return lambda session: pools.pay_compensation(
            session, claim_reference=f"C-{loan}", loan_reference=loan, base_fen=1_000, **AT
        )

    assert codes(await race(database, claim("L-1"), claim("L-2"))) == ["dict", "pool_exhausted"]
    await check_funds(database)


async def test_of_many_loans_for_the_last_cover_one_is_filed(database: Database) -> None:
    await a_pool(database, POOL, money={"province": 40, "city": 40})

    def file(number: int) -> Any:
        return lambda session: pools.reserve_cover(
            session, pool_code=POOL, loan_reference=f"L-{number}", principal_fen=1_000,
            shares=CLASS_A, **AT,
        )  # fmt: skip

    results = codes(await race(database, *(file(number) for number in range(AT_ONCE))))
    assert results == ["Cover"] + ["pool_exhausted"] * (AT_ONCE - 1)
    await check_funds(database)


async def test_of_two_matters_for_the_last_fen_of_a_budget_one_is_promised(
    database: Database,
) -> None:
    await a_budget(database, BUDGET, money=1)

    def promise(matter: str) -> Any:
        return lambda session: pools.commit_budget(
            session, budget_code=BUDGET, reference=matter, amount_fen=1, **AT
        )

    results = await race(database, promise("S-1"), promise("S-2"))
    assert codes(results) == ["Commitment", "budget_exhausted"]
    await check_funds(database)


async def test_the_same_claim_twice_at_once_is_paid_once(database: Database) -> None:
    await a_pool(database, POOL, money={"province": 4_000, "city": 4_000})
    async with database.transaction() as session:
        await pools.reserve_cover(
            session, pool_code=POOL, loan_reference="L-1", principal_fen=1_000, shares=CLASS_A, **AT
        )

    def claim(session: AsyncSession) -> Any:
        return pools.pay_compensation(
            session, claim_reference="C-1", loan_reference="L-1", base_fen=500, **AT
        )

    assert codes(await race(database, claim, claim)) == ["compensation_exists", "dict"]
    await check_funds(database)


async def test_posts_that_cross_each_other_do_not_deadlock(database: Database) -> None:
    async with database.transaction() as session:
        for code in ("x", "y", "z"):
            await ledger.open_account(
                session, code, title=(code, code), kind="asset", guarded=False, now=NOW
            )

    def cross(number: int, *path: str) -> Any:
        entry = Entry(
            reference=f"T-{number}", kind="crossing", description="", value_on=TODAY,
            postings=[Posting(a, b, 1) for a, b in itertools.pairwise(path)],
        )  # fmt: skip
        return lambda session: ledger.post(session, entry, now=NOW)

    paths = [("x", "y", "z"), ("z", "y", "x"), ("y", "x", "z"), ("z", "x", "y")]
    for round_ in range(10):
        works = [cross(round_ * AT_ONCE + n, *paths[n % 4]) for n in range(AT_ONCE)]
        assert set(codes(await race(database, *works))) == {"Transaction"}
    await check_funds(database)


async def test_of_two_posts_with_one_reference_one_is_made(database: Database) -> None:
    async with database.transaction() as session:
        for code in ("a", "b", "c", "d"):
            await ledger.open_account(
                session, code, title=(code, code), kind="asset", guarded=False, now=NOW
            )

    def post(source: str, destination: str) -> Any:
        entry = Entry(
            reference="T-1", kind="race", description="", value_on=TODAY,
            postings=[Posting(source, destination, 1)],
        )  # fmt: skip
        return lambda session: ledger.post(session, entry, now=NOW)

    results = codes(await race(database, post("a", "b"), post("c", "d")))  # no account in common
    assert results == ["Transaction", "transaction_exists"]
    await check_funds(database)
