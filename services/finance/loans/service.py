"""What may be booked on a loan: the use cases of a bank, and what the claims room does with a loan.

    row = await service.repay(desk, loan_id, body, bank="qingyu-example-bank", if_match=7)

Each returns the loan's new row. All raise NotFound 404 for another bank's loan, StaleEtag 412,
LoanMoveRefused and LoanMoveBlocked 409, ValueDateRefused 422, BankReferenceUsed 409. `if_match` is None only
for callers inside the house that hold no page of the loan (batches), and then the lock decides the order.
"""

from typing import Any
from uuid import UUID

from kit.errors import FieldError, NotFound
from services.finance.loans import store
from services.finance.loans.booking import Opened, Said, allow, book, check_value_date, open_loan
from services.finance.loans.booking import refused_date as _refused_date
from services.finance.loans.claiming import (
    compensate,
    hold_for_claim,
    let_claim_go,
    lift_compensation,
    recover,
    reverse_recovery,
    write_off_rest,
)
from services.finance.loans.contracts import make_contract
from services.finance.loans.desk import Desk, desk_for
from services.finance.loans.dossiers import terms_of
from services.finance.loans.errors import (
    AlreadyReversed,
    DisbursementOverContract,
    EntryNotReversible,
    Overpayment,
    RestructuringRefused,
)
from services.finance.loans.lines import most_for_instalment, payoff
from services.finance.loans.planning import Course, make_plan, plan_with_more, replan
from services.finance.loans.renewing import beyond_scheme, renew
from services.finance.loans.rules import Happened, Position, Unbalanced
from services.finance.loans.schemas import (
    ENTRY_KIND,
    ClassificationCreate,
    DisbursementCreate,
    RepaymentCreate,
    RestructuringCreate,
    ReversalCreate,
    Reversible,
    WriteOffCreate,
    rate_text,
)

__all__ = [
    "Desk", "classify", "compensate", "desk_for", "disburse", "hold_for_claim", "let_claim_go",
    "lift_compensation", "make_contract", "recover", "renew", "repay", "restructure", "reverse",
    "reverse_recovery", "write_off", "write_off_rest",
]  # fmt: skip


async def disburse(
    desk: Desk, loan_id: UUID, body: DisbursementCreate, *, bank: str, if_match: int | None
) -> Any:
    """Money was drawn: at most the contract, at or after its filing, and the first time within the time to
    draw. The plan starts anew from the day of drawing."""
    opened = await open_loan(desk, loan_id, store.of_bank(bank), if_match=if_match)
    move = allow(opened, "disburse")
    check_value_date(opened, "disbursement", body.value_on, desk.today)
    row, here = opened.row, opened.before
    left = row.amount_fen - here.disbursed_fen
    if body.amount_fen > left:
        raise DisbursementOverContract(errors=[_most("/amount_fen", "over_contract", left)])
    course = opened.dossier.course()
    if here.disbursed_fen:
        then = opened.dossier.position(body.value_on)
        plan = plan_with_more(body.amount_fen, course, then.lines, on=body.value_on)
        if plan is None:
            raise _refused_date("after_the_last_instalment", latest=row.ends_on)
    else:
        if body.value_on > row.draw_by_on:
            raise _refused_date("after_the_time_to_draw", latest=row.draw_by_on)
        plan = make_plan(body.amount_fen, course, starts_on=body.value_on)
    entry = Happened(opened.next_number, "disbursement", body.amount_fen, body.value_on)
    return await book(desk, opened, move, entry, Said("disbursed", body.bank_reference), plan=plan)


async def repay(
    desk: Desk, loan_id: UUID, body: RepaymentCreate, *, bank: str, if_match: int | None
) -> Any:
    """Money came back; lines.py says how it is used. Raises Overpayment 422 with the most that is due."""
    opened = await open_loan(desk, loan_id, store.of_bank(bank), if_match=if_match)
    move = allow(opened, "repay")
    check_value_date(opened, "repayment", body.value_on, desk.today)
    then = opened.dossier.position(body.value_on)
    most = _most_payable(then, body.purpose)
    if body.amount_fen > most:
        raise Overpayment(errors=[_most("/amount_fen", "over_due", most)])
    entry = Happened(
        opened.next_number, "repayment", body.amount_fen, body.value_on, purpose=body.purpose
    )
    try:
        return await book(desk, opened, move, entry, Said("repaid", body.bank_reference))
    except Unbalanced as error:  # later entries have already paid what this one would
        fault = FieldError(pointer="/value_on", code="paid_by_later_entries")
        raise Overpayment(errors=[fault]) from error


def _most_payable(then: Position, purpose: str) -> int:
    if purpose == "prepayment":
        return payoff(then.lines, then.terms, then.on)
    return most_for_instalment(then.lines, then.on)


def _most(pointer: str, code: str, fen: int) -> FieldError:
    return FieldError(pointer=pointer, code=code, values={"most_fen": fen})


async def classify(
    desk: Desk, loan_id: UUID, body: ClassificationCreate, *, bank: str, if_match: int | None
) -> Any:
    """The bank's five-category classification from a day on; earlier ones stay in the file."""
    opened = await open_loan(desk, loan_id, store.of_bank(bank), if_match=if_match)
    move = allow(opened, "classify")
    check_value_date(opened, "classification", body.value_on, desk.today)
    entry = Happened(
        opened.next_number, "classification", 0, body.value_on,
        data={"classification": body.classification},
    )  # fmt: skip
    return await book(desk, opened, move, entry, Said("classified", reason=body.reason))


async def restructure(
    desk: Desk, loan_id: UUID, body: RestructuringCreate, *, bank: str, if_match: int | None
) -> Any:
    """A new plan over what is outstanding. The old plans stay; unpaid interest is due with the first
    instalment of the new one. Raises RestructuringRefused 422 where it is dearer or longer than the scheme
    covers, counted over all restructurings of the loan."""
    opened = await open_loan(desk, loan_id, store.of_bank(bank), if_match=if_match)
    move = allow(opened, "restructure")
    check_value_date(opened, "restructuring", body.value_on, desk.today)
    faults = await beyond_scheme(desk, opened, body, in_all=True)
    if faults:
        raise RestructuringRefused(errors=faults)
    then = opened.dossier.position(body.value_on)
    terms = terms_of(body.annual_rate, opened.row.day_count)
    course = Course(terms, body.term_months, body.repayment_method)
    plan = replan(then.outstanding_fen, course, then.lines, then.terms, on=body.value_on)
    entry = Happened(
        opened.next_number, "restructuring", 0, body.value_on,
        data={
            "annual_rate": rate_text(body.annual_rate),
            "term_months": body.term_months,
            "repayment_method": body.repayment_method,
        },
    )  # fmt: skip
    said = Said("restructured", body.bank_reference, body.reason)
    return await book(desk, opened, move, entry, said, plan=plan)


async def write_off(
    desk: Desk, loan_id: UUID, body: WriteOffCreate, *, bank: str, if_match: int | None
) -> Any:
    """What is left after compensation leaves the books, and the cover that is left is free again. While
    nothing was recovered since, it can be reversed: the loan is in default again, as it was."""
    opened = await open_loan(desk, loan_id, store.of_bank(bank), if_match=if_match)
    move = allow(opened, "write_off")
    check_value_date(opened, "write_off", body.value_on, desk.today)
    entry = Happened(opened.next_number, "write_off", opened.before.outstanding_fen, body.value_on)
    return await book(
        desk, opened, move, entry, Said("written-off", body.bank_reference, body.reason)
    )


async def reverse(
    desk: Desk, loan_id: UUID, number: int, kind: Reversible, body: ReversalCreate, *,
    bank: str, if_match: int | None,
) -> Any:  # fmt: skip
    """An entry counts no more, whichever it is; later payments are spread anew.

    Raises NotFound where there is no such entry of this kind, AlreadyReversed 409, EntryNotReversible 409
    with the later entry that rests on it, pool_exhausted 422 where its cover is gone to others.
    """
    opened = await open_loan(desk, loan_id, store.of_bank(bank), if_match=if_match)
    undone = opened.dossier.entry(number)
    if undone is None or undone.kind != ENTRY_KIND[kind]:
        raise NotFound
    move = allow(opened, "reverse")
    check_reversible(opened, undone)
    entry = Happened(opened.next_number, "reversal", undone.amount_fen, desk.today, reverses=number)
    said = Said("reversed", body.bank_reference, body.reason)
    return await book(desk, opened, move, entry, said)


def check_reversible(opened: Opened, undone: Happened) -> None:
    """Raises AlreadyReversed 409, EntryNotReversible 409 naming what rests on the entry."""
    already = opened.dossier.reversed_by(undone.number)
    if already is not None:
        raise AlreadyReversed(extra={"reversed_by": already})
    obstacle = opened.dossier.obstacle(undone)
    if obstacle is not None:
        raise EntryNotReversible(extra=obstacle)
