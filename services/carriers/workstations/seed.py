"""Numbers the seats of the demonstration carriers; as many as the data says are taken have an occupant.

May run again: a carrier that has seats is left alone, and the counts are brought to the day.
"""

from typing import Any

from sqlalchemy import text

from services.carriers.workstations import store

NOTE = "演示：已有入驻者"
_SEATS = text("""
INSERT INTO workstations (carrier_id, number, kind, area_m2)
SELECT c.id, 'A-' || lpad(n::text, 3, '0'), 'fixed_desk', 5
FROM carriers c, generate_series(1, c.workstations) n
WHERE c.is_demo AND c.reference ~ '^[A-Z]{2}-[0-9]{3}$'
  AND NOT EXISTS (SELECT 1 FROM workstations w WHERE w.carrier_id = c.id)
ORDER BY c.reference, n
RETURNING id, carrier_id, number
""")
_OCCUPY = text("""
INSERT INTO workstation_allocations (id, workstation_id, period, planned_to, note, created_at)
SELECT gen_random_uuid(), w.id, daterange(c.opened_on, DATE '2035-12-31', '[]'), DATE '2035-12-31',
  :note, :now
FROM workstations w JOIN carriers c ON c.id = w.carrier_id
WHERE w.carrier_id = ANY(:carriers)
  AND substr(w.number, 3)::integer > c.free_workstations
""")


async def seed_workstations(state: Any) -> None:
    """Seats A-001 … of each demonstration carrier that has none yet; run it after the carriers' own seed."""
    async with state.database.transaction() as session:
        rows = list(await session.execute(_SEATS))
        carriers = list({row.carrier_id for row in rows})
        if carriers:
            values = {"carriers": carriers, "note": NOTE, "now": state.clock.now()}
            await session.execute(_OCCUPY, values)
        await store.refresh_counts(session, on=state.clock.today())
