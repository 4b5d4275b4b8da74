"""Every statement on vouchers and on the places that they give to. A place's own row is locked first, so that
whatever happens to one pool or budget happens in an order."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.db import raw
from services.finance.pools.budgets.store import add_appropriation
from services.finance.pools.scope import overlapping, scope_of
from services.finance.pools.store import add_to_shares
from services.finance.pools.vouchers.rules import Fund, Place, Voucher

Connection = AsyncConnection | AsyncSession

_LOCK_POOL = "SELECT FROM risk_pools WHERE code = $1 FOR NO KEY UPDATE"
_LOCK_BUDGET = "SELECT FROM budgets WHERE code = $1 FOR NO KEY UPDATE"
_POOL_FUND = (
    "SELECT p.region_code, s.leverage, s.reserved_fen AS bound_fen,"  # noqa: S608  constants
    " s.contributed_fen - s.compensated_fen + s.returned_fen AS money_fen"
    " FROM risk_pools p JOIN risk_pool_shares s ON s.pool_code = p.code WHERE p.code = $3 AND s.share = $4"
    f" AND {overlapping('p.region_code')}"
)
_BUDGET_FUND = (
    "SELECT region_code, appropriated_fen AS money_fen, committed_fen AS bound_fen,"  # noqa: S608
    f" 1::numeric AS leverage FROM budgets WHERE code = $3 AND {overlapping('region_code')}"
)
_COLUMNS = (
    "id", "kind", "pool_code", "share", "budget_code", "region_code", "reference", "entry",
    "amount_fen", "reverses", "reason", "value_on", "confirm_by", "state", "version",
    "proposed_by", "proposed_by_person", "proposed_by_name", "proposed_at", "settled_by",
    "settled_by_person", "settled_by_name", "settled_reason", "settled_at",
)  # fmt: skip
_VOUCHER = (
    f"SELECT {', '.join(f'v.{name}' for name in _COLUMNS)}, r.id AS reversal_id,"  # noqa: S608
    " r.state AS reversal_state FROM vouchers v LEFT JOIN vouchers r"
    " ON r.reverses = v.id AND r.state IN ('proposed', 'confirmed')"
)
_LIVE = (
    f"{_VOUCHER} WHERE coalesce(v.pool_code, v.budget_code) = $1 AND v.kind = $2"
    " AND v.reference = $3 AND v.state IN ('proposed', 'confirmed')"
)
_ATTEMPTS = (
    "SELECT count(*) FROM vouchers WHERE coalesce(pool_code, budget_code) = $1 AND kind = $2"
    " AND reference = $3"
)
_FIND = f"{_VOUCHER} WHERE v.id = $3 AND {overlapping('v.region_code')}"
_LIST = (
    f"{_VOUCHER} WHERE {overlapping('v.region_code')} AND ($3::text IS NULL OR v.state = $3)"
    " AND ($4::text IS NULL OR v.pool_code = $4) AND ($5::text IS NULL OR v.budget_code = $5)"
    " AND ($6::timestamptz IS NULL OR (v.proposed_at, v.id) < ($6, $7::uuid))"
    " ORDER BY v.proposed_at DESC, v.id DESC LIMIT $8"
)
_SETTLE = (
    "UPDATE vouchers SET state = $3, value_on = coalesce($4, value_on), settled_by = $5,"
    " settled_by_person = $6, settled_by_name = $7, settled_reason = $8, settled_at = $9,"
    " version = version + 1 WHERE id = $1 AND version = $2"
)


async def lock_place(session: AsyncSession, actor: Actor, place: Place) -> Fund | None:
    """What stands at a place that the caller may see, its row held until this transaction ends."""
    if await fund_of(session, actor, place) is None:
        return None
    driver = await raw(session)
    await driver.execute(_LOCK_BUDGET if place.budget_code else _LOCK_POOL, place.code)
    return await fund_of(session, actor, place)


async def fund_of(connection: Connection, actor: Actor, place: Place) -> Fund | None:
    driver = await raw(connection)
    if place.budget_code is not None:
        row = await driver.fetchrow(_BUDGET_FUND, *scope_of(actor), place.budget_code)
    else:
        row = await driver.fetchrow(_POOL_FUND, *scope_of(actor), place.pool_code, place.share)
    return Fund(**row) if row else None


async def add_money(session: AsyncSession, place: Place, amount_fen: int) -> None:
    """Adds to what was given to a place; a negative amount takes back."""
    if place.budget_code is not None:
        await add_appropriation(session, place.budget_code, amount_fen)
    else:
        assert place.pool_code is not None
        assert place.share is not None
        await add_to_shares(session, place.pool_code, "contributed_fen", {place.share: amount_fen})


async def find(connection: Connection, actor: Actor, voucher_id: UUID) -> Voucher | None:
    """A voucher of a fund that the caller may see."""
    driver = await raw(connection)
    row = await driver.fetchrow(_FIND, *scope_of(actor), voucher_id)
    return _voucher(row) if row else None


async def list_vouchers(
    connection: Connection,
    actor: Actor,
    *,
    state: str | None,
    pool_code: str | None,
    budget_code: str | None,
    after: Sequence[Any] | None,
    limit: int,
) -> list[Voucher]:
    """Up to `limit + 1` vouchers that the caller may see, the newest first."""
    driver = await raw(connection)
    at, number = after or (None, None)
    rows = await driver.fetch(
        _LIST, *scope_of(actor), state, pool_code, budget_code, at, number, limit + 1
    )
    return [_voucher(row) for row in rows]


async def live_voucher(session: AsyncSession, place: Place, reference: str) -> Voucher | None:
    """The voucher that has a number now: proposed or confirmed."""
    driver = await raw(session)
    row = await driver.fetchrow(_LIVE, place.code, place.kind, reference)
    return _voucher(row) if row else None


async def attempts(session: AsyncSession, place: Place, reference: str) -> int:
    """How often a number was proposed at a place, whatever became of it."""
    driver = await raw(session)
    return int(await driver.fetchval(_ATTEMPTS, place.code, place.kind, reference))


async def overdue(connection: Connection, today: date, *, limit: int) -> list[UUID]:
    """Vouchers whose last day has passed without a second person."""
    driver = await raw(connection)
    rows = await driver.fetch(
        "SELECT id FROM vouchers WHERE state = 'proposed' AND confirm_by < $1"
        " ORDER BY confirm_by, id LIMIT $2",
        today,
        limit,
    )
    return [row["id"] for row in rows]


async def insert(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """A new voucher; `values` are its columns."""
    columns = list(values)
    driver = await raw(session)
    await driver.execute(
        f"INSERT INTO vouchers ({', '.join(columns)})"  # noqa: S608  our own columns
        f" VALUES ({', '.join(f'${n}' for n in range(1, len(columns) + 1))})",
        *values.values(),
    )


async def settle(session: AsyncSession, voucher: Voucher, *settled: Any) -> None:
    """Ends a proposed voucher: state, value date, who (account, person, name), why, when."""
    driver = await raw(session)
    await driver.execute(_SETTLE, voucher.id, voucher.version, *settled)


async def touch(session: AsyncSession, voucher_id: UUID) -> None:
    """Another version of a voucher whose reversal came or went: what was seen of it is stale."""
    driver = await raw(session)
    await driver.execute("UPDATE vouchers SET version = version + 1 WHERE id = $1", voucher_id)


def _voucher(row: Mapping[str, Any]) -> Voucher:
    values = dict(row)
    place = Place(values.pop("pool_code"), values.pop("share"), values.pop("budget_code"))
    return Voucher(place=place, **values)
