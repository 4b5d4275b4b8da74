"""Every statement of the books. Writing goes through the database's own functions (ledger_post …), on the
driver: one round trip for a whole transaction."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.db import raw
from services.finance.ledger.export import BookAccount, Books, BookTransaction
from services.finance.ledger.rules import AccountKind, Balance, Entry, Posting, Transaction

Connection = AsyncConnection | AsyncSession
Row = Mapping[str, Any]

_OPEN = "SELECT ledger_open($1, $2, $3, $4, $5, $6)"
_POST = (
    "SELECT outcome, account, id FROM ledger_post"
    "($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
)
_SETTLE = "SELECT outcome, id FROM ledger_settle($1, $2, $3, $4)"
_TRANSACTION = (
    "SELECT t.id, t.reference, t.kind, t.description, t.status, t.value_on, t.created_at, t.posted_at,"
    " t.voided_at, o.reference AS reverses, t.reason,"
    " ARRAY(SELECT ROW(p.source, p.destination, p.amount_fen) FROM ledger_postings p"
    " WHERE p.transaction_id = t.id ORDER BY p.number) AS postings"
    " FROM ledger_transactions t LEFT JOIN ledger_transactions o ON o.id = t.reverses"
)
_BALANCE = "SELECT posted_fen, pending_out_fen, pending_in_fen FROM ledger_accounts WHERE code = $1"
_ACCOUNTS = (
    "SELECT code, kind, title_zh, title_en, guarded, posted_fen, pending_in_fen, pending_out_fen,"
    " entries FROM ledger_accounts WHERE ($1::text IS NULL OR kind = $1)"
    " AND ($2::text IS NULL OR starts_with(code, $2)) AND ($3::text IS NULL OR code > $3)"
    " ORDER BY code LIMIT $4"
)
_ENTRIES = (
    "SELECT e.sequence, t.reference, t.kind, t.description, t.value_on, t.posted_at, e.amount_fen,"
    " e.balance_fen FROM ledger_entries e JOIN ledger_transactions t ON t.id = e.transaction_id"
    " WHERE e.account_code = $1 AND ($2::bigint IS NULL OR e.sequence < $2)"
    " ORDER BY e.sequence DESC LIMIT $3"
)
_BOOK_ACCOUNTS = (
    "SELECT code, kind, title_zh, posted_fen,"
    " (opened_at AT TIME ZONE 'Asia/Shanghai')::date AS opened_on FROM ledger_accounts ORDER BY code"
)
_BOOK_TRANSACTIONS = (
    "SELECT t.reference, t.kind, t.description, t.value_on, t.posted_at,"
    " ARRAY(SELECT ROW(p.source, p.destination, p.amount_fen) FROM ledger_postings p"
    " WHERE p.transaction_id = t.id ORDER BY p.number) AS postings"
    " FROM ledger_transactions t WHERE t.status = 'posted' ORDER BY t.value_on, t.id"
)


async def open_account(
    session: AsyncSession,
    code: str,
    *,
    title: tuple[str, str],
    kind: AccountKind,
    guarded: bool,
    now: datetime | None,
) -> bool:
    """False where the account is there with another kind or guard."""
    driver = await raw(session)
    return bool(await driver.fetchval(_OPEN, code, kind, title[0], title[1], guarded, now))


async def post(
    session: AsyncSession,
    entry: Entry,
    *,
    now: datetime,
    reverses: int | None = None,
    reason: str | None = None,
) -> tuple[str, str | None, int]:
    """(outcome, account, id): made, exists, reversed, unknown_account, insufficient_funds."""
    driver = await raw(session)
    row = await driver.fetchrow(
        _POST,
        entry.reference,
        entry.key,
        entry.digest(),
        entry.kind,
        entry.description,
        entry.value_on,
        entry.pending,
        [p.source for p in entry.postings],
        [p.destination for p in entry.postings],
        [p.amount_fen for p in entry.postings],
        now,
        reverses,
        reason,
    )
    return row["outcome"], row["account"], row["id"]


async def settle(
    session: AsyncSession, reference: str, status: str, *, value_on: date | None, now: datetime
) -> tuple[str, int]:
    """(outcome, id): made, not_pending, unknown."""
    driver = await raw(session)
    row = await driver.fetchrow(_SETTLE, reference, status, value_on, now)
    return row["outcome"], row["id"]


async def lock_accounts(session: AsyncSession, codes: Sequence[str]) -> None:
    driver = await raw(session)
    await driver.execute("SELECT ledger_lock($1)", list(codes))


async def identity_of(session: AsyncSession, number: int) -> tuple[str, bytes]:
    """The idempotency key and digest under which a transaction was made."""
    driver = await raw(session)
    row = await driver.fetchrow(
        "SELECT idempotency_key, digest FROM ledger_transactions WHERE id = $1", number
    )
    return row["idempotency_key"], bytes(row["digest"])


async def balance_of(connection: Connection, code: str) -> Balance | None:
    driver = await raw(connection)
    row = await driver.fetchrow(_BALANCE, code)
    return Balance(**row) if row else None


async def transaction_by_id(connection: Connection, number: int) -> Transaction | None:
    driver = await raw(connection)
    return _transaction(await driver.fetchrow(f"{_TRANSACTION} WHERE t.id = $1", number))


async def transaction_by_reference(connection: Connection, reference: str) -> Transaction | None:
    driver = await raw(connection)
    return _transaction(await driver.fetchrow(f"{_TRANSACTION} WHERE t.reference = $1", reference))


def _transaction(row: Any) -> Transaction | None:
    if row is None:
        return None
    postings = tuple(Posting(*posting) for posting in row["postings"])
    return Transaction(**{**row, "postings": postings})


async def list_accounts(
    connection: Connection,
    *,
    kind: AccountKind | None,
    under: str | None,
    after: str | None,
    limit: int,
) -> Sequence[Row]:
    """Up to `limit + 1` accounts, in order of their code; the caller has checked who asks."""
    driver = await raw(connection)
    return await driver.fetch(_ACCOUNTS, kind, under, after, limit + 1)  # type: ignore[no-any-return]


async def list_entries(
    connection: Connection, code: str, *, before: int | None, limit: int
) -> Sequence[Row]:
    """Up to `limit + 1` entries of an account, newest first."""
    driver = await raw(connection)
    return await driver.fetch(_ENTRIES, code, before, limit + 1)  # type: ignore[no-any-return]


async def read_books(connection: Connection) -> Books:
    """Accounts and posted transactions; to be read in a snapshot, or they do not balance."""
    driver = await raw(connection)
    accounts = [BookAccount(**row) for row in await driver.fetch(_BOOK_ACCOUNTS)]
    rows = await driver.fetch(_BOOK_TRANSACTIONS)
    transactions = [
        BookTransaction(**{**row, "postings": [Posting(*p) for p in row["postings"]]})
        for row in rows
    ]
    return Books(accounts, transactions)
