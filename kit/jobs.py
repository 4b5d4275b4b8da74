"""Work that waits, retries or calls outside: Procrastinate on the service's own PostgreSQL.

    jobs = Jobs("registration")

    @jobs.task("licences.render", attempts=8)
    async def render(context: JobContext, *, licence_id: str) -> None: ...

    await defer(session, "licences.render", {"licence_id": "…"})      in the cause's own transaction

Steps must be idempotent: a job whose worker died runs again. Legal deadlines are not jobs; they are
rows of the deadline ledger, swept by the business clock.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import orjson
import procrastinate
import structlog
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from kit.db import Database
from kit.stopping import heed_stop

log = structlog.get_logger(__name__)
QUEUE = "default"
STALLED_SECONDS = 30
FIRST = 100
"""What comes by the clock goes before what waits in a queue: the law's days end whatever else waits."""
_DEFER = text(
    "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW(:queue, :task, 0, :lock, :queueing_lock,"
    " CAST(:args AS jsonb), CAST(:at AS timestamptz))::procrastinate_job_to_defer_v1])"
)


_WAITS = text(
    "SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = :queueing_lock"
    " AND status IN ('todo', 'doing') LIMIT 1"
)
_ANOTHER_WAITS = text(
    "SELECT 1 FROM procrastinate_jobs WHERE queueing_lock = :queueing_lock AND id <> :id"
    " AND status = 'todo' LIMIT 1"
)
_END_STALLED = (
    "UPDATE procrastinate_jobs SET status = 'cancelled' WHERE id = %(id)s AND status = 'doing'"
)
_UNIQUE_VIOLATION = "23505"


class RetryLater(Exception):
    """Raised by a job whose counterpart asked to come back: `after_seconds` from now."""

    def __init__(self, after_seconds: float, reason: str = "") -> None:
        super().__init__(reason or f"again in {after_seconds} s")
        self.after_seconds = after_seconds


@dataclass(frozen=True)
class Backoff(BaseRetryStrategy):
    """Exponential pauses with full jitter, at most `attempts` tries and `cap_seconds` between two."""

    attempts: int = 8
    base_seconds: float = 1.0
    cap_seconds: float = 300.0

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if job.attempts >= self.attempts:
            return None
        if isinstance(exception, RetryLater):
            return RetryDecision(retry_in={"seconds": max(1, round(exception.after_seconds))})
        pause = min(self.cap_seconds, self.base_seconds * 2**job.attempts)
        return RetryDecision(retry_in={"seconds": max(1, round(random.uniform(pause / 2, pause)))})  # noqa: S311


@dataclass
class JobContext:
    """What a job may touch: the service's database and its process state (clock, settings, vault)."""

    database: Database
    state: Any
    attempt: int = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A transaction of its own, committed at the end of the block."""
        async with self.database.transaction() as session:
            yield session


Handler = Callable[..., Awaitable[None]]


@dataclass(frozen=True)
class _Task:
    handler: Handler
    retry: Backoff
    cron: str | None


class Jobs:
    """The registry of one service's jobs."""

    def __init__(self, service: str) -> None:
        self.service = service
        self.tasks: dict[str, _Task] = {}

    def task(
        self,
        name: str,
        *,
        attempts: int = 8,
        base_seconds: float = 1.0,
        cap_seconds: float = 300.0,
    ) -> Callable[[Handler], Handler]:
        """Registers a handler `(context: JobContext, **args)` under an explicit name."""
        return self._register(name, Backoff(attempts, base_seconds, cap_seconds), None)

    def periodic(self, name: str, *, cron: str) -> Callable[[Handler], Handler]:
        """Registers a handler `(context)` that runs by a cron line (six fields: seconds last)."""
        return self._register(name, Backoff(attempts=3), cron)

    def _register(
        self, name: str, retry: Backoff, cron: str | None
    ) -> Callable[[Handler], Handler]:
        def keep(handler: Handler) -> Handler:
            if name in self.tasks:
                raise ValueError(f"job {name!r} is registered twice")
            self.tasks[name] = _Task(handler, retry, cron)
            return handler

        return keep

    def procrastinate_app(self, database_url: str, state: Any) -> procrastinate.App:
        """The Procrastinate app of a worker process; `state.database` is used by the handlers."""
        connector = procrastinate.PsycopgConnector(conninfo=database_url, max_size=6)
        app = procrastinate.App(connector=connector)
        for name, task in self.tasks.items():
            self._attach(app, name, task, state)
        self._attach_rescue(app)
        return app

    def _attach(self, app: procrastinate.App, name: str, task: _Task, state: Any) -> None:
        async def run(context: Any, /, **args: Any) -> None:
            args.pop("timestamp", None)
            ours = JobContext(state.database, state, attempt=context.job.attempts)
            try:
                await task.handler(ours, **args)
            except Exception as error:
                if await _is_superseded(state.database, context.job):
                    log.warning("job_superseded", task=name, job=context.job.id, exc_info=error)
                    return
                _tell(task, context.job, error)
                raise

        registered = app.task(
            name=name,
            retry=task.retry,
            pass_context=True,
            queue=QUEUE,
            priority=FIRST if task.cron else 0,
        )(run)
        if task.cron:
            app.periodic(cron=task.cron, periodic_id=name)(cast(Any, registered))

    def _attach_rescue(self, app: procrastinate.App) -> None:
        """Every ten seconds: what a dead worker left goes back to the queue."""

        async def rescue(context: Any, timestamp: int) -> None:  # noqa: ARG001
            await rescue_stalled(app)

        task = app.task(name="kit.rescue_stalled", pass_context=True, queue=QUEUE)(rescue)
        app.periodic(cron="* * * * * */10", periodic_id="kit.rescue_stalled")(task)


async def _is_superseded(database: Database, job: Job) -> bool:
    """Whether one with the same queueing lock waits already. It will do the same: were this one to wait
    again beside it, the queue would refuse it, and it would stay `doing` where nobody looks."""
    if not job.queueing_lock:
        return False
    values = {"queueing_lock": job.queueing_lock, "id": job.id}
    async with database.reader() as connection:
        return (await connection.execute(_ANOTHER_WAITS, values)).first() is not None


def _tell(task: _Task, job: Job, error: Exception) -> None:
    """What became of a try. A counterpart that asked to come back is no failure; the last try says so."""
    again = task.retry.get_retry_decision(exception=error, job=job) is not None
    if again and isinstance(error, RetryLater):
        log.info("job_later", task=job.task_name, job=job.id, reason=str(error))
        return
    say = log.warning if again else log.error
    say(
        "job_failed",
        task=job.task_name,
        job=job.id,
        attempt=job.attempts + 1,
        again=again,
        exc_info=error,
    )


async def rescue_stalled(app: procrastinate.App) -> int:
    """Retries jobs whose worker stopped sending heartbeats; returns how many."""
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS))
    for job in stalled:
        log.warning("job_rescued", task=job.task_name, job=job.id)
        try:
            await app.job_manager.retry_job(job)
        except UniqueViolation:  # one of its lock waits already and will do the same
            await app.connector.execute_query_async(_END_STALLED, id=job.id)
            log.warning("job_superseded", task=job.task_name, job=job.id)
        except Exception as error:  # the others are rescued all the same
            log.error("job_not_rescued", task=job.task_name, job=job.id, error=repr(error)[:200])
    return len(stalled)


async def defer(
    session: AsyncSession,
    task: str,
    args: Mapping[str, Any] | None = None,
    *,
    at: datetime | None = None,
    lock: str | None = None,
    queueing_lock: str | None = None,
    queue: str = QUEUE,
) -> None:
    """Queues a job in this transaction: it exists exactly when the transaction does.

    `lock`: jobs with the same lock run one after another. `queueing_lock`: at most one waits. `queue`:
    one of its own for jobs that may be slow together, with a `run_jobs` of its own.
    """
    values = {
        "queue": queue,
        "task": task,
        "lock": lock,
        "queueing_lock": queueing_lock,
        "args": orjson.dumps(dict(args or {})).decode(),
        "at": at,
    }
    await session.execute(_DEFER, values)


async def defer_once(
    session: AsyncSession, task: str, args: Mapping[str, Any], *, queueing_lock: str
) -> bool:
    """Queues a job unless one with this lock waits already. False where one does."""
    if (await session.execute(_WAITS, {"queueing_lock": queueing_lock})).first() is not None:
        return False
    try:
        async with session.begin_nested():
            await defer(session, task, args, queueing_lock=queueing_lock)
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _UNIQUE_VIOLATION:
            raise
        return False  # another sweep was faster
    return True


async def run_jobs(app: procrastinate.App, *, concurrency: int = 8, queue: str = QUEUE) -> None:
    """Runs the jobs of one queue until cancelled; a lost database is waited for."""
    pause = 0.5
    while True:
        heed_stop()
        try:
            async with app.open_async():
                pause = 0.5
                await app.run_worker_async(
                    queues=[queue],
                    concurrency=concurrency,
                    wait=True,
                    fetch_job_polling_interval=1.0,
                    install_signal_handlers=False,
                    delete_jobs="successful",
                    update_heartbeat_interval=5.0,
                    stalled_worker_timeout=20.0,
                    shutdown_graceful_timeout=5.0,
                )
        except asyncio.CancelledError:
            raise
        except Exception as error:  # the queue is in the database: it waits for us
            log.warning("jobs_interrupted", error=repr(error)[:200])
        await asyncio.sleep(pause)
        pause = min(pause * 2, 5.0)
