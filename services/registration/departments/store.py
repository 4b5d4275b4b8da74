"""Every query on openings and tasks. Who may see which task is decided here, for lists and reads alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, and_, false, func, insert, or_, select, true, tuple_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from services.registration.departments.tables import (
    DepartmentOpening,
    DepartmentTask,
    DepartmentTaskEvent,
)

# SQLModel hides the tables from mypy.
openings = DepartmentOpening.__table__  # type: ignore[attr-defined]
tasks = DepartmentTask.__table__  # type: ignore[attr-defined]
events = DepartmentTaskEvent.__table__  # type: ignore[attr-defined]
Connection = AsyncSession | AsyncConnection
SETTLED = ("receipted", "completed", "waived")
ON_THE_WAY = ("pending", "sent")
_SHOWN = (
    *(column for column in tasks.c if column.name != "payload_sealed"),
    openings.c.case_id,
    openings.c.uscc,
    openings.c.enterprise_name,
    openings.c.due_on.label("opening_due_on"),
)


@dataclass(frozen=True, slots=True)
class TaskFilter:
    """What a caller looks for; None means any."""

    state: str | None = None
    department: str | None = None
    case_id: UUID | None = None


def visible_to(actor: Actor) -> Any:
    """A department's officer: own department and regions. An officer of the registration authority:
    their regions. A founder: their own openings. An administrator: all."""
    if actor.has("administrator", "system"):
        return true()
    in_region = or_(
        false(),
        *(tasks.c.region_code.startswith(p, autoescape=True) for p in actor.region_prefixes),
    )
    ways: list[Any] = [openings.c.applicant_sub == actor.sub]
    if actor.person:
        ways.append(openings.c.applicant_person == actor.person)
    if actor.has("department_officer") and actor.org:
        ways.append(and_(tasks.c.department == actor.org, in_region))
    if actor.has("officer", "head"):
        ways.append(in_region)
    return or_(*ways)


def _rows(actor: Actor) -> Select[Any]:
    joined = tasks.join(openings, openings.c.id == tasks.c.opening_id)
    return select(*_SHOWN).select_from(joined).where(visible_to(actor))


async def list_tasks(
    connection: Connection, actor: Actor, wanted: TaskFilter, *,
    after: tuple[date, UUID] | None, limit: int,
) -> Sequence[Any]:  # fmt: skip
    """Up to `limit + 1` tasks, what is due first first."""
    query = _rows(actor).order_by(tasks.c.due_on, tasks.c.id).limit(limit + 1)
    if wanted.state is not None:
        query = query.where(tasks.c.state == wanted.state)
    if wanted.department is not None:
        query = query.where(tasks.c.department == wanted.department)
    if wanted.case_id is not None:
        query = query.where(openings.c.case_id == wanted.case_id)
    if after is not None:
        query = query.where(tuple_(tasks.c.due_on, tasks.c.id) > after)
    rows: Sequence[Any] = (await connection.execute(query)).all()
    return rows


async def find_task(connection: Connection, task_id: UUID, actor: Actor) -> Any | None:
    """One task where the actor may know of it."""
    return (await connection.execute(_rows(actor).where(tasks.c.id == task_id))).first()


async def history(connection: Connection, task_id: UUID) -> Sequence[Any]:
    """All that happened to a task, oldest first."""
    query = select(events).where(events.c.task_id == task_id).order_by(events.c.id)
    return (await connection.execute(query)).all()


async def opening_of_case(connection: Connection, case_id: UUID) -> Any | None:
    """The opening of a case, if its licence has been issued."""
    query = select(openings).where(openings.c.case_id == case_id)
    return (await connection.execute(query)).first()


async def tasks_of_opening(connection: Connection, opening_id: UUID) -> Sequence[Any]:
    """All tasks of an opening. The caller has checked that the case may be seen."""
    joined = tasks.join(openings, openings.c.id == tasks.c.opening_id)
    query = select(*_SHOWN).select_from(joined).where(tasks.c.opening_id == opening_id)
    return (await connection.execute(query.order_by(tasks.c.created_at, tasks.c.id))).all()


async def add_opening(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """Insert an opening; False where this case or enterprise already has one."""
    statement = pg_insert(openings).values(**values).on_conflict_do_nothing()
    return (await session.execute(statement.returning(openings.c.id))).first() is not None


async def add_tasks(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert the tasks of a new opening."""
    await session.execute(insert(tasks), [dict(row) for row in rows])


async def add_events(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append to the history."""
    await session.execute(insert(events), [dict(row) for row in rows])


async def lock_task(session: AsyncSession, task_id: UUID) -> Any | None:
    """A task, kept from everybody else until the end of the transaction."""
    query = select(tasks).where(tasks.c.id == task_id).with_for_update()
    return (await session.execute(query)).first()


async def task_id_by_reference(session: AsyncSession, reference: str) -> UUID | None:
    """Whose filing a department speaks of."""
    query = select(tasks.c.id).where(tasks.c.reference == reference)
    return (await session.execute(query)).scalar_one_or_none()


async def opening(session: AsyncSession, opening_id: UUID) -> Any:
    """The opening of a task."""
    return (await session.execute(select(openings).where(openings.c.id == opening_id))).one()


async def write_task(session: AsyncSession, task: Any, values: Mapping[str, Any]) -> Any:
    """Change a locked task; its version grows by one. Gives the new row."""
    statement = (
        update(tasks)
        .where(tasks.c.id == task.id, tasks.c.version == task.version)
        .values(version=task.version + 1, **values)
        .returning(tasks)
    )
    return (await session.execute(statement)).one()


async def complete_opening(session: AsyncSession, opening_id: UUID, *, at: datetime) -> Any | None:
    """Close the opening if no task is left, once: the row, or None. Locks it first, so that the last
    two tasks do not each take the other for unfinished."""
    query = select(openings).where(openings.c.id == opening_id).with_for_update()
    row = (await session.execute(query)).one()
    left = select(func.count()).where(
        tasks.c.opening_id == opening_id, tasks.c.state.not_in(SETTLED)
    )
    if row.state != "running" or (await session.execute(left)).scalar_one() > 0:
        return None
    statement = (
        update(openings)
        .where(openings.c.id == opening_id)
        .values(state="completed", completed_at=at, version=row.version + 1)
        .returning(openings)
    )
    return (await session.execute(statement)).one()


async def count_by_state(session: AsyncSession, opening_id: UUID) -> dict[str, int]:
    """How many tasks of an opening are in each state."""
    query = (
        select(tasks.c.state, func.count())
        .where(tasks.c.opening_id == opening_id)
        .group_by(tasks.c.state)
    )
    return {row[0]: row[1] for row in await session.execute(query)}


async def forgotten(
    session: AsyncSession, *, before: datetime, today: date, limit: int = 200
) -> Sequence[Any]:
    """Tasks on their way whose next step is overdue or whose last day is over. Locked; rows that
    another sweep holds are left to it."""
    query = (
        select(tasks)
        .where(
            tasks.c.state.in_(ON_THE_WAY),
            or_(tasks.c.next_attempt_at < before, tasks.c.due_on < today),
        )
        .order_by(tasks.c.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return (await session.execute(query)).all()
