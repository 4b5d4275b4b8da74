"""What is forgotten, and when: events that were told, marks of events that were heard, replies kept for a
repeat, jobs that are done. In small pieces, so that nobody waits for it; each table on its own.

The stream keeps an event for ninety days (kit.outbox.MAX_AGE_SECONDS), so what could still come again is
longer known here. The newest event stays whatever its age: kit.fence asks the stream's last one against it.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any

import structlog
from sqlalchemy import TextClause, text

from kit.db import Database, is_unreachable

log = structlog.get_logger(__name__)
PIECE = 2_000
MOST_PIECES = 500
"""A million rows a run; what is left is for the next."""
EVENTS = timedelta(days=100)
REPLIES = timedelta(days=30)
"""An Idempotency-Key is kept at least a day (api.md); a month is for whoever repeats by hand."""
JOBS = timedelta(days=30)

_FORGET: Mapping[str, tuple[TextClause, timedelta]] = MappingProxyType(
    {
        "outbox": (
            text(
                "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE published_at < :before"
                " AND id < (SELECT max(id) FROM outbox) ORDER BY id LIMIT :piece"
                " FOR UPDATE SKIP LOCKED)"
            ),
            EVENTS,
        ),
        "inbox": (
            text(
                "DELETE FROM inbox WHERE key IN (SELECT key FROM inbox WHERE processed_at < :before"
                " LIMIT :piece FOR UPDATE SKIP LOCKED)"
            ),
            EVENTS,
        ),
        "idempotency_keys": (
            text(
                "DELETE FROM idempotency_keys WHERE scope IN (SELECT scope FROM idempotency_keys"
                " WHERE created_at < :before ORDER BY created_at LIMIT :piece FOR UPDATE SKIP LOCKED)"
            ),
            REPLIES,
        ),
        "procrastinate_jobs": (
            text(
                "DELETE FROM procrastinate_jobs WHERE id IN (SELECT j.id FROM procrastinate_jobs j"
                " WHERE j.status IN ('succeeded', 'cancelled', 'aborted') AND (SELECT max(e.at)"
                " FROM procrastinate_events e WHERE e.job_id = j.id) < :before"
                " ORDER BY j.id LIMIT :piece FOR UPDATE SKIP LOCKED)"
            ),
            JOBS,
        ),
    }
)


async def forget_past(database: Database, *, now: datetime | None = None) -> dict[str, int]:
    """One run over all tables; how many rows of each have gone. `now` is the machine's time."""
    moment, gone = now or datetime.now(UTC), dict[str, int]()
    for name, (statement, kept) in _FORGET.items():
        try:
            gone[name] = await _forget(database, statement, before=moment - kept)
        except Exception as error:  # one table's fault is no other's
            if is_unreachable(error):
                raise
            log.exception("not_forgotten", table=name)
    if any(gone.values()):
        log.info("forgotten", **gone)
    return gone


async def _forget(database: Database, statement: TextClause, *, before: datetime) -> int:
    total = 0
    for _ in range(MOST_PIECES):
        async with database.transaction() as session:
            values = {"before": before, "piece": PIECE}
            done: Any = await session.execute(statement, values)
        total += done.rowcount
        if done.rowcount < PIECE:
            break
    return total
