"""Public money as it is read. Amounts in fen, rates as decimal fractions in strings."""

from datetime import date

from kit.cases.schemas import AllowedAction
from kit.schemas import Label, Out
from services.finance.pools.rules import Share


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
    allowed_actions: list[AllowedAction]


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
    allowed_actions: list[AllowedAction]
