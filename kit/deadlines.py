"""The deadline ledger: started, paused, continued or restarted, met or missed, in working days.

Rows are history: a restart ends one row and begins another. The sweep finds what has passed by the
business clock and lets the system make the deadline's move. No timer is ever trusted.
"""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kit.tables import case_deadlines as ledger
from kit.workdays import WorkCalendar
from kit.workflow import Deadline, Move, Workflow

LIVE = ("running", "paused")


@dataclass(frozen=True)
class Clockwork:
    """One case's deadlines on one business day."""

    session: AsyncSession
    case_id: UUID
    today: date
    calendar: WorkCalendar

    async def advance(
        self, workflow: Workflow, move: Move, source: str, target: str
    ) -> date | None:
        """Brings the ledger from `source` to `target`; returns the earliest running due date."""
        rows = await self._live()
        for deadline in workflow.deadlines:
            await self._turn(deadline, rows.get(deadline.key), source, target)
        for key, workdays in move.extends.items():
            await self._extend(rows.get(key), workdays)
        query = select(ledger.c.due_on).where(
            ledger.c.case_id == self.case_id, ledger.c.status == "running"
        )
        return min((await self.session.execute(query)).scalars(), default=None)

    async def _live(self) -> dict[str, Any]:
        query = select(ledger).where(ledger.c.case_id == self.case_id, ledger.c.status.in_(LIVE))
        return {row.key: row for row in await self.session.execute(query)}

    async def _turn(self, deadline: Deadline, row: Any, source: str, target: str) -> None:
        if target in deadline.runs_in:
            if row is None and source not in deadline.runs_in:
                await self._start(deadline)
            elif row is None:
                return  # missed while it ran: staying does not give new time
            elif row.status == "paused":
                rest = self.calendar.workdays_between(row.paused_on, row.due_on)
                due_on = self.calendar.add_workdays(self.today, rest)
                await self._set(row.id, status="running", paused_on=None, due_on=due_on)
        elif row is not None and target in deadline.pauses_in:
            if row.status == "running":
                await self._set(row.id, status="paused", paused_on=self.today)
        elif row is not None:
            met = row.status == "paused" or self.today <= row.due_on
            await self._set(row.id, status="met" if met else "missed", ended_on=self.today)

    async def _start(self, deadline: Deadline) -> None:
        if deadline.workdays:
            due_on = self.calendar.add_workdays(self.today, deadline.workdays)
        else:
            due_on = self.calendar.end_of_period(self.today, days=deadline.days)
        values = {
            "id": uuid.uuid4(),
            "case_id": self.case_id,
            "key": deadline.key,
            "kind": deadline.kind,
            "started_on": self.today,
            "workdays": deadline.workdays or None,
            "due_on": due_on,
            "status": "running",
            "provisional": int(self.calendar.provisional(due_on.year)),
        }
        await self.session.execute(insert(ledger), values)

    async def _extend(self, row: Any, workdays: int) -> None:
        if row is not None and row.status == "running":
            due_on = self.calendar.add_workdays(row.due_on, workdays)
            await self._set(row.id, due_on=due_on, workdays=(row.workdays or 0) + workdays)

    async def _set(self, row_id: UUID, **values: Any) -> None:
        await self.session.execute(update(ledger).where(ledger.c.id == row_id).values(**values))


async def passed(session: AsyncSession, today: date, *, limit: int = 200) -> list[Any]:
    """Running deadlines whose last day is over, oldest first: (id, case_id, key)."""
    query = (
        select(ledger.c.id, ledger.c.case_id, ledger.c.key)
        .where(ledger.c.status == "running", ledger.c.due_on < today)
        .order_by(ledger.c.due_on)
        .limit(limit)
    )
    return list(await session.execute(query))


async def miss(session: AsyncSession, deadline_id: UUID, today: date) -> bool:
    """Marks a running deadline as missed; False where somebody was faster."""
    statement = (
        update(ledger)
        .where(ledger.c.id == deadline_id, ledger.c.status == "running")
        .values(status="missed", ended_on=today)
        .returning(ledger.c.id)
    )
    return (await session.execute(statement)).first() is not None
