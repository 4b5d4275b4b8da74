"""The organisations that have accounts or programs here: departments, banks, operators, portals.

An organisation is a code on accounts and programs; what it is called its own service knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from gateway.identity.tables import AnyRow
from gateway.identity.tables import accounts as a
from gateway.identity.tables import oauth_clients as oc

MOST = 500


@dataclass(slots=True)
class Organisation:
    """`roles`: role → how many active accounts hold it. `programs`: active ones."""

    code: str
    accounts: int = 0
    programs: int = 0
    roles: dict[str, int] = field(default_factory=dict)
    regions: set[str] = field(default_factory=set)


async def organisations(connection: AsyncConnection) -> list[Organisation]:
    """All of them by code; a closed or stopped member is not counted."""
    found: dict[str, Organisation] = {}
    active = (a.c.org.is_not(None), a.c.state == "active")
    people = select(a.c.org, func.count().label("n"), func.array_agg(a.c.regions[1]).label("where"))
    for row in await connection.execute(people.where(*active).group_by(a.c.org).limit(MOST)):
        one = found.setdefault(row.org, Organisation(row.org))
        one.accounts, one.regions = row.n, {region for region in row.where if region}
    role = func.unnest(a.c.roles).label("role")
    held = select(a.c.org, role, func.count().label("n")).where(*active).group_by(a.c.org, role)
    for row in await connection.execute(held.limit(MOST * 10)):
        found.setdefault(row.org, Organisation(row.org)).roles[row.role] = row.n
    programs = select(oc.c.org, func.count().label("n"))
    programs = programs.where(oc.c.org.is_not(None), oc.c.state == "active").group_by(oc.c.org)
    for row in await connection.execute(programs.limit(MOST)):
        found.setdefault(row.org, Organisation(row.org)).programs = row.n
    return sorted(found.values(), key=lambda one: one.code)


async def programs_of(connection: AsyncConnection, org: str) -> Sequence[AnyRow]:
    """An organisation's programs by id, stopped ones too."""
    query = select(oc).where(oc.c.org == org).order_by(oc.c.client_id).limit(MOST)
    return (await connection.execute(query)).all()


async def serving(connection: AsyncConnection) -> dict[str, int]:
    """Region → how many active accounts of offices serve exactly it."""
    region = func.unnest(a.c.regions).label("region")
    query = select(region, func.count().label("n")).where(a.c.state == "active").group_by(region)
    return {row.region: row.n for row in await connection.execute(query.limit(MOST * 20))}
