"""Random things that happen to pools and a budget. The amounts are kept short on purpose, so that most
operations meet a limit or each other."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import SYSTEM, Actor
from services.finance.pools import service as pools
from services.finance.pools.rules import SHARES, Shares
from services.finance.pools.seed import SIGNATORIES
from services.finance.pools.vouchers import service as vouchers
from services.finance.pools.vouchers.rules import Place
from tests.services.finance.pools.funds import AT, CLASS_A, NOW, TODAY, desk

T = TypeVar("T")
CLASS_B = Shares.of_percent(province=25, city=25, county="0", bank=50)
CLASS_C = Shares.of_percent(province="33.333", city="33.333", county="13.334", bank="20")


class Undone(Exception):
    """A caller that fails after the money was moved."""


class Town:
    """What happens to these pools and this budget; knows only references, never amounts."""

    def __init__(self, seed: int, pools: Sequence[str], budget: str, opening: list[UUID]) -> None:
        self.seed, self.random = seed, random.Random(seed)
        self.pools, self.budget = pools, budget
        self.loans: list[str] = []
        self.claims: list[str] = []
        self.matters: list[str] = []
        self.vouchers = opening
        self.recoveries: list[dict[str, Any]] = []
        self.number = 0

    def new(self, letter: str) -> str:
        self.number += 1
        return f"{letter}-{self.seed}-{self.number}"

    def amount(self) -> int:
        return int(10 ** self.random.uniform(0, 5.2))

    def one_of(self, known: list[str]) -> str:
        return self.random.choice(self._mostly_new(known) or ["none"])

    async def happen(self, session: AsyncSession) -> str:
        """One operation; gives its name."""
        kinds = {
            self.reserve: 6, self.release: 4, self.restore: 2, self.flag: 1, self.compensate: 4,
            self.recover: 4, self.reverse_recovery: 2, self.claw_back: 1,
            self.commit: 4, self.oblige: 5,
            self.pay: 5, self.release_budget: 2, self.refund: 1, self.undo: 1,
            self.propose: 4, self.confirm: 5, self.withdraw: 1, self.expire: 1, self.reverse: 3,
        }  # fmt: skip
        (chosen,) = self.random.choices(list(kinds), list(kinds.values()))
        await chosen(session)
        return str(chosen.__name__)

    async def reserve(self, session: AsyncSession) -> None:
        loan, shares = self.new("L"), self.random.choice([CLASS_A, CLASS_B, CLASS_C])
        await pools.reserve_cover(
            session, pool_code=self.random.choice(self.pools), loan_reference=loan,
            principal_fen=self.amount(), shares=shares, **AT,
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

    async def propose(self, session: AsyncSession) -> None:
        place = self.random.choice(
            [
                *(Place(pool, share) for pool in self.pools for share in SHARES),
                Place(None, None, self.budget),
            ]
        )
        made = await vouchers.propose(
            desk(session, self.somebody()), place, reference=self.new("K"),
            amount_fen=500 if place.share else 2_000,
        )  # fmt: skip
        self.vouchers.append(made.id)

    async def confirm(self, session: AsyncSession) -> None:
        await vouchers.confirm(desk(session, self.somebody()), self.a_voucher(), version=None)

    async def withdraw(self, session: AsyncSession) -> None:
        who = desk(session, self.somebody())
        await vouchers.withdraw(who, self.a_voucher(), version=None, reason="演示")

    async def expire(self, session: AsyncSession) -> None:
        late = replace(desk(session, SYSTEM), today=TODAY + timedelta(days=60))
        await vouchers.expire(late, self.a_voucher())

    async def reverse(self, session: AsyncSession) -> None:
        made = await vouchers.propose_reversal(
            desk(session, self.somebody()), self.a_voucher(), version=None, reason="演示",
            value_on=TODAY,
        )  # fmt: skip
        self.vouchers.append(made.id)

    def somebody(self) -> Actor:
        return self.random.choice(SIGNATORIES)

    def a_voucher(self) -> UUID:
        return self.random.choice(self._mostly_new(self.vouchers))

    def _mostly_new(self, known: list[T]) -> list[T]:
        """New ones meet each other; old ones, too, or a pool full of them would stand still."""
        return known if self.random.random() < 0.4 else known[-10:]

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

    async def release_budget(self, session: AsyncSession) -> None:
        await pools.release(
            session, budget_code=self.budget, reference=self.one_of(self.matters), **AT
        )

    async def undo(self, session: AsyncSession) -> None:
        """What an operation did is gone when its caller fails after it."""
        await self.reserve(session)
        raise Undone

    async def _budget(self, session: AsyncSession, step: Any, matter: str, amount: int) -> None:
        await step(session, budget_code=self.budget, reference=matter, amount_fen=amount + 1, **AT)
