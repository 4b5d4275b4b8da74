"""The change feed: nothing is lost, however late a transaction commits.

A running number is given when a row is inserted, not when it is committed; a reader that remembers
"up to 41" would never see 40 if 40 commits later. So rows are ordered by their transaction's id, and a reader
is shown only transactions below the horizon `pg_snapshot_xmin`: every one of them has ended, nothing can
come in below any more. The price is that one long transaction delays the feed by its length (the kit ends
idle ones after 60 s). Transaction ids belong to one database cluster; the cursor therefore carries the
database's epoch, and one of another database is told to begin anew from a snapshot.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.paging import CursorCodec
from services.registration.register.errors import FeedRestarted

LIST = "entity-changes"
_EPOCH = text("SELECT value FROM platform_facts WHERE key = 'epoch'")
_PAGE = text("""
WITH horizon AS MATERIALIZED (
  SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xmin, clock_timestamp() AS as_of)
SELECT horizon.xmin::text AS horizon, horizon.as_of, c.txid::text AS txid, c.id, c.uscc, c.kind,
       c.version, c.changed_at
FROM horizon LEFT JOIN LATERAL (
  SELECT * FROM entity_changes
  WHERE (txid, id) > (CAST(CAST(:txid AS text) AS xid8), :id) AND txid < horizon.xmin
  ORDER BY txid, id LIMIT :limit) c ON true
ORDER BY c.txid, c.id
""")
NOTE = text(
    "INSERT INTO entity_changes (uscc, kind, version, changed_at)"
    " VALUES (:uscc, :kind, :version, :now)"
)
POSITION = text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")


async def read_epoch(connection: AsyncConnection | AsyncSession) -> str:
    return str((await connection.execute(_EPOCH)).scalar_one())


def encode(secret: str, *, epoch: str, txid: str, last_id: int) -> str:
    """A signed cursor behind one change."""
    return CursorCodec(secret, LIST).encode((epoch, txid, last_id))


def decode(secret: str, since: str, *, epoch: str) -> tuple[str, int]:
    """Where to go on. Raises InvalidCursor, FeedRestarted."""
    of_epoch, txid, last_id = CursorCodec(secret, LIST).decode(since)
    if of_epoch != epoch:
        raise FeedRestarted
    return txid, last_id


async def read_changes(
    connection: AsyncConnection, *, txid: str, last_id: int, limit: int
) -> Sequence[Row[Any]]:
    """Up to `limit` changes after a position; one row with an empty `uscc` where there is none."""
    values = {"txid": txid, "id": last_id, "limit": limit}
    return (await connection.execute(_PAGE, values)).all()
