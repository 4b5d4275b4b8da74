"""Paying claims from a pool and taking back: by the shares of the loan's cover, through the books.

What the bank bears is never paid. Whether a claim may be paid (review, publicity, objections) is decided
by the claims; this only sees that money moves once, and within its bounds.
"""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.errors import FieldError
from services.finance.ledger import service as ledger
from services.finance.ledger.rules import Entry, Posting
from services.finance.pools import store as pools
from services.finance.pools.accounts import compensation_account, recovery_account
from services.finance.pools.compensations import store
from services.finance.pools.covers import held_cover, held_pool
from services.finance.pools.errors import (
    AlreadyClawedBack,
    BaseExceedsCover,
    CompensationExists,
    CompensationNotFound,
    CostsExceedRecovery,
    CoverNotFound,
    PoolExhausted,
    RecoveryExists,
)
from services.finance.pools.rules import Amounts, Cover, due_back, portions


async def quote_compensation(
    connection: AsyncConnection | AsyncSession, *, loan_reference: str, base_fen: int
) -> Amounts:
    """What would be paid by each level on a base of unpaid principal; nothing is held.

    Raises CoverNotFound 404, BaseExceedsCover 422.
    """
    cover = await pools.cover_of(connection, loan_reference)
    if cover is None:
        raise CoverNotFound
    return _shares_of(cover, base_fen)


async def pay_compensation(
    session: AsyncSession,
    *,
    claim_reference: str,
    loan_reference: str,
    base_fen: int,
    now: datetime,
    today: date,
) -> Amounts:
    """Pays each level's share of the base (unpaid covered principal) and ends that part of the cover.

    Raises CompensationExists 409, BaseExceedsCover 422, PoolExhausted 422 (the money is gone),
    CoverNotFound 404. The rest up to the base is the bank's own.
    """
    pool, cover = await held_cover(session, loan_reference)
    if await store.compensation_of(session, claim_reference) is not None:
        raise CompensationExists
    paid = _shares_of(cover, base_fen)
    _refuse_without_money(pool, paid)
    made = store.Compensation(
        claim_reference=claim_reference,
        pool_code=pool.code,
        loan_reference=loan_reference,
        base_fen=base_fen,
        recovered_fen=0,
        clawed_back_on=None,
        rates=cover.rates,
        paid=paid,
        returned=dict.fromkeys(paid, 0),
    )
    if not await store.insert_compensation(session, made, today=today):
        raise CompensationExists
    left = cover.outstanding_fen - base_fen
    to = pools.Resized(
        outstanding_fen=left,
        non_performing=True,
        reserved=portions(left, cover.rates),
        kind="compensated",
        principal_fen=base_fen,
        npl_delta_fen=0 if cover.non_performing else cover.outstanding_fen,
    )
    await pools.resize_cover(session, cover, to, now=now)
    await pools.add_to_shares(session, pool.code, "compensated_fen", paid)
    postings = [
        Posting(pool.shares[share].account_code, compensation_account(pool.code, share), amount)
        for share, amount in paid.items()
        if amount
    ]
    await _book(
        session,
        f"COMP:{claim_reference}",
        "compensation",
        "风险补偿",
        postings,
        now=now,
        today=today,
    )
    return paid


async def return_recovery(
    session: AsyncSession,
    *,
    claim_reference: str,
    recovery_reference: str,
    amount_fen: int,
    costs_fen: int,
    now: datetime,
    today: date,
) -> Amounts:
    """What was recovered from the borrower, less costs, comes back in the shares in which it was paid.

    Gives what each level gets now; the bank keeps its own part and what exceeds the principal. Raises
    RecoveryExists 409, AlreadyClawedBack 409, CostsExceedRecovery 422, CompensationNotFound 404.
    """
    if not 0 <= costs_fen <= amount_fen:
        raise CostsExceedRecovery
    pool, made = await _held_compensation(session, claim_reference)
    if made.clawed_back_on is not None:
        raise AlreadyClawedBack
    recovered = made.recovered_fen + amount_fen - costs_fen
    owed = due_back(made.paid, made.rates, base_fen=made.base_fen, recovered_fen=recovered)
    back = {share: max(owed[share] - made.returned[share], 0) for share in owed}
    if not await store.insert_recovery(
        session,
        recovery_reference=recovery_reference,
        claim_reference=claim_reference,
        amount_fen=amount_fen,
        costs_fen=costs_fen,
        returned_fen=sum(back.values()),
        today=today,
        now=now,
    ):
        raise RecoveryExists
    cured = made.loss_fen - max(made.base_fen - recovered, 0)
    reference, kind = f"RECO:{recovery_reference}", "recovery"
    await _take_back(
        session, pool, made, back, recovered_fen=recovered, cured_fen=cured, reference=reference,
        kind=kind, now=now, today=today,
    )  # fmt: skip
    return back


async def claw_back(
    session: AsyncSession, *, claim_reference: str, reason: str, now: datetime, today: date
) -> Amounts:
    """The bank gives back all that it was paid and has not returned: the claim should not have been paid.

    The cover does not come to life again. Raises AlreadyClawedBack 409, CompensationNotFound 404.
    """
    pool, made = await _held_compensation(session, claim_reference)
    if made.clawed_back_on is not None:
        raise AlreadyClawedBack
    back = {share: made.paid[share] - made.returned[share] for share in made.paid}
    await store.set_clawed_back(session, claim_reference, reason=reason, today=today)
    await _take_back(
        session, pool, made, back, recovered_fen=made.recovered_fen, cured_fen=made.loss_fen,
        reference=f"CLAW:{claim_reference}", kind="claw_back", now=now, today=today,
    )  # fmt: skip
    return back


async def _held_compensation(
    session: AsyncSession, claim_reference: str
) -> tuple[pools.Pool, store.Compensation]:
    code = await store.pool_of_claim(session, claim_reference)
    if code is None:
        raise CompensationNotFound
    pool = await held_pool(session, code)
    made = await store.compensation_of(session, claim_reference)
    assert made is not None  # compensations are never deleted
    return pool, made


async def _take_back(
    session: AsyncSession,
    pool: pools.Pool,
    made: store.Compensation,
    back: Amounts,
    *,
    recovered_fen: int,
    cured_fen: int,
    reference: str,
    kind: str,
    now: datetime,
    today: date,
) -> None:
    returned = {share: made.returned[share] + back[share] for share in back}
    await store.set_returned(
        session, made.claim_reference, recovered_fen=recovered_fen, returned=returned
    )
    await pools.add_to_shares(session, pool.code, "returned_fen", back)
    await pools.add_to_pool(session, pool.code, exposure_fen=-cured_fen, npl_fen=-cured_fen)
    postings = [
        Posting(recovery_account(pool.code, share), pool.shares[share].account_code, amount)
        for share, amount in back.items()
        if amount
    ]
    words = "追偿回款" if kind == "recovery" else "补偿追回"
    await _book(session, reference, kind, words, postings, now=now, today=today)


async def _book(
    session: AsyncSession,
    reference: str,
    kind: str,
    description: str,
    postings: list[Posting],
    *,
    now: datetime,
    today: date,
) -> None:
    if postings:  # a share of less than a fen is nothing
        entry = Entry(
            reference=reference,
            kind=kind,
            description=f"{description} {reference.partition(':')[2]}",
            value_on=today,
            postings=postings,
        )
        await ledger.post(session, entry, now=now)


def _shares_of(cover: Cover, base_fen: int) -> Amounts:
    if not 0 < base_fen <= cover.outstanding_fen:
        raise BaseExceedsCover(
            extra={"covered_fen": cover.outstanding_fen, "base_fen": base_fen},
        )
    return portions(base_fen, cover.rates)


def _refuse_without_money(pool: pools.Pool, wanted: Amounts) -> None:
    short = [
        FieldError(
            pointer="",
            code="pool_exhausted",
            values={"share": s, "wanted_fen": a, "money_fen": pool.shares[s].money_fen},
        )
        for s, a in wanted.items()
        if a > pool.shares[s].money_fen
    ]
    if short:
        raise PoolExhausted(errors=short)
