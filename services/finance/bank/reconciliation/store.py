"""Every query on statements and breaks, each scoped by the bank."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text, tuple_, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.finance.bank.tables import BankStatement, ReconciliationBreak

_STATEMENTS = BankStatement.__table__  # type: ignore[attr-defined]  # SQLModel hides it from mypy
_BREAKS = ReconciliationBreak.__table__  # type: ignore[attr-defined]
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('bank-statements:' || :bank))")


async def hold_statements(session: AsyncSession, *, bank: str) -> date | None:
    """Keeps other uploads of this bank out until the end; returns the newest business date sent."""
    await session.execute(_LOCK, {"bank": bank})
    newest = select(func.max(_STATEMENTS.c.business_date)).where(_STATEMENTS.c.bank == bank)
    found: date | None = (await session.execute(newest)).scalar_one_or_none()
    return found


async def add_statement(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(_STATEMENTS), dict(values))


async def open_breaks(session: AsyncSession, *, bank: str) -> Sequence[Any]:
    """All that is open between this bank and us."""
    query = select(_BREAKS).where(_BREAKS.c.bank == bank, _BREAKS.c.state == "open")
    return (await session.execute(query)).all()


async def add_breaks(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        await session.execute(insert(_BREAKS), [dict(row) for row in rows])


async def change_break(session: AsyncSession, break_id: UUID, values: Mapping[str, Any]) -> None:
    await session.execute(update(_BREAKS).where(_BREAKS.c.id == break_id).values(**values))


async def list_breaks(
    connection: AsyncConnection,
    *,
    bank: str,
    state: str | None,
    after: tuple[date, UUID] | None,
    limit: int,
) -> Sequence[Any]:
    """Up to `limit + 1` breaks of this bank, the oldest first."""
    key = (_BREAKS.c.opened_on, _BREAKS.c.id)
    query = select(_BREAKS).where(_BREAKS.c.bank == bank)
    if state is not None:
        query = query.where(_BREAKS.c.state == state)
    if after is not None:
        query = query.where(tuple_(*key) > tuple_(*after))
    return (await connection.execute(query.order_by(*key).limit(limit + 1))).all()
