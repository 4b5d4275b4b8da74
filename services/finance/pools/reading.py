"""Pools and budgets as the staff sees them: those whose region overlaps one that the caller serves.

A city's officer sees the province's pool (the city answers with a share of it) and not another city's.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from kit.auth import Actor
from kit.db import raw
from kit.schemas import Label
from services.finance.pools.rules import SHARES, is_stopped
from services.finance.pools.schemas import BudgetView, PoolShareView, PoolView
from services.finance.pools.store import SHARE_COLUMNS, PoolShare

Row = Mapping[str, Any]
_OVERLAPS = (
    "($1 OR EXISTS (SELECT 1 FROM unnest($2::text[]) AS mine(prefix)"
    " WHERE starts_with(region_code, prefix)"
    " OR starts_with(prefix, regexp_replace(region_code, '(00)+$', ''))))"
    " AND ($3::text IS NULL OR code = $3) AND ($4::text IS NULL OR code > $4)"
    " ORDER BY code LIMIT $5"
)
_POOLS = f"SELECT * FROM risk_pools WHERE {_OVERLAPS}"  # noqa: S608  constants
_BUDGETS = f"SELECT * FROM budgets WHERE {_OVERLAPS}"  # noqa: S608  constants
_SHARES = f"SELECT pool_code, {SHARE_COLUMNS} FROM risk_pool_shares WHERE pool_code = ANY ($1)"  # noqa: S608


async def list_pools(
    connection: AsyncConnection, actor: Actor, *, after: str | None = None, limit: int
) -> list[PoolView]:
    """Up to `limit + 1` pools, in order of code."""
    return await _pools(connection, await _rows(connection, _POOLS, actor, None, after, limit))


async def read_pool(connection: AsyncConnection, actor: Actor, code: str) -> PoolView | None:
    found = await _pools(connection, await _rows(connection, _POOLS, actor, code, None, 1))
    return found[0] if found else None


async def list_budgets(
    connection: AsyncConnection, actor: Actor, *, after: str | None = None, limit: int
) -> list[BudgetView]:
    """Up to `limit + 1` budgets, in order of code."""
    rows = await _rows(connection, _BUDGETS, actor, None, after, limit)
    return [_budget_view(row) for row in rows]


async def read_budget(connection: AsyncConnection, actor: Actor, code: str) -> BudgetView | None:
    rows = await _rows(connection, _BUDGETS, actor, code, None, 1)
    return _budget_view(rows[0]) if rows else None


async def _rows(
    connection: AsyncConnection,
    statement: str,
    actor: Actor,
    code: str | None,
    after: str | None,
    limit: int,
) -> Sequence[Row]:
    driver = await raw(connection)
    prefixes = [prefix for prefix in actor.region_prefixes if prefix.isdigit()]
    everything = actor.has("administrator")
    return await driver.fetch(statement, everything, prefixes, code, after, limit + 1)  # type: ignore[no-any-return]


async def _pools(connection: AsyncConnection, rows: Sequence[Row]) -> list[PoolView]:
    driver = await raw(connection)
    shares: dict[str, list[PoolShare]] = {row["code"]: [] for row in rows}
    for each in await driver.fetch(_SHARES, list(shares)):
        values = dict(each)
        shares[values.pop("pool_code")].append(PoolShare(**values))
    return [_pool_view(row, shares[row["code"]]) for row in rows]


def _pool_view(row: Row, shares: Sequence[PoolShare]) -> PoolView:
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
            PoolShareView(
                share=each.share,
                account=each.account_code,
                contributed_fen=each.contributed_fen,
                compensated_fen=each.compensated_fen,
                returned_fen=each.returned_fen,
                money_fen=each.money_fen,
                reserved_fen=each.reserved_fen,
                free_fen=each.free_fen,
            )
            for each in sorted(shares, key=lambda each: SHARES.index(each.share))
        ],
    )


def _budget_view(row: Row) -> BudgetView:
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
    )


_RATE = Decimal("0.000001")


def _plain(number: Decimal) -> str:
    return format(number.normalize(), "f")
