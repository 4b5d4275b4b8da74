"""Vouchers over HTTP: the treasury proposes, a second person confirms; whoever reads the books reads them."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response, status
from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from kit.cases.errors import ActionBlocked, IllegalTransition
from kit.db import Reader, Session
from kit.errors import NotFound
from kit.etags import IfMatch, set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems
from services.finance.pools.access import MayFund, MayReadFunds
from services.finance.pools.vouchers import service, store
from services.finance.pools.vouchers.desk import desk_for
from services.finance.pools.vouchers.errors import (
    MoneyBound,
    ReversalDateRefused,
    VoucherExists,
)
from services.finance.pools.vouchers.rules import Place, Voucher, VoucherState
from services.finance.pools.vouchers.schemas import (
    AppropriationIn,
    ContributionIn,
    VoucherSummary,
    VoucherView,
)
from services.finance.pools.vouchers.views import href_of, summary_of, view_voucher
from services.finance.pools.vouchers.workflow import VoucherReverse, VoucherWithdraw

router = Router(tags=["vouchers"])
Code = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$", examples=["suke-980000"])]
CodeQuery = Annotated[str | None, Query(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
LIST = "vouchers"


@router.post(
    "/pools/{code}/contributions",
    summary="The treasury proposes to pay into a share",
    operation_id="contributeToPool",
    status_code=status.HTTP_201_CREATED,
    responses=problems(VoucherExists, NotFound),
)
async def contribute(
    request: Request,
    response: Response,
    actor: MayFund,
    session: Session,
    code: Code,
    body: ContributionIn,
) -> VoucherView:
    """Pending in the books until a second person of the treasury confirms it."""
    place = Place(pool_code=code, share=body.share)
    return await _proposed(request, response, session, actor, place, body)


@router.post(
    "/budgets/{code}/appropriations",
    summary="The treasury proposes to give money to a budget",
    operation_id="appropriateToBudget",
    status_code=status.HTTP_201_CREATED,
    responses=problems(VoucherExists, NotFound),
)
async def appropriate(
    request: Request,
    response: Response,
    actor: MayFund,
    session: Session,
    code: Code,
    body: AppropriationIn,
) -> VoucherView:
    """Pending in the books until a second person of the treasury confirms it."""
    place = Place(budget_code=code)
    return await _proposed(request, response, session, actor, place, body)


@router.get("/vouchers", summary="Vouchers of your regions", operation_id="listVouchers")
async def list_vouchers(
    actor: MayReadFunds,
    reader: Reader,
    query: PageQuery,
    state: VoucherState | None = None,
    pool_code: CodeQuery = None,
    budget_code: CodeQuery = None,
) -> Page[VoucherSummary]:
    """The newest first. `state=proposed`: what waits for a second person."""
    rows = await store.list_vouchers(
        reader, actor, state=state, pool_code=pool_code, budget_code=budget_code,
        after=query.after(LIST), limit=query.limit,
    )  # fmt: skip
    return query.page(rows, LIST, key=lambda row: (row.proposed_at, row.id), view=summary_of)


@router.get("/vouchers/{voucher_id}", summary="One voucher", operation_id="readVoucher")
async def read_voucher(
    request: Request, response: Response, actor: MayReadFunds, reader: Reader, voucher_id: UUID
) -> VoucherView:
    """Who proposed and who confirmed it, and what you may do next."""
    found = await store.find(reader, actor, voucher_id)
    if found is None:
        raise NotFound
    set_etag(response, found.version)
    return await view_voucher(reader, found, actor, today=request.app.state.clock.today())


@router.post(
    "/vouchers/{voucher_id}/actions/confirm",
    summary="A second person confirms a voucher",
    operation_id="confirmVoucher",
    responses=problems(MoneyBound, IllegalTransition, ActionBlocked),
)
async def confirm(
    request: Request,
    response: Response,
    actor: MayFund,
    session: Session,
    voucher_id: UUID,
    version: IfMatch,
) -> VoucherView:
    """Never who proposed it. The money is there with this, or with a reversal gone again."""
    desk = desk_for(request.app.state, session, actor)
    done = await service.confirm(desk, voucher_id, version=version)
    return await _shown(request, response, session, actor, done)


@router.post(
    "/vouchers/{voucher_id}/actions/withdraw",
    summary="End a proposed voucher without effect",
    operation_id="withdrawVoucher",
    responses=problems(IllegalTransition),
)
async def withdraw(
    request: Request,
    response: Response,
    actor: MayFund,
    session: Session,
    voucher_id: UUID,
    body: VoucherWithdraw,
    version: IfMatch,
) -> VoucherView:
    """By who proposed it or by who should have confirmed it; its number is free again."""
    desk = desk_for(request.app.state, session, actor)
    done = await service.withdraw(desk, voucher_id, version=version, reason=body.reason)
    return await _shown(request, response, session, actor, done)


@router.post(
    "/vouchers/{voucher_id}/reversals",
    summary="Propose to take a confirmed voucher's money back",
    operation_id="reverseVoucher",
    status_code=status.HTTP_201_CREATED,
    responses=problems(MoneyBound, ReversalDateRefused, IllegalTransition, ActionBlocked),
)
async def reverse(
    request: Request,
    response: Response,
    actor: MayFund,
    session: Session,
    voucher_id: UUID,
    body: VoucherReverse,
    version: IfMatch,
) -> VoucherView:
    """Gives the reversal, a voucher of its own that a second person confirms. Refused where promises rest
    on the money; the problem says what would remain and how much is promised."""
    desk = desk_for(request.app.state, session, actor)
    made = await service.propose_reversal(
        desk, voucher_id, version=version, reason=body.reason, value_on=body.value_on
    )
    return await _made(request, response, session, actor, made)


async def _proposed(
    request: Request,
    response: Response,
    session: AsyncSession,
    actor: Actor,
    place: Place,
    body: ContributionIn | AppropriationIn,
) -> VoucherView:
    desk = desk_for(request.app.state, session, actor)
    made = await service.propose(desk, place, reference=body.reference, amount_fen=body.amount_fen)
    return await _made(request, response, session, actor, made)


async def _made(
    request: Request, response: Response, session: AsyncSession, actor: Actor, voucher: Voucher
) -> VoucherView:
    response.headers["location"] = href_of(voucher.id)
    return await _shown(request, response, session, actor, voucher)


async def _shown(
    request: Request, response: Response, session: AsyncSession, actor: Actor, voucher: Voucher
) -> VoucherView:
    set_etag(response, voucher.version)
    return await view_voucher(session, voucher, actor, today=request.app.state.clock.today())
