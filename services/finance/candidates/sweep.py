"""Ends the entries whose year is over. Whoever asks for an entry does not wait for it (store.entry_of)."""

from typing import Any

from services.finance.candidates import store


async def sweep_entries(state: Any) -> int:
    """Ends what has expired by the business clock; returns how many."""
    async with state.database.transaction() as session:
        return await store.end_expired(session, today=state.clock.today())
