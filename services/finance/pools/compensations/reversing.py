"""A recovery that never happened: what had come back to the pool goes out again, in the same shares.

The row of the recovery stays; its reversal is a row beside it, once, and a transaction of the books
(`RECO:…:reversal`).
"""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from kit.errors import FieldError
from services.finance.ledger import service as ledger
from services.finance.ledger.errors import TransactionExists
from services.finance.ledger.rules import Entry, Posting
from services.finance.pools import store as pools
from services.finance.pools.accounts import recovery_account
from services.finance.pools.compensations import store
from services.finance.pools.covers import held_pool
from services.finance.pools.errors import AlreadyClawedBack, CompensationNotFound, PoolExhausted
from services.finance.pools.rules import Amounts, due_back


async def reverse_recovery(
    session: AsyncSession,
    *,
    claim_reference: str,
    recovery_reference: str,
    amount_fen: int,
    costs_fen: int,
    now: datetime,
    today: date,
) -> Amounts:
    """Undoes a recovery of `amount_fen` with `costs_fen`; gives what leaves each level of the pool.

    Raises PoolExhausted 422 where that money has gone on, AlreadyClawedBack 409, CompensationNotFound 404,
    TransactionExists 409 where it was reversed before, or is not a recovery of these amounts.
    """
    code = await store.pool_of_claim(session, claim_reference)
    if code is None:
        raise CompensationNotFound
    pool = await held_pool(session, code)
    made = await store.compensation_of(session, claim_reference)
    if made is None or made.clawed_back_on is not None:
        raise AlreadyClawedBack
    recovered = max(made.recovered_fen - (amount_fen - costs_fen), 0)
    returned = due_back(made.paid, made.rates, base_fen=made.base_fen, recovered_fen=recovered)
    gone = {share: made.returned[share] - returned[share] for share in returned}
    _refuse_beyond(pool, gone)
    if not await store.insert_reversal(
        session,
        recovery_reference=recovery_reference,
        claim_reference=claim_reference,
        amount_fen=amount_fen,
        costs_fen=costs_fen,
        today=today,
        now=now,
    ):
        raise TransactionExists
    await _book(session, pool, recovery_reference, gone, now=now, today=today)
    await store.set_returned(session, claim_reference, recovered_fen=recovered, returned=returned)
    await pools.add_to_shares(session, code, "returned_fen", {s: -a for s, a in gone.items()})
    worse = max(made.base_fen - recovered, 0) - made.loss_fen
    await pools.add_to_pool(session, code, exposure_fen=worse, npl_fen=worse)
    return gone


def _refuse_beyond(pool: pools.Pool, gone: Amounts) -> None:
    """A level cannot give what it no longer has."""
    short = [
        FieldError(
            pointer="",
            code="pool_exhausted",
            values={
                "share": share,
                "wanted_fen": amount,
                "money_fen": pool.shares[share].money_fen,
            },
        )
        for share, amount in gone.items()
        if amount > pool.shares[share].money_fen
    ]
    if short:
        raise PoolExhausted(errors=short)


async def _book(
    session: AsyncSession,
    pool: pools.Pool,
    recovery_reference: str,
    gone: Amounts,
    *,
    now: datetime,
    today: date,
) -> None:
    postings = [
        Posting(pool.shares[share].account_code, recovery_account(pool.code, share), amount)
        for share, amount in gone.items()
        if amount
    ]
    if postings:  # a share of less than a fen is nothing
        entry = Entry(
            reference=f"RECO:{recovery_reference}:reversal",
            kind="recovery_reversal",
            description=f"追偿冲正 {recovery_reference}",
            value_on=today,
            postings=postings,
        )
        await ledger.post(session, entry, now=now)
