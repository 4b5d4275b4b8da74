"""What a bank gets to see of an application, and what it sends. Money in fen, rates as decimal strings."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field

from kit.cases.schemas import AllowedAction, BlockedAction, CaseView, DeadlineView, TimelineEntry
from kit.criteria import VerdictView
from kit.schemas import Label, Out
from services.finance.applications.borrower import BorrowerView
from services.finance.bank.paths import application_href, loan_href

State = Literal[
    "assigned",
    "routing",
    "accepted",
    "information_requested",
    "approved",
    "contracted",
    "declined",
    "withdrawn",
    "expired",
]
_PATHS = {
    "accept": "actions/accept",
    "request_information": "actions/request-information",
    "decide": "actions/decide",
    "withdraw_offer": "actions/withdraw-offer",
    "contract": "contracts",
}
"""The case's move → where this bank makes it."""
_OF_THE_CASE = (
    "id",
    "reference",
    "state",
    "version",
    "due_on",
    "created_at",
    "updated_at",
    "submitted_at",
    "closed_at",
)


class EnterpriseOut(Out):
    """Who applies, as the register has it."""

    uscc: str
    name: str
    region_code: str


class DecisionOut(Out):
    """What the bank decided; the offer where it approved."""

    outcome: Literal["approved", "declined"]
    amount_fen: int | None = None
    annual_rate: str | None = None
    term_months: int | None = None
    repayment_method: str | None = None
    reason: str
    on: date | None = None


class QuestionOut(Out):
    """One request for information, and its answer once it came."""

    reason: str
    items: list[str]
    asked_on: date | None = None
    answer: str | None = None
    answered_on: date | None = None


class ApplicationSummary(Out):
    """A row of the list of applications."""

    id: UUID
    reference: str
    state: State
    version: int
    enterprise: EnterpriseOut
    product_code: str
    amount_fen: int
    term_months: int
    due_on: date | None
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None
    href: str


class ApplicationView(ApplicationSummary):
    """An application that is assigned to your bank. `overdue`: your time to decide has passed."""

    product_name: Label | None
    form: dict[str, Any] = Field(description="What the founder said, as the form has it")
    eligibility: list[VerdictView] = Field(description="Each criterion at submission")
    first_loan: dict[str, Any] | None
    question: QuestionOut | None = Field(description="What you asked and is not answered yet")
    answers: list[QuestionOut]
    decision: DecisionOut | None
    overdue: bool
    promised_by: date | None
    answer_by: date | None
    loan_id: UUID | None
    loan_reference: str | None
    loan_href: str | None
    allowed_actions: list[AllowedAction]
    blocked_actions: list[BlockedAction]
    timeline: list[TimelineEntry] | None = None
    deadlines: list[DeadlineView] | None = None
    borrower: BorrowerView | None = Field(
        default=None,
        description="With `expand=borrower`: phone, the library's figures, the product's limits today",
    )


def summary_of(row: Any) -> ApplicationSummary:
    """A row of the list, from the store's row."""
    return ApplicationSummary(**_summary(row, row._mapping))


def _summary(case: Any, asked: Mapping[str, Any]) -> dict[str, Any]:
    """`asked`: who asks for what, as the facts name it."""
    return {
        **{name: getattr(case, name) for name in _OF_THE_CASE},
        "enterprise": EnterpriseOut(
            uscc=asked["uscc"], name=asked["enterprise_name"], region_code=case.region_code
        ),
        **{name: asked[name] for name in ("product_code", "amount_fen", "term_months")},
        "href": application_href(case.id),
    }


def application_view(case: CaseView) -> ApplicationView:
    """The bank's view of a case that it may see; moves point into the bank API."""
    facts, href = case.facts, application_href(case.id)
    loan_id = facts.get("loan_id")
    return ApplicationView(
        **_summary(case, facts),
        product_name=facts.get("product_name"),
        form=case.form,
        eligibility=facts.get("eligibility") or [],
        first_loan=facts.get("first_loan"),
        question=_question(facts["correction"]) if facts.get("correction") else None,
        answers=[_question(each) for each in facts.get("answers") or []],
        decision=facts.get("decision"),
        overdue=bool(facts.get("overdue")),
        promised_by=case.promised_by,
        answer_by=case.answer_by,
        loan_id=loan_id,
        loan_reference=facts.get("loan_reference"),
        loan_href=loan_href(UUID(str(loan_id))) if loan_id else None,
        allowed_actions=[
            each.model_copy(update={"href": f"{href}/{_PATHS[each.action]}"})
            for each in case.allowed_actions
            if each.action in _PATHS
        ],
        blocked_actions=case.blocked_actions,
        timeline=case.timeline,
        deadlines=case.deadlines,
    )


def _question(fact: dict[str, Any]) -> QuestionOut:
    asked_on = fact.get("asked_on") or fact.get("on")
    return QuestionOut.model_validate({**fact, "asked_on": asked_on})
