"""The way of a subsidy's money: committed at approval, obligated when owed, paid once, or released.

paid ≤ obligated ≤ committed ≤ appropriated holds in the database for the budget and for each matter.
Whether a subsidy is deserved, made public and free of objections is for the subsidies to decide.
"""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from services.finance.ledger import service as ledger
from services.finance.ledger.rules import Entry, Posting
from services.finance.pools.accounts import budget_account, refund_account, subsidy_account
from services.finance.pools.budgets import store
from services.finance.pools.errors import (
    BudgetExhausted,
    BudgetNotFound,
    CommitmentExists,
    CommitmentPaid,
)


async def commit_budget(
    session: AsyncSession,
    *,
    budget_code: str,
    reference: str,
    amount_fen: int,
    now: datetime,
    today: date,
) -> store.Commitment:
    """Promises money to a matter, once per matter. Raises BudgetExhausted 422, CommitmentExists 409."""
    budget = await held_budget(session, budget_code)
    free = budget.appropriated_fen - budget.committed_fen
    _refuse_beyond(amount_fen, free)
    if not await store.insert_commitment(
        session, budget_code, reference, amount_fen=amount_fen, now=now, today=today
    ):
        raise CommitmentExists
    return await _commitment(session, budget_code, reference)


async def oblige(
    session: AsyncSession,
    *,
    budget_code: str,
    reference: str,
    amount_fen: int,
    now: datetime,
    today: date,
) -> store.Commitment:
    """The promise is owed now (publicity is over, the decision stands). Raises BudgetExhausted 422."""
    item = await _held_commitment(session, budget_code, reference)
    _refuse_beyond(amount_fen, item.committed_fen - item.obligated_fen)
    by = store.Change("obligated", amount_fen, obligated_fen=amount_fen)
    return await _change(session, item, by, now=now, today=today)


async def pay(
    session: AsyncSession,
    *,
    budget_code: str,
    reference: str,
    amount_fen: int,
    now: datetime,
    today: date,
) -> store.Commitment:
    """Pays what is owed, once per matter. Raises BudgetExhausted 422, CommitmentPaid 409."""
    item = await _held_commitment(session, budget_code, reference)
    if item.paid_fen:
        raise CommitmentPaid
    _refuse_beyond(amount_fen, item.obligated_fen)
    posting = Posting(budget_account(budget_code), subsidy_account(budget_code), amount_fen)
    await _book(session, item, "subsidy", "补贴支付", posting, now=now, today=today)
    by = store.Change("paid", amount_fen, paid_fen=amount_fen)
    return await _change(session, item, by, now=now, today=today)


async def release(
    session: AsyncSession,
    *,
    budget_code: str,
    reference: str,
    now: datetime,
    today: date,
    amount_fen: int | None = None,
) -> store.Commitment:
    """Gives back what is committed and not paid: `amount_fen`, or all of it. Raises BudgetExhausted 422."""
    item = await _held_commitment(session, budget_code, reference)
    unpaid = item.committed_fen - item.paid_fen
    freed = unpaid if amount_fen is None else amount_fen
    if not 0 <= freed <= unpaid:
        raise BudgetExhausted
    owed_no_more = max(item.obligated_fen - (item.committed_fen - freed), 0)
    by = store.Change("released", freed, committed_fen=-freed, obligated_fen=-owed_no_more)
    return await _change(session, item, by, now=now, today=today)


async def refund(
    session: AsyncSession,
    *,
    budget_code: str,
    reference: str,
    amount_fen: int,
    now: datetime,
    today: date,
) -> store.Commitment:
    """A paid subsidy comes back. It is kept apart and not spent again from this budget.

    Once per matter. Raises BudgetExhausted 422 beyond what was paid, TransactionExists 409.
    """
    item = await _held_commitment(session, budget_code, reference)
    _refuse_beyond(amount_fen, item.paid_fen - item.refunded_fen)
    posting = Posting(refund_account(budget_code), budget_account(budget_code), amount_fen)
    await _book(session, item, "refund", "补贴退回", posting, now=now, today=today)
    by = store.Change("refunded", amount_fen, refunded_fen=amount_fen)
    return await _change(session, item, by, now=now, today=today)


async def held_budget(session: AsyncSession, code: str) -> store.Budget:
    """The budget, locked for this transaction. Raises BudgetNotFound 404."""
    budget = await store.lock_budget(session, code)
    if budget is None:
        raise BudgetNotFound
    return budget


async def _held_commitment(session: AsyncSession, code: str, reference: str) -> store.Commitment:
    await held_budget(session, code)
    return await _commitment(session, code, reference)


async def _commitment(session: AsyncSession, code: str, reference: str) -> store.Commitment:
    item = await store.commitment_of(session, code, reference)
    if item is None:
        raise BudgetNotFound(detail_zh="该事项没有占用预算", detail_en="No commitment is there")
    return item


async def _change(
    session: AsyncSession, item: store.Commitment, by: store.Change, *, now: datetime, today: date
) -> store.Commitment:
    await store.change(session, item.budget_code, item.reference, by, now=now, today=today)
    return await _commitment(session, item.budget_code, item.reference)


def _refuse_beyond(amount_fen: int, free_fen: int) -> None:
    if amount_fen <= 0:
        raise ValueError(f"an amount is more than 0, not {amount_fen}")
    if amount_fen > free_fen:
        raise BudgetExhausted(extra={"free_fen": free_fen, "wanted_fen": amount_fen})


async def _book(
    session: AsyncSession,
    item: store.Commitment,
    kind: str,
    words: str,
    posting: Posting,
    *,
    now: datetime,
    today: date,
) -> None:
    number = f"{item.budget_code}:{item.reference}"
    entry = Entry(
        reference=f"{kind.upper()}:{number}",
        kind=kind,
        description=f"{words} {number}",
        value_on=today,
        postings=[posting],
    )
    await ledger.post(session, entry, now=now)
