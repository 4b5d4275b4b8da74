"""From a voucher to the reply that the staff sees: what became of it, and what this caller may do next."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from kit.auth import Actor
from kit.cases.schemas import AllowedAction, BlockedAction
from kit.schemas import Label
from services.finance.pools.access import PREFIX, may_fund
from services.finance.pools.vouchers import store
from services.finance.pools.vouchers.rules import Bound, Voucher, bound_by
from services.finance.pools.vouchers.schemas import VoucherSummary, VoucherView
from services.finance.pools.vouchers.workflow import TREASURER, WORKFLOW

PATHS: Mapping[str, str] = {
    "confirm": "actions/confirm",
    "withdraw": "actions/withdraw",
    "reverse": "reversals",
}


def href_of(voucher_id: UUID) -> str:
    return f"{PREFIX}/vouchers/{voucher_id}"


def facts_of(voucher: Voucher, bound: Bound | None, actor: Actor, *, today: date) -> dict[str, Any]:
    """What the workflow's needs ask about. Money is bound only where it would be taken back."""
    takes_back = voucher.reverses is not None or voucher.state == "confirmed"
    proposer = {voucher.proposed_by, voucher.proposed_by_person} - {None}
    return {
        "mine": bool(proposer & {actor.sub, actor.person}),
        "overdue": voucher.confirm_by < today,
        "reversal": voucher.reverses is not None,
        "reversal_state": voucher.reversal_state,
        "bound": takes_back and bound is not None,
    }


def summary_of(voucher: Voucher) -> VoucherSummary:
    return VoucherSummary.model_validate(_columns(voucher))


async def view_voucher(
    connection: store.Connection, voucher: Voucher, actor: Actor, *, today: date
) -> VoucherView:
    """The whole voucher with the caller's moves."""
    fund = await store.fund_of(connection, actor, voucher.place)
    assert fund is not None  # who sees a voucher sees its fund, and those stay
    facts = facts_of(voucher, bound_by(fund, voucher.amount_fen), actor, today=today)
    allowed, blocked = WORKFLOW.offers(voucher.state, _relations(voucher, actor), facts)
    return VoucherView.model_validate(
        {
            **_columns(voucher),
            "allowed_actions": [
                AllowedAction(
                    action=move.action,
                    requires=move.requires,
                    href=f"{href_of(voucher.id)}/{PATHS[move.action]}",
                )
                for move in allowed
            ],
            "blocked_actions": [
                BlockedAction(
                    action=item.move.action,
                    code=item.need.code,
                    title=Label(zh=item.need.zh, en=item.need.en),
                )
                for item in blocked
            ],
        }
    )


def _columns(voucher: Voucher) -> dict[str, Any]:
    names = (name for name in VoucherSummary.model_fields if name not in ("href", *_PLACE))
    own = {name: getattr(voucher, name) for name in names}
    return own | {
        "href": href_of(voucher.id),
        **{name: getattr(voucher.place, name) for name in _PLACE},
    }


_PLACE = ("pool_code", "share", "budget_code")


def _relations(voucher: Voucher, actor: Actor) -> tuple[str, ...]:
    may = may_fund(actor, share=voucher.place.share, region_code=voucher.region_code)
    return (TREASURER,) if may else ()
