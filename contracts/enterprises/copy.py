"""Every query on the copy, scoped by what the caller serves or represents."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, select
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.registration import LicenceIssued
from kit.auth import Actor
from kit.inbox import Inbox, Incoming
from kit.projections import Connection, Projection, in_regions_of

TYPE = "registration.licence.issued.v1"


class EnterpriseCopy(Projection):
    """One service's enterprises."""

    def __init__(self, table: Table) -> None:
        super().__init__(table, key="uscc", order="licence_version")

    def follow(self, inbox: Inbox, *, consumer: str) -> None:
        """Subscribes: from now on each licence that is issued is remembered, once."""

        @inbox.consumes(TYPE, consumer=consumer)
        async def remember_enterprise(session: AsyncSession, event: Incoming) -> None:
            licence = LicenceIssued.model_validate(event.data)
            values = {
                "uscc": licence.uscc,
                "name": licence.enterprise_name,
                "region_code": licence.region_code,
                "established_on": licence.established_on,
                "licence_version": licence.licence_version,
                "legal_representative": licence.legal_representative,
                "address_grant": licence.address_grant,
                "updated_at": event.time,
            }
            await self.keep(session, values)

    async def in_regions(
        self, connection: Connection, actor: Actor, *, after: str | None, limit: int
    ) -> Sequence[Any]:
        """Up to `limit + 1` enterprises of the actor's regions, in order of their code."""
        columns = self.table.c
        query = select(self.table).where(in_regions_of(actor, columns.region_code))
        if after is not None:
            query = query.where(columns.uscc > after)
        return (await connection.execute(query.order_by(columns.uscc).limit(limit + 1))).all()

    async def of_representative(self, connection: Connection, actor: Actor) -> Sequence[Any]:
        """The enterprises whose legal representative the actor is, at most 200, newest first."""
        if actor.person is None:
            return []
        columns = self.table.c
        query = select(self.table).where(columns.legal_representative == actor.person)
        newest = query.order_by(columns.established_on.desc(), columns.uscc).limit(200)
        return (await connection.execute(newest)).all()

    async def find_own(self, connection: Connection, actor: Actor, uscc: str) -> Any | None:
        """The enterprise if the actor is its legal representative, else None."""
        row = await self.find(connection, uscc)
        mine = row is not None and actor.person and row.legal_representative == actor.person
        return row if mine else None
