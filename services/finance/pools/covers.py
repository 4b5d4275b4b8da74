"""Covers: which part of a loan's principal a pool answers for, from contract to settlement.

Every use case locks the pool before it reads, so that two of them never decide on the same money. What a
loan is, and when it counts as repaid or bad, is for the loans to say.
"""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.errors import FieldError
from services.finance.pools import store
from services.finance.pools.errors import (
    CoverExists,
    CoverNotFound,
    PoolExhausted,
    PoolNotFound,
    PoolStopped,
)
from services.finance.pools.rules import Amounts, Cover, Shares, is_stopped, portions


async def reserve_cover(
    session: AsyncSession,
    *,
    pool_code: str,
    loan_reference: str,
    principal_fen: int,
    shares: Shares,
    now: datetime,
    today: date,
) -> Cover:
    """Makes a pool answer for a loan, before it is drawn. `shares` are those of the product.

    Raises PoolStopped 422 (circuit breaker), PoolExhausted 422 (a level has no more to promise),
    CoverExists 409, PoolNotFound 404; ValueError where no level bears anything.
    """
    pool = await held_pool(session, pool_code)
    rates = shares.effective(pool.compensation_cap)
    if principal_fen <= 0 or not rates:
        raise ValueError("a cover needs principal and a level that bears a part of it")
    if is_stopped(
        npl_fen=pool.npl_fen,
        exposure_fen=pool.exposure_fen,
        stop_rate=pool.npl_stop_rate,
        judged_from_fen=pool.npl_judged_from_fen,
    ):
        raise PoolStopped(extra={"npl_stop_rate": str(pool.npl_stop_rate.normalize())})
    cover = Cover(
        loan_reference=loan_reference,
        pool_code=pool_code,
        principal_fen=principal_fen,
        outstanding_fen=principal_fen,
        compensated_fen=0,
        non_performing=False,
        reserved_on=today,
        reserved=portions(principal_fen, rates),
        rates=rates,
    )
    _refuse_beyond(pool, cover.reserved)
    if not await store.insert_cover(session, cover, bank_rate=shares.bank, now=now):
        raise CoverExists
    return cover


async def release_cover(
    session: AsyncSession, *, loan_reference: str, principal_fen: int, now: datetime
) -> Cover:
    """Principal was repaid: the pool answers for that much less, never for less than nothing.

    More than is outstanding releases all of it. Raises CoverNotFound 404.
    """
    _, cover = await held_cover(session, loan_reference)
    released = min(_positive(principal_fen), cover.outstanding_fen)
    to = store.Resized(
        outstanding_fen=cover.outstanding_fen - released,
        non_performing=cover.non_performing,
        reserved=portions(cover.outstanding_fen - released, cover.rates),
        kind="released",
        principal_fen=released,
        exposure_delta_fen=-released,
        npl_delta_fen=-released if cover.non_performing else 0,
    )
    return await _resize(session, cover, to, now=now)


async def restore_cover(
    session: AsyncSession, *, loan_reference: str, principal_fen: int, now: datetime
) -> Cover:
    """A repayment was reversed: the pool answers for that principal again.

    Raises PoolExhausted 422 where others have taken the place meanwhile, CoverNotFound 404; ValueError
    where more would be covered than was filed.
    """
    pool, cover = await held_cover(session, loan_reference)
    outstanding = cover.outstanding_fen + _positive(principal_fen)
    if outstanding + cover.compensated_fen > cover.principal_fen:
        raise ValueError("more principal than the cover was filed for")
    reserved = portions(outstanding, cover.rates)
    _refuse_beyond(pool, {share: reserved[share] - cover.reserved[share] for share in reserved})
    to = store.Resized(
        outstanding_fen=outstanding,
        non_performing=cover.non_performing,
        reserved=reserved,
        kind="restored",
        principal_fen=principal_fen,
        exposure_delta_fen=principal_fen,
        npl_delta_fen=principal_fen if cover.non_performing else 0,
    )
    return await _resize(session, cover, to, now=now)


async def flag_cover(
    session: AsyncSession, *, loan_reference: str, non_performing: bool, now: datetime
) -> Cover:
    """The loan turned bad, or was cured: what the circuit breaker counts. Raises CoverNotFound 404."""
    _, cover = await held_cover(session, loan_reference)
    if cover.non_performing == non_performing:
        return cover
    to = store.Resized(
        outstanding_fen=cover.outstanding_fen,
        non_performing=non_performing,
        reserved=cover.reserved,
        kind="flagged" if non_performing else "cleared",
        principal_fen=cover.outstanding_fen,
        npl_delta_fen=cover.outstanding_fen if non_performing else -cover.outstanding_fen,
    )
    return await _resize(session, cover, to, now=now)


async def cover_of(connection: AsyncConnection | AsyncSession, loan_reference: str) -> Cover | None:
    """The cover of a loan as it stands, or None."""
    return await store.cover_of(connection, loan_reference)


async def held_pool(session: AsyncSession, code: str) -> store.Pool:
    """The pool, locked for this transaction. Raises PoolNotFound 404."""
    pool = await store.lock_pool(session, code)
    if pool is None:
        raise PoolNotFound
    return pool


async def held_cover(session: AsyncSession, loan_reference: str) -> tuple[store.Pool, Cover]:
    """The cover as it stands once its pool is locked. Raises CoverNotFound 404."""
    code = await store.pool_of_loan(session, loan_reference)
    if code is None:
        raise CoverNotFound
    pool = await held_pool(session, code)
    cover = await store.cover_of(session, loan_reference)
    assert cover is not None  # covers are never deleted
    return pool, cover


async def _resize(
    session: AsyncSession, cover: Cover, to: store.Resized, *, now: datetime
) -> Cover:
    await store.resize_cover(session, cover, to, now=now)
    found = await store.cover_of(session, cover.loan_reference)
    assert found is not None  # it was changed just now
    return found


def _refuse_beyond(pool: store.Pool, wanted: Amounts) -> None:
    """The refusal in words; the database refuses too (risk_pool_leverage, risk_pool_promises)."""
    short = [
        FieldError(
            pointer="",
            code="pool_exhausted",
            values={"share": share, "wanted_fen": amount, "free_fen": _free(pool, share)},
        )
        for share, amount in wanted.items()
        if amount > _free(pool, share)
    ]
    if short:
        raise PoolExhausted(errors=short)


def _free(pool: store.Pool, share: str) -> int:
    found = {each.share: each.free_fen for each in pool.shares.values()}
    return found.get(share, 0)  # type: ignore[call-overload,no-any-return]  # shares are strings here


def _positive(amount_fen: int) -> int:
    if amount_fen < 0:
        raise ValueError(f"an amount is 0 or more, not {amount_fen}")
    return amount_fen
