"""`GET /claimable-loans`: what a clerk picks from in the window when claiming. Options, nothing more."""

from typing import Annotated

from fastapi import Depends

from kit.auth import Actor, permission
from kit.db import Reader
from kit.http import Router
from kit.paging import Page
from kit.schemas import Label, Out
from services.finance.bank.access import bank_of
from services.finance.claims import store
from services.finance.money import yuan

router = Router(tags=["compensation claims"])
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
async def list_claimable_loans(actor: MayReadClaims, reader: Reader) -> Page[ClaimableLoanView]:
    """At most 200, the longest overdue first."""
    rows = await store.claimable_loans(reader, bank_of(actor))
    return Page(
        items=[
            ClaimableLoanView(
                value=str(row.id),
                label=Label(
                    zh=f"{row.reference} {row.enterprise_name} 未还本金 {yuan(row.outstanding_fen)} 元",
                    en=f"{row.reference} {row.enterprise_name}: {yuan(row.outstanding_fen)} yuan unpaid",
                ),
            )
            for row in rows
        ]
    )
