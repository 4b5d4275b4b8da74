"""What goes in and out about a claim over the bank API. Money in fen."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from kit.cases.schemas import AllowedAction, BlockedAction
from kit.criteria import VerdictView
from kit.schemas import In, Label, LongText, Out
from kit.workflow import Workflow
from services.finance.claims.announcing import claim_href
from services.finance.claims.form import BankReference

ClaimState = Literal[
    "submitted",
    "reviewed_locally",
    "approved",
    "publicised",
    "publicity_closed",
    "paid",
    "recovering",
    "closed",
    "rejected",
    "withdrawn",
    "clawed_back",
]


class RecoveryReversalCreate(In):
    """The recovery never happened. `bank_reference` is that of the reversal."""

    bank_reference: BankReference
    reason: LongText


class RecoveryView(Out):
    """Money that came in after the payment, or its reversal (`reverses`). `returned` is what flowed back to
    each share; `reversed_by` names the reversal that undid this row."""

    id: UUID
    number: int
    reference: str
    bank_reference: str
    amount_fen: int
    costs_fen: int
    received_on: date
    returned: dict[str, int]
    reverses: UUID | None
    reversed_by: UUID | None
    reason: str | None
    booked_at: datetime


class ClaimSummary(Out):
    """A row of a bank's list of claims."""

    id: UUID
    reference: str
    state: ClaimState
    version: int
    bank_reference: str
    loan_id: UUID
    loan_reference: str
    uscc: str
    enterprise_name: str
    product_code: str
    pool_code: str
    base_fen: int
    paid_fen: int
    recovered_fen: int
    returned_fen: int
    submitted_at: datetime
    paid_on: date | None
    closed_on: date | None
    href: str


class ClaimView(ClaimSummary):
    """A claim in full: the verdicts on its conditions, the shares paid, what came back, what may be done."""

    due_on: date | None
    updated_at: datetime
    verdicts: list[VerdictView]
    agreed: dict[str, date]
    refusal: str | None
    notice_href: str | None
    open_objections: int
    shares: dict[str, int]
    costs_fen: int
    left_to_recover_fen: int
    clawed_back_on: date | None
    recoveries: list[RecoveryView]
    allowed_actions: list[AllowedAction]
    blocked_actions: list[BlockedAction]


def summary_view(row: Any) -> ClaimSummary:
    return ClaimSummary(**_shared(row))


def _shared(row: Any) -> dict[str, Any]:
    names = set(ClaimSummary.model_fields) - {"href"}
    return {name: getattr(row, name) for name in names} | {"href": claim_href(row.id)}


def claim_view(row: Any, recoveries: Sequence[Any], workflow: Workflow) -> ClaimView:
    """The whole view of a claim with its case's state, for the bank that made it."""
    facts: Mapping[str, Any] = row.facts
    notice = facts.get("notice_id")
    allowed, blocked = workflow.offers(row.state, ["applicant"], facts)
    return ClaimView(
        **_shared(row),
        due_on=row.due_on,
        updated_at=row.updated_at,
        verdicts=[VerdictView.model_validate(one) for one in facts.get("verdicts", ())],
        agreed=facts.get("agreed", {}),
        refusal=facts.get("refusal"),
        notice_href=f"/api/finance/v1/notices/{notice}" if notice else None,
        open_objections=facts.get("open_objections", 0),
        shares=row.shares,
        costs_fen=row.costs_fen,
        left_to_recover_fen=row.base_fen - row.recovered_fen if row.paid_on else 0,
        clawed_back_on=row.clawed_back_on,
        recoveries=_recoveries(recoveries),
        allowed_actions=[
            AllowedAction(action=m.action, requires=m.requires, href=action_href(row.id, m.action))
            for m in allowed
        ],
        blocked_actions=[
            BlockedAction(
                action=b.move.action,
                code=b.need.code,
                title=Label(zh=b.need.zh, en=b.need.en),
                legal_basis=b.need.legal_basis,
            )
            for b in blocked
        ],
    )


def _recoveries(rows: Sequence[Any]) -> list[RecoveryView]:
    undone = {row.reverses: row.id for row in rows if row.reverses is not None}
    names = set(RecoveryView.model_fields) - {"reversed_by"}
    return [
        RecoveryView(**{name: getattr(row, name) for name in names}, reversed_by=undone.get(row.id))
        for row in rows
    ]


def action_href(claim_id: UUID, action: str) -> str:
    """Where the bank API takes a move: a recovery and its reversal are resources of their own."""
    own = {
        "record_recovery": "/recoveries",
        "reverse_recovery": "/recoveries/{recovery_id}/reversals",
    }
    return claim_href(claim_id) + own.get(action, f"/actions/{action}")
