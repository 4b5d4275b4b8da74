"""Sealing the heads of all case chains into one global chain, in batches.

A single chain over every move would queue the whole platform at one row; a chain per case does not, but a
whole case could vanish unseen. So once an hour the newest hash of each case that moved is folded into one
seal that also holds the seal before it. Whoever keeps a seal can prove every head under it.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.tables import audit_seals as seals

GENESIS = "0" * 64
SETTLED = timedelta(
    minutes=2
)  # a transaction that began before may still commit a row with an older time
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('kit.audit'))")
_HEADS = text(
    "SELECT DISTINCT ON (case_id) case_id::text, sequence, hash FROM case_timeline"
    " WHERE at > :since AND at <= :until ORDER BY case_id, sequence DESC"
)


def digest_of(heads: list[Any]) -> str:
    """SHA-256 over the heads (case, sequence, hash), one per line, in case order."""
    lines = "".join(f"{head.case_id} {head.sequence} {head.hash}\n" for head in heads)
    return hashlib.sha256(lines.encode()).hexdigest()


def seal_hash(previous: str, *, up_to: datetime, heads_digest: str) -> str:
    return hashlib.sha256(f"{previous}\n{up_to.isoformat()}\n{heads_digest}".encode()).hexdigest()


async def seal(session: AsyncSession, now: datetime) -> str | None:
    """Seals what moved since the last seal; returns the new seal's hash, or None when nothing did."""
    await session.execute(_LOCK)
    last = (await session.execute(select(seals).order_by(seals.c.id.desc()).limit(1))).first()
    until = now - SETTLED
    since = last.up_to if last else datetime.min.replace(tzinfo=now.tzinfo)
    heads = list(await session.execute(_HEADS, {"since": since, "until": until}))
    if not heads:
        return None
    previous = last.hash if last else GENESIS
    digest = digest_of(heads)
    values = {
        "sealed_at": now,
        "up_to": until,
        "entries": len(heads),
        "heads_digest": digest,
        "previous_hash": previous,
        "hash": seal_hash(previous, up_to=until, heads_digest=digest),
    }
    await session.execute(insert(seals), values)
    return str(values["hash"])
