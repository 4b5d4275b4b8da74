"""Which enterprise a caller may ask about: their own, or one of the regions that they serve."""

from typing import Any

from sqlalchemy import select

from kit.auth import Actor
from kit.projections import Connection, in_regions_of
from services.finance.enterprises import store as enterprises
from services.finance.enterprises.store import ENTERPRISES
from services.finance.permissions import STAFF


async def find_enterprise(connection: Connection, actor: Actor, uscc: str) -> Any | None:
    """The enterprise's record for its legal representative or its region's staff, else None."""
    own = await enterprises.find_own(connection, actor, uscc)
    if own is not None or not actor.has(*STAFF):
        return own
    columns = ENTERPRISES.table.c
    query = select(ENTERPRISES.table).where(
        columns.uscc == uscc, in_regions_of(actor, columns.region_code)
    )
    return (await connection.execute(query)).first()
