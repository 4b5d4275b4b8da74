"""Whoever has to answer is reminded once, a few days before the last day.

One reminder for each last day: a clock that was moved has another one. What was answered meanwhile is not
reminded of, nor what began only today. Registered with the sweep of deadlines.
"""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import structlog
from pydantic import BaseModel
from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import SYSTEM
from kit.cases import service
from kit.cases.service import Matters
from kit.db import is_unreachable
from kit.outbox import Event, emit
from kit.tables import case_deadlines as ledger

log = structlog.get_logger(__name__)
DAYS_BEFORE = 3
"""演示参数: calendar days. No law says when to remind."""
AT_ONCE = 200


class CaseReminded(BaseModel):
    """`<service>.case.reminded.v1`: the audience has until `due_on` to do what the case waits for."""

    case_id: UUID
    reference: str
    matter: str
    key: str
    due_on: date


async def remind_due(state: Any, matters: Matters) -> int:
    """Reminds of every answer that is due soon, each in its own transaction; returns how many."""
    today, told = state.clock.today(), 0
    async with state.database.reader() as connection:
        found = await _due_soon(connection, today)
    for row in found:
        try:
            told += await _remind_one(state, matters, row)
        except Exception as error:  # one case's fault is no other's
            if is_unreachable(error):
                raise
            log.error("reminder_failed", case=str(row.case_id), key=row.key, exc_info=error)
    return told


async def _due_soon(connection: AsyncConnection, today: date) -> list[Any]:
    query = (
        select(ledger.c.id, ledger.c.case_id, ledger.c.key, ledger.c.due_on)
        .where(
            ledger.c.status == "running",
            ledger.c.kind == "answer",
            ledger.c.due_on.between(today, today + timedelta(days=DAYS_BEFORE)),
            ledger.c.started_on < today,
            or_(ledger.c.reminded_for.is_(None), ledger.c.reminded_for != ledger.c.due_on),
        )
        .order_by(ledger.c.due_on)
        .limit(AT_ONCE)
    )
    return list(await connection.execute(query))


async def _remind_one(state: Any, matters: Matters, row: Any) -> int:
    async with state.database.transaction() as session:
        context = await service.load(state, session, matters, SYSTEM, row.case_id, if_match=None)
        if not await _mark(session, row):
            return 0
        case = context.case
        asked = tuple(dict.fromkeys(await context.matter.handler.asked(context)))
        if not asked:
            return 0
        data = CaseReminded(
            case_id=case.id,
            reference=case.reference,
            matter=case.matter,
            key=row.key,
            due_on=row.due_on,
        )
        event = Event(
            type=f"{state.service.name}.case.reminded.v1",
            aggregate=("deadline", str(row.id)),
            sequence=row.due_on.toordinal(),
            data=data,
            audience=asked,
            occurred_at=context.now,
        )
        await emit(session, event)
        return 1


async def _mark(session: AsyncSession, row: Any) -> bool:
    """False where it was answered or moved meanwhile, or another worker was faster."""
    marked = (
        update(ledger)
        .where(
            ledger.c.id == row.id,
            ledger.c.status == "running",
            ledger.c.due_on == row.due_on,
            or_(ledger.c.reminded_for.is_(None), ledger.c.reminded_for != row.due_on),
        )
        .values(reminded_for=row.due_on)
        .returning(ledger.c.id)
    )
    return (await session.execute(marked)).first() is not None
