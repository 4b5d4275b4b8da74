"""Pools and budgets over HTTP, for reading. What gives them money is in vouchers/routes.py."""

from typing import Annotated, TypeVar

from fastapi import Path

from kit.db import Reader, Snapshot
from kit.errors import NotFound
from kit.http import Router
from kit.paging import Page, PageQuery
from services.finance.pools import reading
from services.finance.pools.access import MayReadFunds
from services.finance.pools.schemas import BudgetView, PoolView

router = Router(tags=["pools"])
Code = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$", examples=["suke-980000"])]
Fund = TypeVar("Fund", PoolView, BudgetView)


@router.get("/pools", summary="Risk pools of your regions", operation_id="listPools")
async def list_pools(actor: MayReadFunds, reader: Snapshot, query: PageQuery) -> Page[PoolView]:
    """Pools whose region overlaps one that the caller serves, in order of code."""
    after = query.after("pools")
    found = await reading.list_pools(reader, actor, after=after, limit=query.limit)
    return query.page(found, "pools", key=lambda fund: (fund.code,), view=lambda fund: fund)


@router.get("/pools/{code}", summary="One risk pool", operation_id="readPool")
async def read_pool(actor: MayReadFunds, reader: Snapshot, code: Code) -> PoolView:
    """Its shares with their money and promises, and the circuit breaker."""
    return _there(await reading.read_pool(reader, actor, code))


@router.get("/budgets", summary="Subsidy budgets of your regions", operation_id="listBudgets")
async def list_budgets(actor: MayReadFunds, reader: Reader, query: PageQuery) -> Page[BudgetView]:
    """Budgets whose region overlaps one that the caller serves, in order of code."""
    after = query.after("budgets")
    found = await reading.list_budgets(reader, actor, after=after, limit=query.limit)
    return query.page(found, "budgets", key=lambda fund: (fund.code,), view=lambda fund: fund)


@router.get("/budgets/{code}", summary="One subsidy budget", operation_id="readBudget")
async def read_budget(actor: MayReadFunds, reader: Reader, code: Code) -> BudgetView:
    """Appropriated, committed, obligated and paid."""
    return _there(await reading.read_budget(reader, actor, code))


def _there(found: Fund | None) -> Fund:
    if found is None:
        raise NotFound
    return found
