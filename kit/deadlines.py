"""The deadline ledger: started, paused, continued or restarted, met or missed, in working days.

Rows are history: a restart ends one row and begins another. The sweep finds what has passed by the
business clock and lets the system make the deadline's move. No timer is ever trusted.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from kit.driver import columns_of, insertion, raw, taken
from kit.tables import case_deadlines as ledger
from kit.workdays import WorkCalendar
from kit.workflow import Deadline, Move, Workflow

Row = dict[str, Any]
_COLUMNS = columns_of(ledger)
_LIVE = "SELECT * FROM case_deadlines WHERE case_id = $1 AND status IN ('running', 'paused')"
_KEEP = (
    f"{insertion(ledger)} ON CONFLICT (id) DO UPDATE SET status = EXCLUDED.status,"
    " due_on = EXCLUDED.due_on, workdays = EXCLUDED.workdays, paused_on = EXCLUDED.paused_on,"
    " ended_on = EXCLUDED.ended_on, provisional = EXCLUDED.provisional"
)


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
        driver = await raw(self.session)
        before = {row["key"]: dict(row) for row in await driver.fetch(_LIVE, self.case_id)}
        after = self.turned(before, workflow, move, source, target)
        for key, row in after.items():
            if row != before.get(key):
                await driver.execute(_KEEP, *taken(row, _COLUMNS))
        return min((r["due_on"] for r in after.values() if r["status"] == "running"), default=None)

    def turned(
        self, live: Mapping[str, Row], workflow: Workflow, move: Move, source: str, target: str
    ) -> dict[str, Row]:
        """The live deadlines by key as the move leaves them, ended and begun ones among them."""
        after = dict(live)
        for deadline in workflow.deadlines:
            row = self._turn(deadline, live.get(deadline.key), source, target)
            if row is not None:
                after[deadline.key] = row
        for key, workdays in move.extends.items():
            row = live.get(key)
            if row is not None and row["status"] == "running":
                due_on = self.calendar.add_workdays(row["due_on"], workdays)
                longer = {"due_on": due_on, "workdays": (row["workdays"] or 0) + workdays}
                after[key] = after[key] | longer | self._certainty(due_on)
        return after

    def _turn(self, deadline: Deadline, row: Row | None, source: str, target: str) -> Row | None:
        if row is None:
            # where it was missed while it ran, staying does not give new time
            begins = target in deadline.runs_in and source not in deadline.runs_in
            return self._begun(deadline) if begins else None
        if target in deadline.runs_in:
            if row["status"] == "running":
                return row
            rest = self.calendar.workdays_between(row["paused_on"], row["due_on"])
            due_on = self.calendar.add_workdays(self.today, rest)
            running = {"status": "running", "paused_on": None, "due_on": due_on}
            return row | running | self._certainty(due_on)
        if target in deadline.pauses_in:
            paused = row["status"] == "paused"
            return row if paused else row | {"status": "paused", "paused_on": self.today}
        met = row["status"] == "paused" or self.today <= row["due_on"]
        return row | {"status": "met" if met else "missed", "ended_on": self.today}

    def _begun(self, deadline: Deadline) -> Row:
        if deadline.workdays:
            due_on = self.calendar.add_workdays(self.today, deadline.workdays)
        else:
            due_on = self.calendar.end_of_period(self.today, days=deadline.days)
        return {
            "id": uuid.uuid4(),
            "case_id": self.case_id,
            "key": deadline.key,
            "kind": deadline.kind,
            "started_on": self.today,
            "workdays": deadline.workdays or None,
            "due_on": due_on,
            "status": "running",
            "failures": 0,
            **self._certainty(due_on),
        }

    def _certainty(self, due_on: date) -> Row:
        """Whether the holidays up to this day are announced; a notice may still move it."""
        return {"provisional": int(self.calendar.provisional(due_on.year))}


async def passed(session: AsyncSession, today: date, *, limit: int = 200) -> list[Any]:
    """Running deadlines whose last day is over, oldest first: (id, case_id, key, failures). One that could
    not be moved waits for its next try and keeps no other waiting."""
    query = (
        select(ledger.c.id, ledger.c.case_id, ledger.c.key, ledger.c.failures)
        .where(
            ledger.c.status == "running",
            ledger.c.due_on < today,
            or_(ledger.c.retry_at.is_(None), ledger.c.retry_at <= datetime.now(UTC)),
        )
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


async def put_off(session: AsyncSession, deadline_id: UUID, *, failures: int, error: str) -> None:
    """A deadline that could not be moved is tried again in a minute, then in two, at last each hour."""
    pause = timedelta(minutes=min(2**failures, 60))
    values = {"failures": failures + 1, "retry_at": datetime.now(UTC) + pause, "error": error[:500]}
    await session.execute(update(ledger).where(ledger.c.id == deadline_id).values(values))
