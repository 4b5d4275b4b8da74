"""What the worker does: makes copies, looks at closings, forgets copies. Each may run twice."""

from __future__ import annotations

import uuid

import structlog

from gateway.identity.runtime import Identity
from gateway.jobs import jobs
from gateway.leaving import closing, exporting, store
from kit.jobs import JobContext

log = structlog.get_logger(__name__)
AT_ONCE = 100


@jobs.task(exporting.MAKE, attempts=exporting.ATTEMPTS, base_seconds=10, cap_seconds=300)
async def make_export(context: JobContext, *, export_id: str) -> None:
    """At once, then for about five minutes while a service is silent."""
    state = context.state
    await exporting.make(
        state.identity,
        state.teller,
        state.settings,
        export_id=uuid.UUID(export_id),
        attempt=context.attempt,
    )


@jobs.periodic("leaving.look", cron="*/10 * * * *")
async def look(context: JobContext) -> None:
    """Every ten minutes: closings whose time has come, each on its own; copies that are over."""
    state = context.state
    identity: Identity = state.identity
    async with context.database.reader() as connection:
        due = await store.due_closings(connection, now=identity.now(), limit=AT_ONCE)
    for row in due:
        try:
            await closing.look_at(identity, state.teller, state.settings, closing_id=row.id)
        except Exception as error:  # the others are looked at all the same
            log.error("closing_failed", closing_id=str(row.id), exc_info=error)
    async with context.transaction() as session:
        await store.expire_exports(session, now=identity.now())
