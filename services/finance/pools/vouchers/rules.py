"""What a voucher is and whether its money can be taken back. Pure: no database, no clock; money in fen.

Two people give public money: the one who proposes is never the one who confirms. A reversal is a voucher too.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from services.finance.pools.accounts import (
    appropriation_account,
    budget_account,
    contribution_account,
    pool_account,
)
from services.finance.pools.rules import Share

VoucherKind = Literal["contribution", "appropriation", "reversal"]
VoucherState = Literal["proposed", "confirmed", "withdrawn", "expired"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where money goes: one level's share of a pool, or a budget."""

    pool_code: str | None = None
    share: Share | None = None
    budget_code: str | None = None

    def __post_init__(self) -> None:
        of_pool = self.pool_code is not None and self.share is not None
        if of_pool == (self.budget_code is not None):
            raise ValueError("money goes to a share of a pool or to a budget")

    @property
    def code(self) -> str:
        return self.budget_code or self.pool_code or ""

    @property
    def kind(self) -> VoucherKind:
        return "appropriation" if self.budget_code else "contribution"

    @property
    def accounts(self) -> tuple[str, str]:
        """In the books: where the money comes from, and where it is then."""
        if self.budget_code is not None:
            return appropriation_account(self.budget_code), budget_account(self.budget_code)
        assert self.pool_code is not None
        assert self.share is not None
        return (
            contribution_account(self.pool_code, self.share),
            pool_account(self.pool_code, self.share),
        )


@dataclass(frozen=True, slots=True)
class Fund:
    """What stands at a place: the money that backs promises, and the promises (reserved or committed).

    A fund may promise `leverage` times its money; a budget once.
    """

    region_code: str
    money_fen: int
    bound_fen: int
    leverage: Decimal


@dataclass(frozen=True, slots=True)
class Bound:
    """Why an amount cannot be taken back: what would remain, and what is promised on it."""

    amount_fen: int
    remaining_fen: int
    bound_fen: int
    leverage: Decimal

    @property
    def values(self) -> dict[str, Any]:
        return {
            "amount_fen": self.amount_fen,
            "remaining_fen": self.remaining_fen,
            "bound_fen": self.bound_fen,
            "leverage": format(self.leverage.normalize(), "f"),
        }


@dataclass(frozen=True, slots=True)
class Voucher:
    """A voucher as it stands. `entry` is its transaction in the books, `confirm_by` its last day.

    `reversal_id`: the reversal that is proposed or confirmed against it, with its state.
    """

    id: UUID
    kind: VoucherKind
    place: Place
    region_code: str
    reference: str
    entry: str
    amount_fen: int
    reverses: UUID | None
    reason: str | None
    value_on: date | None
    confirm_by: date
    state: VoucherState
    version: int
    proposed_by: str
    proposed_by_person: str | None
    proposed_by_name: str | None
    proposed_at: datetime
    settled_by: str | None
    settled_by_person: str | None
    settled_by_name: str | None
    settled_reason: str | None
    settled_at: datetime | None
    reversal_id: UUID | None
    reversal_state: VoucherState | None


def bound_by(fund: Fund, amount_fen: int) -> Bound | None:
    """What keeps an amount from being taken out of a fund; None where nothing does."""
    remaining = fund.money_fen - amount_fen
    if remaining >= 0 and fund.bound_fen <= int(remaining * fund.leverage):
        return None
    return Bound(amount_fen, remaining, fund.bound_fen, fund.leverage)


def entry_reference(place: Place, reference: str, *, attempt: int) -> str:
    """Where the books keep a voucher. A number that was withdrawn and is used again gets a new place."""
    letters = "APPR" if place.budget_code else "CONTR"
    return f"{letters}:{place.code}:{reference}" + (f":{attempt}" if attempt > 1 else "")
