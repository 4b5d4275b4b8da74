"""2,000 random operations on one pool and one budget, several connections at once: every invariant of
books, pool and budget holds after each batch. And two claims for the last fen: one wins.

The money is kept short on purpose, so that most operations meet a limit or each other. What the checks
can see, and that the database refuses even where a service does not ask, is shown by test_breaking.
"""

import asyncio
import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from kit.db import Database
from kit.errors import Problem
from services.finance.ledger import service as ledger
from services.finance.ledger.rules import Entry, Posting
from services.finance.pools import service as pools
from services.finance.pools.rules import Shares
from tests.services.finance.pools.funds import (
    AT,
    CLASS_A,
    NOW,
    TODAY,
    a_budget,
    a_pool,
    check_funds,
)

OPERATIONS, BATCH, AT_ONCE = 2_000, 200, 8
POOL, BUDGET = "busy-pool", "busy-budget"
CLASS_B = Shares.of_percent(province=25, city=25, county="0", bank=50)
CLASS_C = Shares.of_percent(province="33.333", city="33.333", county="13.334", bank="20")


@pytest.fixture
async def database(fresh_database: Callable[[str], Any]) -> AsyncIterator[Database]:
    made = Database(fresh_database("finance").app, pool_size=AT_ONCE)
    yield made
    await made.close()


class Town:
    """Random things that happen to one pool and one budget; knows only references, never amounts."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.loans: list[str] = []
        self.claims: list[str] = []
        self.matters: list[str] = []
        self.recoveries: list[dict[str, Any]] = []
        self.number = 0

    def new(self, letter: str) -> str:
        self.number += 1
        return f"{letter}-{self.number}"

    def amount(self) -> int:
        return int(10 ** self.random.uniform(0, 5.2))

    def one_of(self, known: list[str]) -> str:
        return self.random.choice(known[-12:] or ["none"])

    async def happen(self, session: AsyncSession) -> str:
        """One operation; gives its name."""
        kinds = {
            self.reserve: 6, self.release: 4, self.restore: 2, self.flag: 1, self.compensate: 4,
            self.recover: 4, self.reverse_recovery: 2, self.claw_back: 1, self.contribute: 1,
            self.commit: 4, self.oblige: 5,
            self.pay: 5, self.release_budget: 2, self.refund: 1, self.appropriate: 1, self.undo: 1,
        }  # fmt: skip
        (chosen,) = self.random.choices(list(kinds), list(kinds.values()))
        await chosen(session)
        return str(chosen.__name__)

    async def reserve(self, session: AsyncSession) -> None:
        loan, shares = self.new("L"), self.random.choice([CLASS_A, CLASS_B, CLASS_C])
        await pools.reserve_cover(
            session, pool_code=POOL, loan_reference=loan, principal_fen=self.amount(),
            shares=shares, **AT,
        )  # fmt: skip
        self.loans.append(loan)

    async def release(self, session: AsyncSession) -> None:
        await pools.release_cover(
            session, loan_reference=self.one_of(self.loans), principal_fen=self.amount(), now=NOW
        )

    async def restore(self, session: AsyncSession) -> None:
        await pools.restore_cover(
            session, loan_reference=self.one_of(self.loans), principal_fen=self.amount(), now=NOW
        )

    async def flag(self, session: AsyncSession) -> None:
        await pools.flag_cover(
            session, loan_reference=self.one_of(self.loans),
            non_performing=self.random.random() < 0.5, now=NOW,
        )  # fmt: skip

    async def compensate(self, session: AsyncSession) -> None:
        claim = self.random.choice([self.new("C"), self.one_of(self.claims)])
        await pools.pay_compensation(
            session, claim_reference=claim, loan_reference=self.one_of(self.loans),
            base_fen=self.amount(), **AT,
        )  # fmt: skip
        self.claims.append(claim)

    async def recover(self, session: AsyncSession) -> None:
        amount = self.amount()
        said = {
            "claim_reference": self.one_of(self.claims), "recovery_reference": self.new("R"),
            "amount_fen": amount, "costs_fen": self.random.randint(0, amount),
        }  # fmt: skip
        await pools.return_recovery(session, **said, **AT)
        self.recoveries.append(said)

    async def reverse_recovery(self, session: AsyncSession) -> None:
        if self.recoveries:
            await pools.reverse_recovery(session, **self.random.choice(self.recoveries), **AT)

    async def claw_back(self, session: AsyncSession) -> None:
        claim = self.one_of(self.claims)
        await pools.claw_back(session, claim_reference=claim, reason="演示", **AT)

    async def contribute(self, session: AsyncSession) -> None:
        share = self.random.choice(["province", "city", "county"])
        await pools.contribute(
            session, pool_code=POOL, share=share, reference=self.new("K"), amount_fen=500, **AT
        )

    async def commit(self, session: AsyncSession) -> None:
        matter = self.random.choice([self.new("S"), self.new("S"), self.one_of(self.matters)])
        self.matters.append(matter)
        await self._budget(session, pools.commit_budget, matter, self.amount() // 60)

    async def oblige(self, session: AsyncSession) -> None:
        await self._budget(session, pools.oblige, self.one_of(self.matters), self.amount() // 600)

    async def pay(self, session: AsyncSession) -> None:
        await self._budget(session, pools.pay, self.one_of(self.matters), self.amount() // 6_000)

    async def refund(self, session: AsyncSession) -> None:
        await self._budget(session, pools.refund, self.one_of(self.matters), 0)

    async def appropriate(self, session: AsyncSession) -> None:
        await pools.appropriate(
            session, budget_code=BUDGET, reference=self.new("A"), amount_fen=2_000, **AT
        )

    async def release_budget(self, session: AsyncSession) -> None:
        await pools.release(session, budget_code=BUDGET, reference=self.one_of(self.matters), **AT)

    async def undo(self, session: AsyncSession) -> None:
        """What an operation did is gone when its caller fails after it."""
        await self.reserve(session)
        raise Undone

    async def _budget(self, session: AsyncSession, step: Any, matter: str, amount: int) -> None:
        await step(session, budget_code=BUDGET, reference=matter, amount_fen=amount + 1, **AT)


class Undone(Exception):
    """A caller that fails after the money was moved."""


async def test_2000_random_operations_at_once_break_no_invariant(database: Database) -> None:
    await a_pool(
        database, POOL, money={"province": 20_000, "city": 15_000, "county": 5_000},
        npl_stop_rate=Decimal("0.45"), npl_judged_from_fen=100_000,
    )  # fmt: skip
    await a_budget(database, BUDGET, money=20_000)
    town, happened = Town(20261122), Counter[str]()

    async def one() -> None:
        try:
            async with database.transaction() as session:
                name = await town.happen(session)
            happened[name] += 1
        except (Problem, ValueError, Undone) as refusal:
            happened[getattr(refusal, "code", type(refusal).__name__)] += 1

    async def worker(count: int) -> None:
        for _ in range(count):
            await one()

    for _ in range(OPERATIONS // BATCH):
        await asyncio.gather(*(worker(BATCH // AT_ONCE) for _ in range(AT_ONCE)))
        await check_funds(database)
    assert sum(happened.values()) == OPERATIONS
    # the run is worth something only if all of this was met
    met = {
        "reserve", "release", "restore", "compensate", "recover", "claw_back", "commit", "oblige",
        "pay", "release_budget", "pool_exhausted", "base_exceeds_cover", "budget_exhausted",
        "already_clawed_back", "Undone",
    }  # fmt: skip
    assert met - set(happened) == set(), happened
    assert sum(happened[name] for name in ("reserve", "compensate", "recover", "pay")) > 200, (
        happened
    )


async def race(database: Database, *works: Any) -> list[Any]:
    """Runs them at once, each in its own transaction; gives results or refusals."""
    ready = asyncio.Barrier(len(works))

    async def run(work: Any) -> Any:
        async with database.transaction() as session:
            await ledger.lock_accounts(session, [])  # the transaction has begun
            await ready.wait()
            return await work(session)

    return await asyncio.gather(*(run(work) for work in works), return_exceptions=True)


def codes(results: list[Any]) -> list[str]:
    return sorted(r.code if isinstance(r, Problem) else type(r).__name__ for r in results)


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
