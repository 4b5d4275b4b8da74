"""From a loan's file to the reply that a bank, a founder or an officer sees."""

from datetime import date
from typing import Any

from kit.cases.schemas import AllowedAction, BlockedAction
from kit.clock import shanghai_date
from kit.schemas import Label
from services.finance.bank.paths import claims_href, loan_href
from services.finance.loans import store
from services.finance.loans.dossiers import Dossier, facts_of, read_dossiers
from services.finance.loans.lines import Line, payoff
from services.finance.loans.rules import Position
from services.finance.loans.schemas import (
    ENTRY_KIND,
    AllocationView,
    InstalmentView,
    LoanEntryView,
    LoanSummary,
    LoanView,
)
from services.finance.loans.workflow import BANK, ENDED, WORKFLOW

PATHS = {
    "disburse": "disbursements",
    "repay": "repayments",
    "classify": "classifications",
    "restructure": "restructurings",
    "renew": "renewals",
    "write_off": "write-offs",
}
CLAIMS = "claim"  # is made where claims are, not below the loan
REQUIRES = {
    CLAIMS: [
        "bank_reference", "loan_id", "unpaid_principal_fen", "funds_used_as_agreed", "use_check",
        "demanded_on", "demand", "demand_reference",
    ],
    "disburse": ["bank_reference", "amount_fen", "value_on"],
    "repay": ["bank_reference", "amount_fen", "value_on"],
    "classify": ["classification", "value_on", "reason"],
    "restructure": [
        "bank_reference", "value_on", "annual_rate", "term_months", "repayment_method", "reason",
    ],
    "renew": [
        "bank_reference", "value_on", "annual_rate", "term_months", "repayment_method", "reason",
    ],
    "write_off": ["bank_reference", "value_on", "reason"],
}  # fmt: skip


def days_overdue(row: Any, today: date) -> int:
    """Days since the oldest unpaid due date; 0 where nothing is overdue."""
    return (today - row.overdue_since).days if row.overdue_since else 0


def is_of_today(row: Any, today: date) -> bool:
    """Whether this version is of today, so that a copy of it cannot be of an earlier day: what is due
    follows the calendar, and only then does "not modified" say the truth."""
    return shanghai_date(row.updated_at) == today


def summary_of(row: Any, prefix: str, *, today: date) -> LoanSummary:
    """A row of a list. Its sums are those of the last entry or sweep."""
    return LoanSummary.model_validate(_columns(row, prefix, days_overdue(row, today)))


def _columns(row: Any, prefix: str, days: int) -> dict[str, Any]:
    return {**row._mapping, "days_overdue": days, "href": f"{prefix}/loans/{row.id}"}


async def view_loan(
    connection: store.Connection, row: Any, *, prefix: str, today: date, as_bank: bool
) -> LoanView:
    """The whole reply: plan in force, entries, and for its bank what it may report next."""
    dossier, booked = (await read_dossiers(connection, [row]))[0]
    here = dossier.position(today)
    facts, state = facts_of(row, here), dossier.state(here)
    allowed, blocked = WORKFLOW.offers(state, (BANK,) if as_bank else (), facts)
    may_reverse = any(move.action == "reverse" for move in allowed)
    columns = _columns(row, prefix, here.days_overdue) | _present(here, state)
    return LoanView.model_validate(
        {
            **columns,
            "annual_rate": here.terms.annual_rate,
            "repayment_method": dossier.course().method,
            "undrawn_fen": row.amount_fen - here.disbursed_fen,
            "payoff_fen": payoff(here.lines, here.terms, today) if here.is_live else 0,
            "renewed_by": await store.renewal_of(connection, row.id),
            "schedule": [_instalment(line, here, state) for line in here.lines],
            "entries": [_entry(entry, dossier, here, reversible=may_reverse) for entry in booked],
            "allowed_actions": [
                AllowedAction(
                    action=move.action,
                    requires=REQUIRES[move.action],
                    href=_href(row, move.action),
                )
                for move in allowed
                if move.action in REQUIRES  # a reversal's address is with its entry
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


def _href(row: Any, action: str) -> str:
    return claims_href() if action == CLAIMS else f"{loan_href(row.id)}/{PATHS[action]}"


def _present(here: Position, state: str) -> dict[str, Any]:
    """What time alone may have changed since the last sweep."""
    principal, interest = here.arrears
    following = here.next_line
    return {
        "state": state,
        "overdue_principal_fen": principal,
        "overdue_interest_fen": interest,
        "overdue_since": here.overdue_since,
        "next_due_on": following.due_on if following else None,
        "next_due_fen": following.unpaid_fen if following else 0,
    }


def _instalment(line: Line, here: Position, state: str) -> InstalmentView:
    if line.unpaid_fen == 0:
        status = "paid"
    elif state in ENDED:
        status = "void"
    else:
        status = "overdue" if here.is_live and line.due_on < here.on else "due"
    return InstalmentView.model_validate({**vars(line), "status": status})


def _entry(row: Any, dossier: Dossier, here: Position, *, reversible: bool) -> LoanEntryView:
    used, reversed_by = here.allocations.get(row.number), dossier.reversed_by(row.number)
    path = next((path for path, kind in ENTRY_KIND.items() if kind == row.kind), None)
    entry, href = dossier.entry(row.number), None
    if reversible and path and reversed_by is None and entry and not dossier.obstacle(entry):
        href = f"{loan_href(row.loan_id)}/{path}/{row.number}/reversals"
    return LoanEntryView.model_validate(
        {
            **row._mapping,
            "reversed_by": reversed_by,
            "allocation": AllocationView.model_validate(used) if used else None,
            "reversal_href": href,
        }
    )
