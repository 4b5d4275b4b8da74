"""The bank's face of loans, mounted under /api/finance/bank/v1. Another bank's loan is 404 everywhere.

Every report answers 201 with the whole loan and its new ETag; the next report names it in If-Match.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Query, Request, Response

from contracts.values import ContractNumber, code_text
from kit.auth import Actor, permission
from kit.db import Reader, Session, Snapshot
from kit.errors import NotFound, Problem
from kit.etags import IfMatch, is_unmodified, set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems
from services.finance.bank.access import bank_of
from services.finance.bank.paths import PREFIX as BANK_PREFIX
from services.finance.bank.paths import loan_href
from services.finance.loans import service, store
from services.finance.loans.desk import Desk, desk_for
from services.finance.loans.errors import (
    AlreadyReversed,
    BankReferenceUsed,
    DisbursementOverContract,
    EntryNotReversible,
    LoanMoveBlocked,
    LoanMoveRefused,
    Overpayment,
    ProductWithoutCover,
    RenewalRefused,
    RestructuringRefused,
    ValueDateRefused,
)
from services.finance.loans.schemas import (
    ClassificationCreate,
    DisbursementCreate,
    LoanState,
    LoanSummary,
    LoanView,
    RenewalCreate,
    RepaymentCreate,
    RestructuringCreate,
    ReversalCreate,
    Reversible,
    WriteOffCreate,
)
from services.finance.loans.views import is_of_today, summary_of, view_loan
from services.finance.pools.errors import PoolExhausted, PoolStopped

router = Router(tags=["bank loans"])
MayReadBankLoans = Annotated[Actor, Depends(permission("bank-loan:read"))]
MayReportOnLoans = Annotated[Actor, Depends(permission("bank-loan:write"))]
LIST = "bank-loans"
EntryNumber = Annotated[int, Path(ge=1, le=1_000_000)]
UseCase = Callable[..., Awaitable[Any]]
ShortQuery = Annotated[str | None, Query(max_length=64)]


def _refusals(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    return problems(BankReferenceUsed, LoanMoveRefused, LoanMoveBlocked, ValueDateRefused, *kinds)


@dataclass(frozen=True)
class Report:
    """One report of a bank on one of its loans, in the request's transaction."""

    desk: Desk
    bank: str
    version: int
    response: Response

    async def answer(self, use_case: UseCase, loan_id: UUID, *said: Any) -> LoanView:
        """The whole loan with its new ETag, after the use case has booked what was said."""
        row = await use_case(self.desk, loan_id, *said, bank=self.bank, if_match=self.version)
        set_etag(self.response, row.version)
        self.response.headers["location"] = loan_href(row.id)
        session, today = self.desk.session, self.desk.today
        return await view_loan(session, row, prefix=BANK_PREFIX, today=today, as_bank=True)


async def report_of(
    request: Request,
    response: Response,
    actor: MayReportOnLoans,
    session: Session,
    version: IfMatch,
) -> Report:
    desk = desk_for(request.app.state, session, actor)
    return Report(desk, bank_of(actor), version, response)


Reporting = Annotated[Report, Depends(report_of)]


@router.get("/loans", summary="Your bank's loans in the scheme", operation_id="listBankLoans")
async def list_loans(
    request: Request,
    connection: Reader,
    actor: MayReadBankLoans,
    query: PageQuery,
    state: LoanState | None = None,
    reference: ShortQuery = None,
    bank_reference: Annotated[ContractNumber | None, Query()] = None,
    uscc: ShortQuery = None,
    application_id: UUID | None = None,
) -> Page[LoanSummary]:
    """The newest first. Sums are those of the last entry or of this morning's sweep."""
    wanted = store.LoanFilter(
        state=state, reference=reference, bank_reference=bank_reference,
        uscc=code_text(uscc) if uscc else None,
        application_id=application_id,
    )  # fmt: skip
    rows = await store.list_loans(
        connection, store.of_bank(bank_of(actor)), wanted,
        after=store.keyset(query.after(LIST)), limit=query.limit,
    )  # fmt: skip
    today = request.app.state.clock.today()
    return query.page(
        rows,
        LIST,
        key=lambda row: (row.created_at, row.id),
        view=lambda row: summary_of(row, BANK_PREFIX, today=today),
    )


@router.get(
    "/loans/{loan_id}",
    summary="One of your loans: plan, entries, what you may report next",
    operation_id="readBankLoan",
    responses={304: {"description": "Not modified"}},
)
async def read_loan(
    loan_id: UUID,
    request: Request,
    response: Response,
    connection: Snapshot,
    actor: MayReadBankLoans,
) -> LoanView:
    """`payoff_fen` is what ends the loan today."""
    row = await store.find_loan(connection, loan_id, store.of_bank(bank_of(actor)))
    if row is None:
        raise NotFound
    today = request.app.state.clock.today()
    if is_unmodified(request, row.version) and is_of_today(row, today):
        return Response(status_code=304, headers={"etag": f'"{row.version}"'})  # type: ignore[return-value]
    set_etag(response, row.version)
    return await view_loan(connection, row, prefix=BANK_PREFIX, today=today, as_bank=True)


@router.post(
    "/loans/{loan_id}/disbursements",
    status_code=201,
    summary="Report a draw-down",
    operation_id="reportDisbursement",
    responses=_refusals(DisbursementOverContract),
)
async def disburse(loan_id: UUID, report: Reporting, body: DisbursementCreate) -> LoanView:
    """At most the contract in all, on or after the day of filing. The plan starts from the value date."""
    return await report.answer(service.disburse, loan_id, body)


@router.post(
    "/loans/{loan_id}/repayments",
    status_code=201,
    summary="Report a repayment",
    operation_id="reportRepayment",
    responses=_refusals(Overpayment),
)
async def repay(loan_id: UUID, report: Reporting, body: RepaymentCreate) -> LoanView:
    """Overdue interest, overdue principal, interest, principal, in this order; more than is due is 422."""
    return await report.answer(service.repay, loan_id, body)


@router.post(
    "/loans/{loan_id}/classifications",
    status_code=201,
    summary="Report the five-category classification",
    operation_id="reportClassification",
    responses=_refusals(),
)
async def classify(loan_id: UUID, report: Reporting, body: ClassificationCreate) -> LoanView:
    """The bank's own judgement; it changes neither state nor plan."""
    return await report.answer(service.classify, loan_id, body)


@router.post(
    "/loans/{loan_id}/restructurings",
    status_code=201,
    summary="Report a restructuring: a new plan over what is outstanding",
    operation_id="reportRestructuring",
    responses=_refusals(RestructuringRefused),
)
async def restructure(loan_id: UUID, report: Reporting, body: RestructuringCreate) -> LoanView:
    """Unpaid interest is due with the first instalment of the new plan; old plans stay in the file."""
    return await report.answer(service.restructure, loan_id, body)


@router.post(
    "/loans/{loan_id}/renewals",
    status_code=201,
    summary="Renew without paying back first (无还本续贷)",
    operation_id="reportRenewal",
    responses=_refusals(RenewalRefused, ProductWithoutCover, PoolExhausted, PoolStopped),
)
async def renew(loan_id: UUID, report: Reporting, body: RenewalCreate) -> LoanView:
    """Answers with the new loan; `renews` names the old one, which ends as renewed."""
    return await report.answer(service.renew, loan_id, body)


@router.post(
    "/loans/{loan_id}/write-offs",
    status_code=201,
    summary="Report that what is left after compensation was written off",
    operation_id="reportWriteOff",
    responses=_refusals(),
)
async def write_off(loan_id: UUID, report: Reporting, body: WriteOffCreate) -> LoanView:
    """Only after a compensation was paid."""
    return await report.answer(service.write_off, loan_id, body)


@router.post(
    "/loans/{loan_id}/{kind}/{entry}/reversals",
    status_code=201,
    summary="Reverse an entry: the only way to correct",
    operation_id="reverseLoanEntry",
    responses=_refusals(AlreadyReversed, EntryNotReversible, PoolExhausted),
)
async def reverse(
    loan_id: UUID, report: Reporting, kind: Reversible, entry: EntryNumber, body: ReversalCreate
) -> LoanView:
    """The loan stands as if the entry had never been; payments after it are spread anew."""
    return await report.answer(service.reverse, loan_id, entry, kind, body)
