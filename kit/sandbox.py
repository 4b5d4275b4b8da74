"""The sandbox's business clock: one row of the service's database that its processes follow.

Only with SANDBOX=1; else nothing is read. Only business time moves: tokens, signatures and retries keep the
machine's own clock. It moves forward only, since what has happened by one date cannot be undone by another.
sandbox_routes.py moves it.
"""

import asyncio
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import select

from kit.tables import platform_facts

log = structlog.get_logger(__name__)
KEY = "business_clock_offset_seconds"
FOLLOW_SECONDS = 0.5


def follow(state: Any) -> asyncio.Task[None] | None:
    """In the sandbox: a task that keeps this process's clock where the database says."""
    if not state.settings.sandbox:
        return None
    return asyncio.create_task(follow_clock(state), name="clock")


async def read_offset(connection: Any) -> timedelta:
    query = select(platform_facts.c.value).where(platform_facts.c.key == KEY)
    found = (await connection.execute(query)).scalar_one_or_none()
    return timedelta(seconds=int(found or 0))


async def follow_clock(state: Any) -> None:
    """Keeps a process's clock where the database says, until cancelled."""
    while True:
        try:
            async with state.database.reader() as connection:
                found = await read_offset(connection)
            # forward only: a move that is not committed yet is not taken back by what was read before it
            state.clock.offset = max(state.clock.offset, found)
        except asyncio.CancelledError:
            raise
        except Exception as error:  # the database may be away; the clock keeps its offset
            log.warning("clock_not_read", error=repr(error)[:100])
        await asyncio.sleep(FOLLOW_SECONDS)
