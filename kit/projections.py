"""A service's own copy of what another one owns: kept by its events, newest wins, seconds behind.

    COPY = Projection(table, key="uscc", order="licence_version")
    await COPY.keep(session, {"uscc": …, "licence_version": 2, …})

Never written by hand, so a reader may trust that it says what the owner said. Knows no noun: which table,
which key and what orders the news are the caller's.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Table, false, or_, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor

Connection = AsyncSession | AsyncConnection


class Projection:
    """One table that follows another service. `order` grows with each piece of news about a `key`."""

    def __init__(self, table: Table, *, key: str, order: str) -> None:
        self.table, self.key, self.order = table, key, order

    async def keep(self, session: AsyncSession, values: Mapping[str, Any]) -> None:
        """Insert or bring up to date; what is older than the present row changes nothing."""
        statement = insert(self.table).values(**values)
        changed = {name: value for name, value in values.items() if name != self.key}
        newer = statement.excluded[self.order] >= self.table.c[self.order]
        await session.execute(
            statement.on_conflict_do_update(index_elements=[self.key], set_=changed, where=newer)
        )

    async def find(self, connection: Connection, key: Any) -> Any | None:
        """The row of one key, or None where nothing was heard of it."""
        query = select(self.table).where(self.table.c[self.key] == key)
        return (await connection.execute(query)).first()


def in_regions_of(actor: Actor, column: ColumnElement[str]) -> ColumnElement[bool]:
    """Rows of the regions that the actor serves; an administrator serves all."""
    if actor.has("administrator", "system"):
        return true()
    served = [column.startswith(prefix, autoescape=True) for prefix in actor.region_prefixes]
    return or_(false(), *served)
