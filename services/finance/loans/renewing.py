"""无还本续贷: a loan is renewed without being paid back first (policy C, 二(七)).

The new contract takes over the outstanding principal; the old loan ends as renewed. Both, and the change of
cover from one to the other, are one transaction.
"""

from typing import Any
from uuid import UUID

from kit.errors import FieldError
from services.finance.loans import store
from services.finance.loans.booking import Opened, Said, allow, book, open_loan
from services.finance.loans.contracts import file_loan, scheme_of
from services.finance.loans.desk import Desk
from services.finance.loans.dossiers import read_dossier, terms_of
from services.finance.loans.errors import RenewalRefused
from services.finance.loans.planning import Course, make_plan, unpaid_interest
from services.finance.loans.rules import Happened
from services.finance.loans.schemas import RenewalCreate, RestructuringCreate, rate_text
from services.finance.products.store import parameters_of

_CARRIED = (
    "bank", "application_id", "applicant_sub", "applicant_person", "uscc", "enterprise_name",
    "region_code", "product_code",
)  # fmt: skip


async def renew(
    desk: Desk, loan_id: UUID, body: RenewalCreate, *, bank: str, if_match: int | None
) -> Any:
    """Ends a loan as renewed and files the one that renews it; returns the new loan's row.

    Today only (the new contract is filed before it counts), nothing overdue, interest paid up to today, at
    most the old rate and the product's longest term. Raises RenewalRefused 422, and what a contract raises.
    """
    opened = await open_loan(desk, loan_id, store.of_bank(bank), if_match=if_match)
    move = allow(opened, "renew")
    faults = await _faults(desk, opened, body)
    if faults:
        raise RenewalRefused(errors=faults)
    old, amount = opened.row, opened.before.outstanding_fen
    scheme = await scheme_of(desk, old.product_code, on=desk.today)
    entry = Happened(opened.next_number, "renewal", amount, desk.today)
    await book(desk, opened, move, entry, Said("renewed", reason=body.reason))
    values = {name: getattr(old, name) for name in _CARRIED} | {
        "renews": old.id,
        "signed_on": desk.today,
        "amount_fen": amount,
        "bank_reference": body.bank_reference,
        "annual_rate": body.annual_rate,
        "term_months": body.term_months,
        "repayment_method": body.repayment_method,
    }
    filed = await file_loan(desk, scheme, values)
    return await _draw(desk, filed, amount)


async def _faults(desk: Desk, opened: Opened, body: RenewalCreate) -> list[FieldError]:
    here, faults = opened.before, []
    if body.value_on != desk.today:
        values = {"expected": desk.today.isoformat()}
        faults.append(FieldError(pointer="/value_on", code="not_today", values=values))
    faults += await beyond_scheme(desk, opened, body)
    owed = unpaid_interest(here.lines, here.terms, desk.today)
    if owed:
        faults.append(FieldError(pointer="", code="interest_unpaid", values={"due_fen": owed}))
    return faults


async def beyond_scheme(
    desk: Desk, opened: Opened, body: RenewalCreate | RestructuringCreate
) -> list[FieldError]:
    """Where new terms are dearer than the present ones, or longer than the product of today allows: the pool
    covers a loan of the scheme, whatever was agreed on it since."""
    product, present, faults = opened.row.product_code, opened.before.terms.annual_rate, []
    if body.annual_rate > present:
        values = {"most": rate_text(present)}
        faults.append(FieldError(pointer="/annual_rate", code="over_present_rate", values=values))
    found = await parameters_of(desk.session, [product], on=desk.today)
    longest = next((int(p.value) for p in found[product] if p.key == "term_max"), None)
    if longest is not None and body.term_months > longest:
        bound = FieldError(pointer="/term_months", code="over_product", values={"most": longest})
        faults.append(bound)
    return faults


async def _draw(desk: Desk, filed: Any, amount: int) -> Any:
    """The new loan stands in for the old one at once: its draw-down moves no money."""
    dossier = await read_dossier(desk.session, filed)
    opened = Opened(dossier, dossier.position(desk.today))
    course = Course(
        terms_of(filed.annual_rate, filed.day_count), filed.term_months, filed.repayment_method
    )
    plan = make_plan(amount, course, starts_on=desk.today)
    entry = Happened(1, "disbursement", amount, desk.today)
    return await book(desk, opened, allow(opened, "disburse"), entry, Said("disbursed"), plan=plan)
