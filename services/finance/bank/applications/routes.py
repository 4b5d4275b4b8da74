"""`/applications`: what is assigned to this bank, and the five moves that a bank makes."""

from contextlib import nullcontext
from dataclasses import dataclass
from typing import Annotated, Any
from uuid import UUID

from fastapi import Body, Depends, Query, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from kit.cases.errors import ActionBlocked, IllegalTransition, NotYourMove
from kit.commonplace import Reason
from kit.db import Reader, Session, one_moment
from kit.errors import InvalidRequest
from kit.etags import IfMatch, is_unmodified, set_etag
from kit.http import Router
from kit.matters import CaseContext
from kit.paging import Page, PageQuery
from kit.problems import problems
from kit.schemas import In
from services.finance.applications.errors import OwnApplication
from services.finance.applications.workflow import Decision, InformationRequest
from services.finance.bank.access import MayReadApplications, MayWorkApplications, bank_of
from services.finance.bank.applications import examples, service, store
from services.finance.bank.applications.schemas import (
    ApplicationSummary,
    ApplicationView,
    State,
    summary_of,
)
from services.finance.bank.paths import PREFIX, loan_href
from services.finance.bank.sandbox.service import answer_later
from services.finance.loans.errors import (
    BankReferenceUsed,
    ContractOutsideDecision,
    ProductWithoutCover,
    ValueDateRefused,
)
from services.finance.loans.schemas import ContractTerms, LoanView
from services.finance.loans.views import view_loan
from services.finance.pools.errors import PoolExhausted, PoolStopped

router = Router(tags=["bank applications"])
LIST = "bank-applications"
_MOVING = (NotYourMove, OwnApplication, IllegalTransition, ActionBlocked, InvalidRequest)
MOVES = problems(*_MOVING)
CONTRACTING = problems(
    *_MOVING,
    BankReferenceUsed,
    ContractOutsideDecision,
    ProductWithoutCover,
    ValueDateRefused,
    PoolExhausted,
    PoolStopped,
)
Expand = Annotated[
    str,
    Query(
        pattern="^((timeline|deadlines|borrower)(,(timeline|deadlines|borrower)){0,2})?$",
        description="Comma-separated: timeline, deadlines, borrower (each read of it is logged)",
    ),
]


class Nothing(In):
    """An action that takes no fields; leave the body out or send `{}`."""


@router.get(
    "/applications",
    summary="The applications that are assigned to your bank, the newest first",
    operation_id="listBankApplications",
)
async def list_applications(
    actor: MayReadApplications,
    reader: Reader,
    query: PageQuery,
    state: State | None = None,
    reference: Annotated[str | None, Query(max_length=40)] = None,
    uscc: Annotated[str | None, Query(pattern="^[0-9A-HJ-NP-RTUWXY]{18}$")] = None,
    product_code: Annotated[str | None, Query(pattern="^[a-z0-9-]{1,60}$")] = None,
) -> Page[ApplicationSummary]:
    """What passed on to another bank is not here any more."""
    filters = {"state": state, "reference": reference, "uscc": uscc, "product_code": product_code}
    rows = await store.list_applications(
        reader, bank=bank_of(actor), filters=filters, after=query.after(LIST), limit=query.limit
    )
    return query.page(rows, LIST, key=lambda row: (row.created_at, row.id), view=summary_of)


@router.get(
    "/applications/{application_id}",
    summary="One application: form, verdicts, what you may do next",
    operation_id="readBankApplication",
    responses={304: {"description": "Not modified"}},
)
async def read_application(
    application_id: UUID,
    request: Request,
    response: Response,
    actor: MayReadApplications,
    reader: Reader,
    expand: Expand = "",
) -> ApplicationView:
    wanted = {part for part in expand.split(",") if part}
    async with one_moment(reader) if wanted else nullcontext():
        view = await service.read_application(
            request.app.state, reader, actor, application_id, expand=wanted
        )
    if not wanted and is_unmodified(request, view.version):
        return Response(status_code=304, headers={"etag": f'"{view.version}"'})  # type: ignore[return-value]
    set_etag(response, view.version)
    return view


@dataclass(frozen=True)
class Making:
    """A bank's move on one of its applications, in the request's transaction."""

    state: Any
    session: AsyncSession
    actor: Actor
    application_id: UUID
    version: int
    response: Response

    async def move(self, action: str, body: In) -> CaseContext:
        """Makes the move with what was sent; the case as it then stands."""
        return await service.move(
            self.state,
            self.session,
            self.actor,
            self.application_id,
            action=action,
            body=body,
            if_match=self.version,
        )

    async def view(self, context: CaseContext) -> ApplicationView:
        set_etag(self.response, context.case.version)
        return await service.view_after(self.state, self.session, self.actor, context)


async def making_of(
    application_id: UUID,
    request: Request,
    response: Response,
    actor: MayWorkApplications,
    session: Session,
    version: IfMatch,
) -> Making:
    return Making(request.app.state, session, actor, application_id, version, response)


Moving = Annotated[Making, Depends(making_of)]


@router.post(
    "/applications/{application_id}/actions/accept",
    summary="Take an application on",
    operation_id="acceptBankApplication",
    responses=MOVES,
)
async def accept(moving: Moving, body: Annotated[Nothing, Body()] = Nothing()) -> ApplicationView:
    """Within two working days (演示), or it passes to the next bank. Its time to decide starts now."""
    return await moving.view(await moving.move("accept", body))


@router.post(
    "/applications/{application_id}/actions/request-information",
    summary="Ask the applicant for what is missing, all at once",
    operation_id="requestInformation",
    responses=MOVES,
)
async def request_information(
    moving: Moving,
    body: Annotated[InformationRequest, Body(openapi_examples=examples.INFORMATION)],
) -> ApplicationView:
    """Your time to decide pauses until the answer; without one the application expires."""
    context = await moving.move("request_information", body)
    await answer_later(moving.session, moving.state, context)
    return await moving.view(context)


@router.post(
    "/applications/{application_id}/actions/decide",
    summary="Approve with an offer, or decline with a reason",
    operation_id="decideBankApplication",
    responses=MOVES,
)
async def decide(
    moving: Moving, body: Annotated[Decision, Body(openapi_examples=examples.DECISIONS)]
) -> ApplicationView:
    """An approval is an offer for thirty days (演示): at most what was asked, within the product's limits."""
    return await moving.view(await moving.move("decide", body))


@router.post(
    "/applications/{application_id}/actions/withdraw-offer",
    summary="Take an offer back before the contract is signed",
    operation_id="withdrawOffer",
    responses=MOVES,
)
async def withdraw_offer(
    moving: Moving, body: Annotated[Reason, Body(openapi_examples=examples.REASONS)]
) -> ApplicationView:
    return await moving.view(await moving.move("withdraw_offer", body))


@router.post(
    "/applications/{application_id}/contracts",
    status_code=201,
    summary="Register the signed contract: cover in the risk pool is reserved",
    operation_id="registerContract",
    responses=CONTRACTING,
)
async def register_contract(
    moving: Moving, body: Annotated[ContractTerms, Body(openapi_examples=examples.CONTRACTS)]
) -> LoanView:
    """All or nothing: without cover there is no contract (`pool_exhausted`). The reply is the loan, with the
    ETag that its first report names."""
    context = await moving.move("contract", body)
    loan = await service.loan_of(moving.session, moving.actor, context)
    set_etag(moving.response, loan.version)
    moving.response.headers["location"] = loan_href(loan.id)
    today = moving.state.clock.today()
    return await view_loan(moving.session, loan, prefix=PREFIX, today=today, as_bank=True)
