"""Loans as the founder and the officers of science and treasury read them. Nothing is written here."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from kit.auth import Actor, permission
from kit.db import Reader, Snapshot
from kit.errors import NotFound
from kit.etags import is_unmodified, set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from services.finance.loans import store
from services.finance.loans.schemas import LoanState, LoanSummary, LoanView
from services.finance.loans.views import is_of_today, summary_of, view_loan

router = Router(tags=["loans"])
MayReadLoans = Annotated[Actor, Depends(permission("loan:read"))]
LIST = "loans"


@router.get("/loans", summary="Your loans, or those of your region", operation_id="listLoans")
async def list_loans(
    request: Request,
    connection: Reader,
    actor: MayReadLoans,
    query: PageQuery,
    state: LoanState | None = None,
    uscc: Annotated[str | None, Query(max_length=64)] = None,
    application_id: UUID | None = None,
) -> Page[LoanSummary]:
    """A founder sees the loans applied for, an officer of science or treasury those of the region."""
    wanted = store.LoanFilter(state=state, uscc=uscc, application_id=application_id)
    after = store.keyset(query.after(LIST))
    rows = await store.list_loans(
        connection, store.visible_to(actor), wanted, after=after, limit=query.limit
    )
    prefix, today = request.app.state.service.prefix, request.app.state.clock.today()
    return query.page(
        rows,
        LIST,
        key=lambda row: (row.created_at, row.id),
        view=lambda row: summary_of(row, prefix, today=today),
    )


@router.get(
    "/loans/{loan_id}",
    summary="One loan: schedule, entries, next instalment, days overdue",
    operation_id="readLoan",
    responses={304: {"description": "Not modified"}},
)
async def read_loan(
    loan_id: UUID, request: Request, response: Response, connection: Snapshot, actor: MayReadLoans
) -> LoanView:
    """What is due follows the calendar, so it is reckoned at each reading."""
    row = await store.find_loan(connection, loan_id, store.visible_to(actor))
    if row is None:
        raise NotFound
    prefix, today = request.app.state.service.prefix, request.app.state.clock.today()
    if is_unmodified(request, row.version) and is_of_today(row, today):
        return Response(status_code=304, headers={"etag": f'"{row.version}"'})  # type: ignore[return-value]
    set_etag(response, row.version)
    return await view_loan(connection, row, prefix=prefix, today=today, as_bank=False)
