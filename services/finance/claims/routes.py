"""`GET /claimable-loans`: what a clerk picks from in the window when claiming. Options, nothing more."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query

from kit.auth import Actor, permission
from kit.db import Reader
from kit.errors import NotFound
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.schemas import Label, Out
from services.finance.bank.access import bank_of
from services.finance.claims import store
from services.finance.money import yuan

router = Router(tags=["compensation claims"])
LIST = "claimable-loans"
MayReadClaims = Annotated[Actor, Depends(permission("bank-claim:read"))]


class ClaimableLoanView(Out):
    """A loan as an option: `value` is its id, `label` says whose it is and what is unpaid."""

    value: str
    label: Label


@router.get(
    "/claimable-loans",
    summary="Your bank's loans in default that nobody has claimed for",
    operation_id="listClaimableLoans",
)
async def list_claimable_loans(
    actor: MayReadClaims,
    reader: Reader,
    query: PageQuery,
    q: Annotated[
        str | None, Query(max_length=50, description="Part of the loan's reference or the name")
    ] = None,
) -> Page[ClaimableLoanView]:
    """The longest overdue first."""
    rows = await store.claimable_loans(
        reader, bank_of(actor), q, after=query.after(LIST), limit=query.limit
    )
    return query.page(rows, LIST, key=lambda row: (row.overdue_since, row.id), view=_option)


@router.get(
    "/claimable-loans/{loan_id}",
    summary="One loan that may be claimed for, as an option",
    operation_id="readClaimableLoan",
)
async def read_claimable_loan(
    loan_id: UUID, actor: MayReadClaims, reader: Reader
) -> ClaimableLoanView:
    """What a form shows of the loan that was picked. 404 once it is claimed for or no longer in default."""
    row = await store.claimable_loan(reader, bank_of(actor), loan_id)
    if row is None:
        raise NotFound
    return _option(row)


def _option(row: Any) -> ClaimableLoanView:
    named, unpaid = f"{row.reference} {row.enterprise_name}", yuan(row.outstanding_fen)
    label = Label(zh=f"{named} 未还本金 {unpaid} 元", en=f"{named}: {unpaid} yuan unpaid")
    return ClaimableLoanView(value=str(row.id), label=label)
