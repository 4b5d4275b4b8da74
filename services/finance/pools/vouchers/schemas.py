"""What goes in and out about vouchers. Amounts in fen."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import Field

from kit.cases.schemas import AllowedAction, BlockedAction
from kit.schemas import In, Out
from services.finance.pools.rules import Share
from services.finance.pools.vouchers.rules import VoucherKind, VoucherState

FundedFen = Annotated[
    int, Field(ge=1, le=10**13, strict=True, description="Money in fen (分), an integer")
]
VoucherReference = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$",
        description="The treasury's voucher number; counts once, unless it was withdrawn or expired",
        examples=["CZ-2026-0001"],
    ),
]


class ContributionIn(In):
    """A level of government pays into its share."""

    share: Share
    amount_fen: FundedFen
    reference: VoucherReference


class AppropriationIn(In):
    """Money given to a budget."""

    amount_fen: FundedFen
    reference: VoucherReference


class VoucherSummary(Out):
    """A voucher. It goes to a share of a pool or to a budget; a reversal takes `amount_fen` back.

    `entry`: its transaction in the books. `confirm_by`: the last day for a second person. `reversal_id`:
    the reversal that is proposed or confirmed against it, with its state.
    """

    id: UUID
    href: str
    kind: VoucherKind
    pool_code: str | None
    share: Share | None
    budget_code: str | None
    reference: str
    entry: str
    amount_fen: int
    reverses: UUID | None
    reason: str | None
    value_on: date | None
    confirm_by: date
    state: VoucherState
    version: int
    proposed_by_name: str | None
    proposed_at: datetime
    settled_by_name: str | None
    settled_reason: str | None
    settled_at: datetime | None
    reversal_id: UUID | None
    reversal_state: VoucherState | None


class VoucherView(VoucherSummary):
    """A voucher with what the caller may do next, and what is in the way of the rest."""

    allowed_actions: list[AllowedAction]
    blocked_actions: list[BlockedAction]
