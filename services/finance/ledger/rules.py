"""What a journal entry is. Pure: no database, no clock; time is passed in.

    Entry(
        reference="COMP:FIN-2026-000001", kind="compensation", description="风险补偿 …",
        value_on=today,
        postings=[Posting("pool:suke-980000:province", "compensation:suke-980000:province", 40_000_00)],
    )

A posting takes from its source and gives to its destination: an asset grows as destination, an income
or equity account gets more negative as source. So every transaction sums to zero by construction.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import orjson

AccountKind = Literal["asset", "liability", "equity", "income", "expense"]
TransactionStatus = Literal["pending", "posted", "voided"]

MOST_FEN = 10**15
ACCOUNT_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*(:[A-Za-z0-9][A-Za-z0-9-]*)*")
REFERENCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,119}")
_KIND = re.compile(r"[a-z][a-z_]{0,39}")


@dataclass(frozen=True, slots=True)
class Posting:
    """`amount_fen` (> 0) goes from account `source` to account `destination`."""

    source: str
    destination: str
    amount_fen: int

    def __post_init__(self) -> None:
        if not 0 < self.amount_fen <= MOST_FEN:
            raise ValueError(f"a posting moves 1 to {MOST_FEN} fen, not {self.amount_fen}")
        if self.source == self.destination:
            raise ValueError(f"a posting needs two accounts, not {self.source} twice")


@dataclass(frozen=True, slots=True)
class Entry:
    """One transaction to be made.

    `reference` is unique for ever (letters, digits, `._:-`, up to 120). With an `idempotency_key` the
    same entry may be posted again without effect; without one a repeated reference is refused.
    """

    reference: str
    kind: str
    description: str
    value_on: date
    postings: Sequence[Posting]
    pending: bool = False
    idempotency_key: str | None = None

    def __post_init__(self) -> None:
        if not REFERENCE.fullmatch(self.reference):
            raise ValueError(f"not a ledger reference: {self.reference!r}")
        if not _KIND.fullmatch(self.kind):
            raise ValueError(f"not a kind of transaction: {self.kind!r}")
        if not self.postings:
            raise ValueError("a transaction has at least one posting")

    @property
    def key(self) -> str:
        """What makes a repeat the same entry; the reference where nothing else is given."""
        return self.idempotency_key or f"reference:{self.reference}"

    def digest(self) -> bytes:
        """SHA-256 of everything that is said, so that a key is not used for two things."""
        said = [
            self.reference,
            self.kind,
            self.description,
            self.value_on.isoformat(),
            self.pending,
            [[p.source, p.destination, p.amount_fen] for p in self.postings],
        ]
        return hashlib.sha256(orjson.dumps(said)).digest()


@dataclass(frozen=True, slots=True)
class Balance:
    """An account's balance in fen: what came in less what went out.

    `available_fen` is what a guarded account may still give: posted less what pending transactions hold.
    """

    posted_fen: int
    pending_out_fen: int
    pending_in_fen: int

    @property
    def available_fen(self) -> int:
        return self.posted_fen - self.pending_out_fen


@dataclass(frozen=True, slots=True)
class Transaction:
    """A transaction as it stands. `value_on`, `posted_at`, `created_at`: its three dates."""

    id: int
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
    postings: tuple[Posting, ...]


def reversal_of(transaction: Transaction, *, value_on: date) -> Entry:
    """The entry that undoes a posted transaction: the same amounts the other way, `…:reversal`."""
    return Entry(
        reference=f"{transaction.reference}:reversal",
        kind="reversal",
        description=f"冲正 {transaction.reference}",
        value_on=value_on,
        postings=[Posting(p.destination, p.source, p.amount_fen) for p in transaction.postings],
    )
