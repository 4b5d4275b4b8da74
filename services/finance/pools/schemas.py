"""What goes in and out about public money. Amounts in fen, rates as decimal fractions in strings."""

from datetime import date
from typing import Annotated

from pydantic import Field

from kit.schemas import In, Label, Out
from services.finance.pools.rules import Share

FundedFen = Annotated[int, Field(ge=1, le=10**13, description="Money in fen (分), an integer")]
VoucherReference = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$",
        description="The treasury's voucher number; counts once",
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


class PoolShareView(Out):
    """One level's part. `money_fen` is there now; `free_fen` may still be reserved."""

    share: Share
    account: str
    contributed_fen: int
    compensated_fen: int
    returned_fen: int
    money_fen: int
    reserved_fen: int
    free_fen: int


class PoolView(Out):
    """A risk pool. `stopped`: bad loans have reached `npl_stop_rate`, no new cover is given.

    The rate is judged from `npl_judged_from_fen` of exposure on. `in_target`: what was paid in is within
    the range that a plan named, null where none did.
    """

    code: str
    title: Label
    region_code: str
    is_demo: bool
    leverage: str
    compensation_cap: str
    npl_stop_rate: str
    npl_judged_from_fen: int
    parameters_from: date
    source_document: str
    exposure_fen: int
    npl_fen: int
    npl_rate: str
    stopped: bool
    target_min_fen: int | None
    target_max_fen: int | None
    in_target: bool | None
    shares: list[PoolShareView]


class BudgetView(Out):
    """A budget: paid ≤ obligated ≤ committed ≤ appropriated. `free_fen` may still be committed."""

    code: str
    title: Label
    region_code: str
    fiscal_year: int
    account: str
    is_demo: bool
    appropriated_fen: int
    committed_fen: int
    obligated_fen: int
    paid_fen: int
    refunded_fen: int
    free_fen: int
