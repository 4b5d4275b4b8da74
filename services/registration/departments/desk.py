"""One transaction at one instant, with what every step on tasks needs; and the one way a task moves.

Two clocks on purpose: legal days run by the business clock (movable in the sandbox), pauses between
tries by the machine's, because the job queue waits by that one.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from kit.crypto import Vault
from kit.workdays import WorkCalendar
from services.registration.departments import store
from services.registration.departments.errors import TaskNotOpen
from services.registration.departments.rules import RetryPolicy
from services.registration.departments.workflow import WORKFLOW


@dataclass(frozen=True, slots=True)
class Line:
    """What a step leaves in the task's history."""

    kind: str
    outcome: str
    http_status: int | None = None
    duration_ms: int | None = None
    actor_sub: str | None = None
    note: str | None = None


def _chance() -> float:
    return random.random()  # noqa: S311  spreads retries, protects nothing


@dataclass(frozen=True)
class Desk:
    """Where one step works. `now` and `today` are business time, `machine_now` is the queue's."""

    session: AsyncSession
    now: datetime
    today: date
    calendar: WorkCalendar
    vault: Vault
    policy: RetryPolicy
    lease_seconds: float
    machine_now: datetime = field(default_factory=lambda: datetime.now(UTC))
    chance: float = field(default_factory=_chance)

    async def record(self, task: Any, line: Line) -> None:
        """Append to the history without moving the task."""
        await store.add_events(self.session, [self._event(task, line)])

    async def write(self, task: Any, **values: Any) -> Any:
        """Change a locked task without moving it; gives the new row."""
        return await store.write_task(self.session, task, {"updated_at": self.now} | values)

    async def move(
        self, task: Any, action: str, line: Line, *, by: str = "system", **values: Any
    ) -> Any:
        """Make a move that the workflow knows; gives the new row. Raises TaskNotOpen 409."""
        found = WORKFLOW.find(action, task.state)
        if found is None or by not in found.by:
            raise TaskNotOpen(extra={"action": action, "state": task.state})
        changed: dict[str, Any] = {"state": found.target, "updated_at": self.now} | values
        if WORKFLOW.is_closed(found.target):
            changed |= {"settled_at": self.now, "next_attempt_at": None, "problem_code": None,
                        "problem_text": None}  # fmt: skip
        row = await store.write_task(self.session, task, changed)
        await store.add_events(self.session, [self._event(row, line)])
        return row

    def _event(self, task: Any, line: Line) -> Mapping[str, Any]:
        return {
            "task_id": task.id,
            "round": task.round,
            "kind": line.kind,
            "outcome": line.outcome,
            "http_status": line.http_status,
            "duration_ms": line.duration_ms,
            "actor_sub": line.actor_sub,
            "note": line.note,
            "at": self.now,
        }


def desk_for(state: Any, session: AsyncSession) -> Desk:
    """A desk from the process's state (kit.http.prepare_state)."""
    settings = state.settings
    return Desk(
        session=session,
        now=state.clock.now(),
        today=state.clock.today(),
        calendar=state.calendar,
        vault=state.vault,
        policy=RetryPolicy(
            attempts=settings.departments_attempts, base_seconds=settings.departments_retry_seconds
        ),
        lease_seconds=settings.departments_lease_seconds,
    )
