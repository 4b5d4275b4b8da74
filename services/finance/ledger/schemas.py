"""What goes out of the books. Money in fen; a balance is what came in less what went out."""

from datetime import date, datetime

from kit.schemas import Label, Out
from services.finance.ledger.rules import AccountKind, TransactionStatus


class AccountView(Out):
    """An account. `available_fen` is what a guarded one may still give."""

    code: str
    kind: AccountKind
    title: Label
    guarded: bool
    posted_fen: int
    pending_in_fen: int
    pending_out_fen: int
    available_fen: int
    entries: int


class EntryView(Out):
    """One line of an account's history: `amount_fen` is negative where money went out."""

    sequence: int
    reference: str
    kind: str
    description: str
    value_on: date
    posted_at: datetime
    amount_fen: int
    balance_fen: int


class PostingView(Out):
    """`amount_fen` went from `source` to `destination`."""

    source: str
    destination: str
    amount_fen: int


class TransactionView(Out):
    """A transaction with its three dates: of value, of posting, of creation."""

    reference: str
    kind: str
    description: str
    status: TransactionStatus
    value_on: date
    created_at: datetime
    posted_at: datetime | None
    voided_at: datetime | None
    reverses: str | None
    reason: str | None
    postings: list[PostingView]
