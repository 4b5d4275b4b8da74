"""Every query on grants and hosted domiciles, scoped by holder or by the officer's regions."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, delete, insert, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.projections import Projection
from services.registration.addresses.tables import AddressGrant, HostedDomicile

Connection = AsyncSession | AsyncConnection
domiciles = cast(Table, HostedDomicile.__table__)  # type: ignore[attr-defined]
GRANTS = Projection(AddressGrant.__table__, key="code", order="sequence")  # type: ignore[attr-defined]

_HELD = text(
    "SELECT * FROM address_grants WHERE code = :code AND holder = ANY(CAST(:holders AS text[]))"
)
_CLAIM = text(
    "UPDATE address_grants SET uses = uses + 1 WHERE code = :code AND state = 'live'"
    " AND valid_from <= :today AND valid_to >= :today AND uses < uses_max RETURNING carrier_code"
)
_OF_CASE = text("SELECT 1 FROM hosted_domiciles WHERE case_id = :case")
_CLOSE = text(
    "UPDATE hosted_domiciles SET state = 'closing', until_on = :until, reason = :reason"
    " WHERE grant_code = :code AND state = 'current'"
)
_LAPSE = text(
    "UPDATE hosted_domiciles SET state = 'lapsed', until_on = :on, lapsed_on = :on, reason = :reason"
    " WHERE grant_code = :code AND state <> 'lapsed' RETURNING uscc, case_id, region_code"
)
_HEADS = text(
    "SELECT DISTINCT person FROM entity_people WHERE uscc = :uscc AND role = 'legal_representative'"
    " AND person IS NOT NULL"
)
_OWN = text(
    "SELECT *, uses_max - uses AS uses_left FROM address_grants WHERE holder = CAST(:person AS text)"
    " AND state = 'live' AND valid_from <= :today AND valid_to >= :today AND uses < uses_max"
    " AND (CAST(:after AS text) IS NULL OR code > :after) ORDER BY code LIMIT :limit"
)
_LIST = text(
    "SELECT d.*, e.name, g.carrier_code, g.carrier_name, g.street FROM hosted_domiciles d"
    " JOIN market_entities e ON e.uscc = d.uscc JOIN address_grants g ON g.code = d.grant_code"
    " WHERE d.region_code LIKE ANY(CAST(:regions AS text[]))"
    " AND (CAST(:state AS text) IS NULL OR d.state = :state)"
    " AND (CAST(:after_on AS date) IS NULL OR (d.since_on, d.uscc) < (:after_on, CAST(:after AS text)))"
    " ORDER BY d.since_on DESC, d.uscc DESC LIMIT :limit"
)


async def held_by(connection: Connection, code: str, holders: Collection[str]) -> Any | None:
    """The grant if one of these people (keyed hashes) holds it; else nobody is told that it exists."""
    values = {"code": code, "holders": list(holders)}
    return (await connection.execute(_HELD, values)).first()


async def claim(session: AsyncSession, code: str, today: date) -> bool:
    """Takes one use of a grant that is live today; False where there is none left. The row is locked until
    the end: of two companies at once the second waits, and finds it used."""
    found = await session.execute(_CLAIM, {"code": code, "today": today})
    return found.first() is not None


async def is_claimed(session: AsyncSession, case_id: UUID) -> bool:
    return (await session.execute(_OF_CASE, {"case": case_id})).first() is not None


async def add_domicile(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(domiciles), dict(values))


async def drop_domicile(session: AsyncSession, uscc: str) -> None:
    """The firm sits at no hosted address any more; its cases and the register's changes keep that it did."""
    await session.execute(delete(domiciles).where(domiciles.c.uscc == uscc))


async def close_domiciles(session: AsyncSession, code: str, *, until: date, reason: str) -> None:
    """Firms by this grant have until that day to move."""
    await session.execute(_CLOSE, {"code": code, "until": until, "reason": reason})


async def lapse_domiciles(session: AsyncSession, code: str, *, on: date, reason: str) -> list[Any]:
    """Marks every firm by this grant that is not marked yet: (uscc, case_id, region_code)."""
    return list(await session.execute(_LAPSE, {"code": code, "on": on, "reason": reason}))


async def heads_of(session: AsyncSession, uscc: str) -> list[str]:
    """The legal representatives of an entity, as keyed hashes."""
    return list((await session.execute(_HEADS, {"uscc": uscc})).scalars())


async def own_grants(
    connection: Connection, actor: Actor, today: date, *, after: str | None, limit: int
) -> list[Any]:
    """Up to `limit + 1` grants that the actor may register a company by today, by code."""
    values = {"person": actor.person, "today": today, "after": after, "limit": limit + 1}
    return list(await connection.execute(_OWN, values))


async def list_hosted(
    connection: Connection,
    actor: Actor,
    *,
    state: str | None,
    after: tuple[Any, ...] | None,
    limit: int,
) -> list[Any]:
    """Up to `limit + 1` firms at hosted addresses in the officer's regions, the youngest first."""
    everywhere = ["%"] if actor.has("administrator") else []
    values = {
        "regions": everywhere or [f"{p}%" for p in actor.region_prefixes if p.isdigit()],
        "state": state,
        "after_on": after[0] if after else None,
        "after": after[1] if after else None,
        "limit": limit + 1,
    }
    return list(await connection.execute(_LIST, values))
