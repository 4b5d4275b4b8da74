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
from services.finance.loans.rules import Bounds, Happened, beyond, last_end
from services.finance.loans.schemas import RenewalCreate, RestructuringCreate
from services.finance.products.store import parameters_of

EXTENSION = "extension_max"
"""The parameter that says by how many months all restructurings together may move a loan's end."""
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
    desk: Desk,
    opened: Opened,
    body: RenewalCreate | RestructuringCreate,
    *,
    in_all: bool = False,
) -> list[FieldError]:
    """Where new terms go beyond what the scheme covers by the product's parameters of today.

    `in_all`: the same contract goes on, so that its end counts from its first draw-down.
    """
    row, here = opened.row, opened.before
    assert here.starts_on is not None  # both moves are made on a drawn loan
    found = await parameters_of(desk.session, [row.product_code], on=desk.today)
    numbers = {each.key: each.value for each in found[row.product_code]}
    longest = numbers.get("term_max")
    last = last_end(here.starts_on, row.term_months, int(numbers.get(EXTENSION, 0)))
    bounds = Bounds(
        annual_rate=here.terms.annual_rate,
        term_months=int(longest) if longest is not None else None,
        ends_on=last if in_all else None,
    )
    return beyond(bounds, body.annual_rate, body.term_months, from_on=body.value_on)


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
