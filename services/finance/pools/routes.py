"""Pools and budgets over HTTP: what the staff reads, and the treasury's paying in."""

from typing import Annotated

from fastapi import Path, Request, Response, status

from kit.db import Reader, Session
from kit.errors import NotFound, NotPermitted
from kit.http import Router
from kit.paging import Page, PageQuery, link_next
from kit.problems import problems
from services.finance.ledger.errors import TransactionExists
from services.finance.pools import reading, service
from services.finance.pools.access import (
    MayFund,
    MayReadFunds,
    answers_for_region,
    answers_for_share,
)
from services.finance.pools.errors import BudgetNotFound, PoolNotFound
from services.finance.pools.schemas import AppropriationIn, BudgetView, ContributionIn, PoolView

router = Router(tags=["pools"])
Code = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$", examples=["suke-980000"])]


@router.get("/pools", summary="Risk pools of your regions", operation_id="listPools")
async def list_pools(
    request: Request, response: Response, actor: MayReadFunds, reader: Reader, query: PageQuery
) -> Page[PoolView]:
    """Pools whose region overlaps one that the caller serves, in order of code."""
    key = query.after("pools")
    found = await reading.list_pools(
        reader, actor, after=key[0] if key else None, limit=query.limit
    )
    shown, following = query.page(found, "pools", key=lambda pool: (pool.code,))
    link_next(request, response, following)
    return Page(items=shown, next=following)


@router.get("/pools/{code}", summary="One risk pool", operation_id="readPool")
async def read_pool(actor: MayReadFunds, reader: Reader, code: Code) -> PoolView:
    """Its shares with their money and promises, and the circuit breaker."""
    found = await reading.read_pool(reader, actor, code)
    if found is None:
        raise NotFound
    return found


@router.post(
    "/pools/{code}/contributions",
    summary="The treasury pays into a share",
    operation_id="contributeToPool",
    status_code=status.HTTP_201_CREATED,
    responses=problems(TransactionExists, PoolNotFound),
)
async def contribute(
    request: Request, actor: MayFund, session: Session, code: Code, body: ContributionIn
) -> PoolView:
    """Books the contribution and gives the pool with it. A voucher counts once."""
    connection = await session.connection()
    if await reading.read_pool(connection, actor, code) is None:
        raise NotFound
    if not answers_for_share(actor, body.share):
        raise NotPermitted(
            detail_zh="不能代上级财政出资",
            detail_en="The share belongs to a level above yours",
            extra={"permission": "pool:fund"},
        )
    clock = request.app.state.clock
    await service.contribute(
        session,
        pool_code=code,
        share=body.share,
        reference=f"{code}:{body.reference}",
        amount_fen=body.amount_fen,
        now=clock.now(),
        today=clock.today(),
    )
    found = await reading.read_pool(connection, actor, code)
    assert found is not None  # it was there a moment ago, and pools stay
    return found


@router.get("/budgets", summary="Subsidy budgets of your regions", operation_id="listBudgets")
async def list_budgets(
    request: Request, response: Response, actor: MayReadFunds, reader: Reader, query: PageQuery
) -> Page[BudgetView]:
    """Budgets whose region overlaps one that the caller serves, in order of code."""
    key = query.after("budgets")
    found = await reading.list_budgets(
        reader, actor, after=key[0] if key else None, limit=query.limit
    )
    shown, following = query.page(found, "budgets", key=lambda budget: (budget.code,))
    link_next(request, response, following)
    return Page(items=shown, next=following)


@router.get("/budgets/{code}", summary="One subsidy budget", operation_id="readBudget")
async def read_budget(actor: MayReadFunds, reader: Reader, code: Code) -> BudgetView:
    """Appropriated, committed, obligated and paid."""
    found = await reading.read_budget(reader, actor, code)
    if found is None:
        raise NotFound
    return found


@router.post(
    "/budgets/{code}/appropriations",
    summary="The treasury gives money to a budget",
    operation_id="appropriateToBudget",
    status_code=status.HTTP_201_CREATED,
    responses=problems(TransactionExists, BudgetNotFound),
)
async def appropriate(
    request: Request, actor: MayFund, session: Session, code: Code, body: AppropriationIn
) -> BudgetView:
    """Books the appropriation and gives the budget with it. A voucher counts once."""
    connection = await session.connection()
    before = await reading.read_budget(connection, actor, code)
    if before is None:
        raise NotFound
    if not answers_for_region(actor, before.region_code):
        raise NotPermitted(
            detail_zh="该预算不属于本级财政",
            detail_en="The budget belongs to a level above yours",
            extra={"permission": "pool:fund"},
        )
    clock = request.app.state.clock
    await service.appropriate(
        session,
        budget_code=code,
        reference=f"{code}:{body.reference}",
        amount_fen=body.amount_fen,
        now=clock.now(),
        today=clock.today(),
    )
    found = await reading.read_budget(connection, actor, code)
    assert found is not None  # it was there a moment ago, and budgets stay
    return found
