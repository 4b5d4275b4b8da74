"""`/compensation-claims` of the bank API: a bank's own claims. Another bank's claim is 404.

Every write is a move of the claim's case (kit.cases), so that reviewers, pages and banks see one thing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor, permission
from kit.cases import drafting, service
from kit.cases.errors import ActionBlocked, IllegalTransition
from kit.cases.schemas import CheckView
from kit.db import Reader, Session, Snapshot
from kit.errors import NotFound
from kit.etags import IfMatch, is_unmodified, set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems
from services.finance.bank.access import bank_of
from services.finance.claims import store
from services.finance.claims.announcing import claim_href
from services.finance.claims.errors import (
    ClaimConditionsNotMet,
    LoanAlreadyClaimed,
    RecoveryAlreadyReversed,
    RecoveryRefused,
)
from services.finance.claims.form import CompensationClaimForm
from services.finance.claims.matter import COMPENSATION_CLAIM
from services.finance.claims.schemas import (
    ClaimState,
    ClaimSummary,
    ClaimView,
    RecoveryReversalCreate,
    claim_view,
    summary_view,
)
from services.finance.claims.workflow import Recovery
from services.finance.loans.errors import BankReferenceUsed, EntryNotReversible

router = Router(tags=["bank compensation claims"])
MayReadClaims = Annotated[Actor, Depends(permission("bank-claim:read"))]
MayWorkClaims = Annotated[Actor, Depends(permission("bank-claim:write"))]
MATTERS = {COMPENSATION_CLAIM.code: COMPENSATION_CLAIM}
LIST = "compensation-claims"


@router.post(
    "/compensation-claims",
    status_code=201,
    summary="Claim the pool's shares of a defaulted loan; with validate_only=true only check",
    operation_id="createCompensationClaim",
    responses={
        **problems(ClaimConditionsNotMet, LoanAlreadyClaimed, BankReferenceUsed),
        200: {"model": CheckView, "description": "Checked"},
    },
)
async def create_claim(
    body: CompensationClaimForm,
    request: Request,
    response: Response,
    actor: MayWorkClaims,
    session: Session,
    validate_only: bool = False,
) -> ClaimView | CheckView:
    """Creates the case and submits it in one transaction: the loan is claimed, or nothing is written."""
    state, bank, form = request.app.state, bank_of(actor), body.model_dump(mode="json")
    checked = await drafting.check_unsaved(
        state, session, MATTERS, actor, matter_code=COMPENSATION_CLAIM.code, form=form
    )
    if validate_only:
        response.status_code = 200
        return checked
    if not checked.complete:
        raise ClaimConditionsNotMet(errors=checked.findings)
    context = await drafting.create_case(
        state,
        session,
        MATTERS,
        actor,
        matter_code=COMPENSATION_CLAIM.code,
        region_code=None,
        form=form,
    )
    await service.act(context, "submit", {})
    response.headers["location"] = claim_href(context.case.id)
    return await _view(session, context.case.id, bank, response)


@router.get(
    "/compensation-claims", summary="Your bank's claims, newest first", operation_id="listClaims"
)
async def list_claims(
    actor: MayReadClaims,
    reader: Reader,
    query: PageQuery,
    state: ClaimState | None = None,
    loan_id: Annotated[UUID | None, Query(description="Only claims for this loan")] = None,
) -> Page[ClaimSummary]:
    """Drafts that were begun in the window are cases only and do not stand here."""
    rows = await store.claims_of_bank(
        reader,
        bank_of(actor),
        state=state,
        loan_id=loan_id,
        after=query.after(LIST),
        limit=query.limit,
    )
    return query.page(rows, LIST, key=lambda row: (row.submitted_at, row.id), view=summary_view)


@router.get(
    "/compensation-claims/{claim_id}",
    summary="One claim: verdicts, shares, recoveries, next actions",
    operation_id="readClaim",
    responses={304: {"description": "Not modified"}},
)
async def read_claim(
    claim_id: UUID, request: Request, response: Response, actor: MayReadClaims, reader: Snapshot
) -> ClaimView:
    view = await _view(reader, claim_id, bank_of(actor), response)
    if is_unmodified(request, view.version):
        return Response(status_code=304, headers={"etag": f'"{view.version}"'})  # type: ignore[return-value]
    return view


@dataclass(frozen=True)
class Making:
    """A bank's move on one of its claims, in the request's transaction."""

    state: Any
    session: AsyncSession
    actor: Actor
    version: int
    response: Response

    async def move(self, claim_id: UUID, action: str, said: Mapping[str, Any]) -> ClaimView:
        """Makes the move; the whole claim with its new ETag. Raises NotFound for another bank's."""
        bank = bank_of(self.actor)
        if await store.claim_of_bank(self.session, claim_id, bank) is None:
            raise NotFound
        context = await service.load(
            self.state, self.session, MATTERS, self.actor, claim_id, if_match=self.version
        )
        await service.act(context, action, said)
        return await _view(self.session, claim_id, bank, self.response)


async def making_of(
    request: Request,
    response: Response,
    actor: MayWorkClaims,
    session: Session,
    version: IfMatch,
) -> Making:
    return Making(request.app.state, session, actor, version, response)


Moving = Annotated[Making, Depends(making_of)]


@router.post(
    "/compensation-claims/{claim_id}/actions/withdraw",
    summary="Withdraw a claim that was not paid",
    operation_id="withdrawClaim",
    responses=problems(IllegalTransition),
)
async def withdraw_claim(claim_id: UUID, moving: Moving) -> ClaimView:
    """The loan may then be claimed again, under a new bank reference."""
    return await moving.move(claim_id, "withdraw", {})


@router.post(
    "/compensation-claims/{claim_id}/recoveries",
    status_code=201,
    summary="Report principal that the debtor has paid after the compensation",
    operation_id="recordRecovery",
    responses=problems(IllegalTransition, ActionBlocked, RecoveryRefused, BankReferenceUsed),
)
async def record_recovery(claim_id: UUID, moving: Moving, body: Recovery) -> ClaimView:
    """Flows back to the pool, less costs, in the shares in which it was paid. The last fen closes the
    claim."""
    moving.response.headers["location"] = claim_href(claim_id)
    return await moving.move(claim_id, "record_recovery", body.model_dump())


@router.post(
    "/compensation-claims/{claim_id}/recoveries/{recovery_id}/reversals",
    status_code=201,
    summary="Reverse a recovery that was booked in error",
    operation_id="reverseRecovery",
    responses=problems(
        IllegalTransition, RecoveryAlreadyReversed, EntryNotReversible, BankReferenceUsed
    ),
)
async def reverse_recovery(
    claim_id: UUID, recovery_id: UUID, moving: Moving, body: RecoveryReversalCreate
) -> ClaimView:
    """What had flowed back is taken from the pool again; a closed claim is open again. Where the bank wrote
    off what the recovery had left, it reverses the write-off first."""
    moving.response.headers["location"] = claim_href(claim_id)
    said = body.model_dump() | {"recovery_id": recovery_id}
    return await moving.move(claim_id, "reverse_recovery", said)


async def _view(
    connection: AsyncSession | AsyncConnection, claim_id: UUID, bank: str, response: Response
) -> ClaimView:
    row: Any = await store.claim_of_bank(connection, claim_id, bank)
    if row is None:
        raise NotFound
    set_etag(response, row.version)
    recoveries = await store.recoveries_of(connection, claim_id)
    return claim_view(row, recoveries, COMPENSATION_CLAIM.workflow)
