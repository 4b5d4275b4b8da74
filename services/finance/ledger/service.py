"""What other rooms of finance do with the books. The one way for money to move.

    await open_account(session, "pool:suke-980000:province", title=("…", "…"), kind="asset", guarded=True)
    await post(session, Entry(…), now=now)

All of it happens in the caller's transaction. A refusal (insufficient_funds …) is raised before anything
is written, so a caller may catch it and go on. Must not know what a loan, pool or subsidy is.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.errors import FieldError
from services.finance.ledger import store
from services.finance.ledger.errors import (
    AlreadyReversed,
    InsufficientFunds,
    NotPending,
    NotPosted,
    TransactionExists,
    UnknownTransaction,
)
from services.finance.ledger.rules import (
    ACCOUNT_CODE,
    AccountKind,
    Balance,
    Entry,
    Transaction,
    reversal_of,
)


async def open_account(
    session: AsyncSession,
    code: str,
    *,
    title: tuple[str, str],
    kind: AccountKind,
    guarded: bool,
    now: datetime | None = None,
) -> None:
    """Opens an account unless it is there. `title` is (zh-CN, en); parts of `code` are joined by `:`.

    A `guarded` account may never give more than it holds. Raises ValueError where the code is malformed
    or the account exists with another kind or guard.
    """
    if not ACCOUNT_CODE.fullmatch(code) or len(code) > 120:
        raise ValueError(f"not an account code: {code!r}")
    if not await store.open_account(
        session, code, title=title, kind=kind, guarded=guarded, now=now
    ):
        raise ValueError(f"account {code} is another one: its kind, guard or spelling differ")


async def post(session: AsyncSession, entry: Entry, *, now: datetime) -> Transaction:
    """Makes a transaction: posted, or pending where the entry says so.

    Raises InsufficientFunds 422, TransactionExists 409; LookupError where an account is not open.
    An entry with an idempotency key that was posted before gives the transaction that is there.
    """
    outcome, account, number = await store.post(session, entry, now=now)
    if outcome == "made":
        return await _read(session, number)
    if outcome == "exists":
        kept_key, kept_digest = await store.identity_of(session, number)
        if entry.idempotency_key == kept_key and entry.digest() == kept_digest:
            return await _read(session, number)
        raise TransactionExists(existing={"reference": entry.reference})
    raise _refusal(outcome, account)


async def post_pending(
    session: AsyncSession, reference: str, *, now: datetime, value_on: date | None = None
) -> Transaction:
    """Posts a pending transaction, with a new value date if given. Raises NotPending 409."""
    return await _settle(session, reference, "posted", value_on=value_on, now=now)


async def void_pending(session: AsyncSession, reference: str, *, now: datetime) -> Transaction:
    """Ends a pending transaction without effect: what it held is free again. Raises NotPending 409."""
    return await _settle(session, reference, "voided", value_on=None, now=now)


async def reverse(
    session: AsyncSession, reference: str, *, reason: str, value_on: date, now: datetime
) -> Transaction:
    """Undoes a posted transaction by its mirror image, once; nothing is edited or deleted.

    Raises AlreadyReversed 409 (also for a reversal itself), NotPosted 409, InsufficientFunds 422 where
    the money has gone on, UnknownTransaction 404.
    """
    original = await read_transaction(session, reference)
    if original.reverses is not None:
        raise AlreadyReversed
    if original.status != "posted":
        raise NotPosted
    entry = reversal_of(original, value_on=value_on)
    outcome, account, number = await store.post(
        session, entry, now=now, reverses=original.id, reason=reason
    )
    if outcome == "made":
        return await _read(session, number)
    if outcome in ("exists", "reversed"):
        raise AlreadyReversed
    raise _refusal(outcome, account)


async def balance(connection: AsyncConnection | AsyncSession, code: str) -> Balance:
    """The balance of an account in fen. Raises LookupError where it is not open."""
    found = await store.balance_of(connection, code)
    if found is None:
        raise LookupError(f"account {code} is not open")
    return found


async def read_transaction(
    connection: AsyncConnection | AsyncSession, reference: str
) -> Transaction:
    """A transaction with its postings. Raises UnknownTransaction 404."""
    found = await store.transaction_by_reference(connection, reference)
    if found is None:
        raise UnknownTransaction
    return found


async def lock_accounts(session: AsyncSession, codes: Sequence[str]) -> None:
    """For callers that make several posts in one transaction: locks all accounts, in one order."""
    await store.lock_accounts(session, codes)


async def _read(session: AsyncSession, number: int) -> Transaction:
    found = await store.transaction_by_id(session, number)
    assert found is not None  # it was made or met in this transaction
    return found


async def _settle(
    session: AsyncSession, reference: str, status: str, *, value_on: date | None, now: datetime
) -> Transaction:
    outcome, number = await store.settle(session, reference, status, value_on=value_on, now=now)
    if outcome == "unknown":
        raise UnknownTransaction
    if outcome == "not_pending":
        raise NotPending
    return await _read(session, number)


def _refusal(outcome: str, account: str | None) -> Exception:
    if outcome == "insufficient_funds":
        fault = FieldError(pointer="", code="insufficient_funds", values={"account": account})
        return InsufficientFunds(errors=[fault])
    return LookupError(f"account {account} is not open")
