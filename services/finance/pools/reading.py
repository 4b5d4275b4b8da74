"""Pools and budgets as the staff sees them, with what this caller may give to them. Never changes one."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from kit.auth import Actor
from kit.cases.schemas import AllowedAction
from kit.db import raw
from kit.schemas import Label
from services.finance.pools.access import PREFIX, giving_region, may_fund
from services.finance.pools.rules import SHARES, is_stopped
from services.finance.pools.schemas import BudgetView, PoolShareView, PoolView
from services.finance.pools.scope import overlapping, scope_of
from services.finance.pools.store import SHARE_COLUMNS, PoolShare

Row = Mapping[str, Any]
_SEEN = (
    f"{overlapping('region_code')} AND ($3::text IS NULL OR code = $3)"
    " AND ($4::text IS NULL OR code > $4) ORDER BY code LIMIT $5"
)
_POOLS = f"SELECT * FROM risk_pools WHERE {_SEEN}"  # noqa: S608  constants
_BUDGETS = f"SELECT * FROM budgets WHERE {_SEEN}"  # noqa: S608  constants
_SHARES = f"SELECT pool_code, {SHARE_COLUMNS} FROM risk_pool_shares WHERE pool_code = ANY ($1)"  # noqa: S608


async def list_pools(
    connection: AsyncConnection, actor: Actor, *, after: Sequence[str] | None = None, limit: int
) -> list[PoolView]:
    """Up to `limit + 1` pools, in order of code."""
    rows = await _rows(connection, _POOLS, actor, None, after, limit)
    return await _pools(connection, actor, rows)


async def read_pool(connection: AsyncConnection, actor: Actor, code: str) -> PoolView | None:
    rows = await _rows(connection, _POOLS, actor, code, None, 1)
    found = await _pools(connection, actor, rows)
    return found[0] if found else None


async def list_budgets(
    connection: AsyncConnection, actor: Actor, *, after: Sequence[str] | None = None, limit: int
) -> list[BudgetView]:
    """Up to `limit + 1` budgets, in order of code."""
    rows = await _rows(connection, _BUDGETS, actor, None, after, limit)
    return [_budget_view(row, actor) for row in rows]


async def read_budget(connection: AsyncConnection, actor: Actor, code: str) -> BudgetView | None:
    rows = await _rows(connection, _BUDGETS, actor, code, None, 1)
    return _budget_view(rows[0], actor) if rows else None


async def _rows(
    connection: AsyncConnection,
    statement: str,
    actor: Actor,
    code: str | None,
    after: Sequence[str] | None,
    limit: int,
) -> Sequence[Row]:
    driver = await raw(connection)
    last = after[0] if after else None
    return await driver.fetch(statement, *scope_of(actor), code, last, limit + 1)  # type: ignore[no-any-return]


async def _pools(connection: AsyncConnection, actor: Actor, rows: Sequence[Row]) -> list[PoolView]:
    driver = await raw(connection)
    shares: dict[str, list[PoolShare]] = {row["code"]: [] for row in rows}
    for each in await driver.fetch(_SHARES, list(shares)):
        values = dict(each)
        shares[values.pop("pool_code")].append(PoolShare(**values))
    return [_pool_view(row, shares[row["code"]], actor) for row in rows]


def _pool_view(row: Row, shares: Sequence[PoolShare], actor: Actor) -> PoolView:
    size = sum(each.contributed_fen for each in shares)
    low, high = row["target_min_fen"], row["target_max_fen"]
    exposure, npl = row["exposure_fen"], row["npl_fen"]
    return PoolView(
        code=row["code"],
        title=Label(zh=row["title_zh"], en=row["title_en"]),
        region_code=row["region_code"],
        is_demo=row["is_demo"],
        leverage=_plain(row["leverage"]),
        compensation_cap=_plain(row["compensation_cap"]),
        npl_stop_rate=_plain(row["npl_stop_rate"]),
        npl_judged_from_fen=row["npl_judged_from_fen"],
        parameters_from=row["parameters_from"],
        source_document=row["source_document"],
        exposure_fen=exposure,
        npl_fen=npl,
        npl_rate=str((Decimal(npl) / exposure if exposure else Decimal(0)).quantize(_RATE)),
        stopped=is_stopped(
            npl_fen=npl,
            exposure_fen=exposure,
            stop_rate=row["npl_stop_rate"],
            judged_from_fen=row["npl_judged_from_fen"],
        ),
        target_min_fen=low,
        target_max_fen=high,
        in_target=None if low is None else low <= size <= high,
        shares=[
            _share_view(each, row, actor)
            for each in sorted(shares, key=lambda each: SHARES.index(each.share))
        ],
    )


def _share_view(share: PoolShare, pool: Row, actor: Actor) -> PoolShareView:
    return PoolShareView(
        share=share.share,
        account=share.account_code,
        contributed_fen=share.contributed_fen,
        compensated_fen=share.compensated_fen,
        returned_fen=share.returned_fen,
        money_fen=share.money_fen,
        reserved_fen=share.reserved_fen,
        free_fen=share.free_fen,
        allowed_actions=_giving(
            giving_region(actor, share=share.share, region_code=pool["region_code"]) is not None,
            "contribute",
            f"{PREFIX}/pools/{pool['code']}/contributions",
            "share",
        ),
    )


def _giving(may: bool, action: str, href: str, *also: str) -> list[AllowedAction]:
    if not may:
        return []
    return [AllowedAction(action=action, requires=[*also, "amount_fen", "reference"], href=href)]


def _budget_view(row: Row, actor: Actor) -> BudgetView:
    return BudgetView(
        code=row["code"],
        title=Label(zh=row["title_zh"], en=row["title_en"]),
        region_code=row["region_code"],
        fiscal_year=row["fiscal_year"],
        account=row["account_code"],
        is_demo=row["is_demo"],
        appropriated_fen=row["appropriated_fen"],
        committed_fen=row["committed_fen"],
        obligated_fen=row["obligated_fen"],
        paid_fen=row["paid_fen"],
        refunded_fen=row["refunded_fen"],
        free_fen=row["appropriated_fen"] - row["committed_fen"],
        allowed_actions=_giving(
            may_fund(actor, share=None, region_code=row["region_code"]),
            "appropriate",
            f"{PREFIX}/budgets/{row['code']}/appropriations",
        ),
    )


_RATE = Decimal("0.000001")


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
