"""The sweep that ends reservations whose last day has passed.

The deadline is the row (`reserved_until`), not a timer: whenever the sweep runs, by the business
clock, what is overdue ends; a worker that was away for a week loses nothing.
"""

from typing import Any

from services.registration.names.service import LAPSE_BATCH, lapse_overdue


async def lapse_names(state: Any) -> int:
    """Lapses overdue reservations, batch by batch, each in its own transaction; returns how many."""
    total, ended = 0, LAPSE_BATCH
    while ended == LAPSE_BATCH:
        async with state.database.transaction() as session:
            ended = await lapse_overdue(session, clock=state.clock)
        total += ended
    return total
