"""What an administrator looks after in a service: parked events, failed jobs, clocks that could not be moved,
what still waits to be told. Each can be tried again; whatever is done says by whom. kit/measuring.py says the
same in numbers.
"""

import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated, Any

import structlog
from fastapi import Depends, Path
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit import parking
from kit.auth import Actor, permission
from kit.db import Reader, Session
from kit.errors import NotFound, Problem
from kit.http import Router
from kit.problems import problems
from kit.schemas import In, Out, ShortText
from kit.tables import case_deadlines, operator_actions, outbox

log = structlog.get_logger(__name__)
MayOperate = Annotated[Actor, Depends(permission("operations:act"))]
JobNumber = Annotated[int, Path(ge=1, le=2**53 - 1)]
SHOWN, ACTIONS_SHOWN = 100, 20


class NotTaken(Problem):
    """The event was tried again and could still not be taken."""

    code = "parked_event_not_taken"
    status = 409
    title_zh = "重试仍未成功，事件继续搁置"
    title_en = "It could still not be taken; the event stays parked"


class JobWaitsAlready(Problem):
    """The failed job's queueing lock is held by one that waits: at most one of a lock may."""

    code = "job_waits_already"
    status = 409
    title_zh = "同样的任务已在排队，不必重试"
    title_en = "The same job waits already; it need not be run again"


class ParkedView(Out):
    """An event that a handler could not take. `behind`: an earlier one of its subject goes first."""

    id: uuid.UUID
    consumer: str
    type: str
    subject: str
    error: str
    tries: int
    behind: bool
    parked_at: datetime


class FailedJobView(Out):
    """A job that was tried as often as it may be."""

    id: int
    task: str
    attempts: int
    failed_at: datetime | None


class PutOffView(Out):
    """A legal deadline that has passed and could not be moved; it is tried again by itself."""

    id: uuid.UUID
    case_id: uuid.UUID
    key: str
    due_on: date
    failures: int
    error: str
    retry_at: datetime


class OperatorActionView(Out):
    """What somebody did: `retry_event`, `give_up_event`, `retry_job`, `give_up_job`, `send_again`."""

    at: datetime
    by_name: str
    action: str
    subject: str
    reason: str | None


class OperationsView(Out):
    """Up to a hundred of each, the oldest first. `untold`: events that wait to be published, `untold_since`
    when the oldest of them happened. `actions`: the last twenty, newest first."""

    parked_events: list[ParkedView]
    failed_jobs: list[FailedJobView]
    deadlines: list[PutOffView]
    untold: int
    untold_since: datetime | None
    actions: list[OperatorActionView]


class Settlement(In):
    """Why an event or a job is given up. Kept with who did it."""

    reason: ShortText


class Settled(Out):
    """How a parked event stands after somebody acted."""

    id: uuid.UUID
    state: str


_FAILED = text(
    "SELECT j.id, j.task_name AS task, j.attempts,"
    " (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id) AS failed_at"
    " FROM procrastinate_jobs j WHERE j.status = 'failed' ORDER BY j.id LIMIT :shown"
)
_AGAIN = text(
    "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = now()"
    " WHERE id = :id AND status = 'failed' RETURNING task_name"
)
_NO_MORE = text(
    "UPDATE procrastinate_jobs SET status = 'cancelled' WHERE id = :id AND status = 'failed'"
    " RETURNING task_name"
)


@dataclass(frozen=True, slots=True)
class Doer:
    """Who acts, as it is written down."""

    sub: str
    name: str

    @classmethod
    def of(cls, actor: Actor) -> "Doer":
        return cls(actor.sub, actor.name or actor.sub)


async def note(
    session: AsyncSession,
    by: Doer,
    action: str,
    *,
    subject: str,
    reference: object,
    reason: str | None = None,
) -> None:
    """Writes down who did what, in the transaction in which it is done."""
    values = {
        "at": datetime.now(UTC),
        "by_sub": by.sub,
        "by_name": by.name,
        "action": action,
        "subject": subject,
        "reference": str(reference),
        "reason": reason,
    }
    await session.execute(insert(operator_actions).values(values))
    log.info("operated", action=action, subject=subject, reference=str(reference), by=by.sub)


async def overview(connection: AsyncConnection) -> OperationsView:
    """What needs somebody now."""
    rows = await parking.open_ones(connection, limit=SHOWN)
    failed = list(await connection.execute(_FAILED, {"shown": SHOWN}))
    d = case_deadlines
    late = (
        select(d.c.id, d.c.case_id, d.c.key, d.c.due_on, d.c.failures, d.c.error, d.c.retry_at)
        .where(d.c.status == "running", d.c.failures > 0)
        .order_by(d.c.due_on)
        .limit(SHOWN)
    )
    waiting = select(func.count(), func.min(outbox.c.occurred_at)).where(
        outbox.c.published_at.is_(None)
    )
    count, since = (await connection.execute(waiting)).one()
    a = operator_actions
    done = select(a).order_by(a.c.id.desc()).limit(ACTIONS_SHOWN)
    return OperationsView(
        parked_events=[_parked(row) for row in rows],
        failed_jobs=[FailedJobView.model_validate(row) for row in failed],
        deadlines=[PutOffView.model_validate(row) for row in await connection.execute(late)],
        untold=count,
        untold_since=since,
        actions=[OperatorActionView.model_validate(row) for row in await connection.execute(done)],
    )


def _parked(row: Any) -> ParkedView:
    return ParkedView.model_validate({**row._mapping, "behind": row.error == parking.BEHIND})


async def run_again(session: AsyncSession, job_id: int, *, by: Doer) -> None:
    """A failed job waits again, with all its tries. Raises NotFound for one that has not failed, and
    JobWaitsAlready where one of its queueing lock waits."""
    try:
        async with session.begin_nested():
            found = (await session.execute(_AGAIN, {"id": job_id})).first()
    except IntegrityError as error:
        raise JobWaitsAlready from error
    if found is None:
        raise NotFound
    await note(session, by, "retry_job", subject=found.task_name, reference=job_id)


async def give_up_job(session: AsyncSession, job_id: int, *, by: Doer, reason: str) -> None:
    """A failed job is not run again. Raises NotFound for one that has not failed."""
    found = (await session.execute(_NO_MORE, {"id": job_id})).first()
    if found is None:
        raise NotFound
    await note(session, by, "give_up_job", subject=found.task_name, reference=job_id, reason=reason)


Take = Callable[[AsyncSession, str, dict[str, Any]], Awaitable[None]]


async def take_again(
    session: AsyncSession, event_id: uuid.UUID, take: Take, *, by: Doer
) -> Settled:
    """Raises NotFound, AlreadySettled, EarlierParked, and NotTaken where the handler still raises."""
    try:
        row = await parking.try_again(session, event_id, take, by=by.sub)
    except Problem:
        raise
    except Exception as error:
        log.warning("parked_event_not_taken", event_id=str(event_id), error=repr(error)[:200])
        raise NotTaken(detail_zh=repr(error)[:200], detail_en=repr(error)[:200]) from error
    await note(session, by, "retry_event", subject=row.type, reference=event_id)
    return Settled(id=row.id, state=row.state)


async def give_up_event(
    session: AsyncSession, event_id: uuid.UUID, *, by: Doer, reason: str
) -> Settled:
    """Raises NotFound, AlreadySettled."""
    row = await parking.give_up(session, event_id, by=by.sub, reason=reason)
    await note(session, by, "give_up_event", subject=row.type, reference=event_id, reason=reason)
    return Settled(id=row.id, state=row.state)


def operations_router(take: Take) -> Router:
    """The routes of a service whose worker takes events by `take`."""
    router = Router(prefix="/operations", tags=["operations"])

    @router.get("", summary="What needs an administrator", operation_id="readOperations")
    async def read(reader: Reader, _: MayOperate) -> OperationsView:
        return await overview(reader)

    @router.post(
        "/parked-events/{event_id}/actions/retry",
        summary="Take a parked event again",
        operation_id="retryParkedEvent",
        responses=problems(NotFound, parking.AlreadySettled, parking.EarlierParked, NotTaken),
    )
    async def retry(event_id: uuid.UUID, session: Session, actor: MayOperate) -> Settled:
        return await take_again(session, event_id, take, by=Doer.of(actor))

    @router.post(
        "/parked-events/{event_id}/actions/give-up",
        summary="Give a parked event up",
        operation_id="giveUpParkedEvent",
        responses=problems(NotFound, parking.AlreadySettled),
    )
    async def give_up(
        event_id: uuid.UUID, given: Settlement, session: Session, actor: MayOperate
    ) -> Settled:
        return await give_up_event(session, event_id, by=Doer.of(actor), reason=given.reason)

    @router.post(
        "/failed-jobs/{number}/actions/retry",
        summary="Run a failed job again",
        operation_id="retryFailedJob",
        status_code=204,
        responses=problems(NotFound, JobWaitsAlready),
    )
    async def again(number: JobNumber, session: Session, actor: MayOperate) -> None:
        await run_again(session, number, by=Doer.of(actor))

    @router.post(
        "/failed-jobs/{number}/actions/give-up",
        summary="Give a failed job up",
        operation_id="giveUpFailedJob",
        status_code=204,
        responses=problems(NotFound),
    )
    async def no_more(
        number: JobNumber, given: Settlement, session: Session, actor: MayOperate
    ) -> None:
        await give_up_job(session, number, by=Doer.of(actor), reason=given.reason)

    return router
