"""A loan comes into being: from an approved application, or as the renewal of another loan.

Filed in the scheme before anything is drawn, with its cover reserved in the same transaction: where the pool
refuses, no loan, no reference and no plan is left. The contract may not go beyond the bank's own decision.
"""

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kit.errors import FieldError
from kit.matters import CaseContext
from services.finance.loans import books, store
from services.finance.loans.announcing import announce
from services.finance.loans.booking import plan_rows, take_reference
from services.finance.loans.desk import Desk, desk_of
from services.finance.loans.dossiers import terms_of
from services.finance.loans.errors import ContractOutsideDecision, ProductWithoutCover
from services.finance.loans.planning import Course, make_plan
from services.finance.loans.schemas import ContractTerms
from services.finance.pools import service as pools
from services.finance.pools.rules import Shares
from services.finance.products.store import parameters_of

NEEDED = (
    "pool", "overdue_days", "day_count", "draw_within_days",
    "share_province", "share_city", "share_county", "share_bank",
)  # fmt: skip


@dataclass(frozen=True)
class Scheme:
    """What the product says on the day of signing about sharing the risk."""

    pool: str
    shares: Shares
    overdue_days: int
    day_count: str
    draw_within_days: int


async def make_contract(context: CaseContext, terms: ContractTerms) -> Any:
    """The effect of an application's move `contract`: returns the loan's row.

    Sets the facts `loan_id` and `loan_reference`. Raises ContractOutsideDecision 422, ProductWithoutCover
    422, BankReferenceUsed 409, pool_exhausted 422, pool_stopped 422.
    """
    facts, desk = context.case.facts, desk_of(context)
    faults = list(faults_of(terms, facts["decision"], today=context.today))
    if faults:
        raise ContractOutsideDecision(errors=faults)
    scheme = await scheme_of(desk, facts["product_code"], on=terms.signed_on)
    values = {
        "bank": facts["bank"],
        "application_id": context.case.id,
        "applicant_sub": context.case.applicant_sub,
        "applicant_person": context.case.applicant_person,
        "uscc": facts["uscc"],
        "enterprise_name": facts["enterprise_name"],
        "region_code": context.case.region_code,
        "product_code": facts["product_code"],
        "renews": None,
        **terms.model_dump(),
    }
    row = await file_loan(desk, scheme, values)
    facts["loan_id"], facts["loan_reference"] = str(row.id), row.reference
    return row


def faults_of(
    terms: ContractTerms, decision: Mapping[str, Any], *, today: date
) -> Iterator[FieldError]:
    """Where a contract goes beyond the decision: amount, rate, months, method; signed neither before it
    nor in the future."""
    bounds = {
        "amount_fen": decision["amount_fen"],
        "annual_rate": Decimal(str(decision["annual_rate"])),
        "term_months": decision["term_months"],
    }
    for name, most in bounds.items():
        if getattr(terms, name) > most:
            yield FieldError(pointer=f"/{name}", code="over_decision", values={"most": str(most)})
    if terms.repayment_method != decision["repayment_method"]:
        wanted = {"expected": decision["repayment_method"]}
        yield FieldError(pointer="/repayment_method", code="not_as_decided", values=wanted)
    decided_on = decision.get("on")
    if terms.signed_on > today:
        yield FieldError(pointer="/signed_on", code="in_the_future")
    elif decided_on and terms.signed_on < date.fromisoformat(decided_on):
        yield FieldError(pointer="/signed_on", code="before_decision", values={"on": decided_on})


async def scheme_of(desk: Desk, product_code: str, *, on: date) -> Scheme:
    """The product's risk-sharing parameters on a day. Raises ProductWithoutCover naming what is missing."""
    found = await parameters_of(desk.session, [product_code], on=on)
    values = {row.key: row.value for row in found.get(product_code, [])}
    missing = [key for key in NEEDED if key not in values]
    if missing:
        raise ProductWithoutCover(extra={"missing": missing})
    return Scheme(
        pool=values["pool"],
        shares=Shares.of_percent(
            province=values["share_province"],
            city=values["share_city"],
            county=values["share_county"],
            bank=values["share_bank"],
        ),
        overdue_days=int(values["overdue_days"]),
        day_count=values["day_count"],
        draw_within_days=int(values["draw_within_days"]),
    )


async def file_loan(desk: Desk, scheme: Scheme, values: Mapping[str, Any]) -> Any:
    """Writes a loan with its first plan, takes the bank's reference and reserves the cover."""
    loan_id, reference = uuid.uuid4(), await store.next_reference(desk.session, desk.today)
    course = Course(
        terms_of(values["annual_rate"], scheme.day_count),
        values["term_months"],
        values["repayment_method"],
    )
    plan = make_plan(values["amount_fen"], course, starts_on=values["signed_on"])
    row = await store.insert_loan(
        desk.session,
        {
            **values,
            **_beginning(desk),
            "id": loan_id,
            "reference": reference,
            "pool_code": scheme.pool,
            "day_count": scheme.day_count,
            "overdue_days": scheme.overdue_days,
            # the signing day does not count (民法典 art. 201)
            "draw_by_on": values["signed_on"] + timedelta(days=scheme.draw_within_days),
            "ends_on": plan[-1].due_on,
        },
    )
    await take_reference(desk, row, "loan", row.bank_reference)
    await store.add_plan(desk.session, plan_rows(loan_id, 0, plan))
    await books.open_accounts(desk.session, row.bank, now=desk.now)
    await pools.reserve_cover(
        desk.session,
        pool_code=scheme.pool,
        loan_reference=reference,
        principal_fen=row.amount_fen,
        shares=scheme.shares,
        now=desk.now,
        today=desk.today,
    )
    await announce(desk, row, "contracted")
    return row


def _beginning(desk: Desk) -> dict[str, Any]:
    """Filed now, nothing drawn."""
    sums = (
        "disbursed_fen", "principal_repaid_fen", "interest_repaid_fen", "renewed_fen",
        "written_off_fen", "outstanding_fen", "overdue_principal_fen", "overdue_interest_fen",
        "next_due_fen", "compensated_fen",
    )  # fmt: skip
    return {
        **dict.fromkeys(sums, 0),
        **dict.fromkeys(("filed_at", "created_at", "updated_at"), desk.now),
        "filed_on": desk.today,
        "state": "contracted",
        "version": 1,
        "plan": 0,
        "last_entry": 0,
        "classification": "normal",
    }
