"""Every query on tenancies. Who may see which is said once, in VISIBLE; the other features use it too."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.cases.reading import region_patterns
from services.carriers.tenancies.tables import Tenancy

Connection = AsyncSession | AsyncConnection
tenancies = cast(Table, Tenancy.__table__)  # type: ignore[attr-defined]
DEPARTMENT = "science"
STAYING = "('incubating', 'graduation_requested', 'graduation_verified')"

TENANT = (
    "(t.applicant_sub = :sub OR t.applicant_org = :org OR t.holder_person = CAST(:person AS text))"
)
OPERATOR = "c.operator_org = CAST(:operator AS text)"
VISIBLE = f"({TENANT} OR {OPERATOR} OR c.region_code LIKE ANY(CAST(:regions AS text[])))"
"""A tenant sees its own, an operator its carriers', a science officer the region's."""

_FROM = "FROM tenancies t JOIN carriers c ON c.id = t.carrier_id"
_COLUMNS = (
    "t.*, c.reference AS carrier_code, c.name AS carrier_name, c.region_code, c.operator_org,"
    " ARRAY(SELECT w.number FROM workstation_allocations a JOIN workstations w ON w.id = a.workstation_id"
    " WHERE a.tenancy_id = t.id AND NOT isempty(a.period) ORDER BY w.id) AS workstations"
)
_FIND = text(f"SELECT {_COLUMNS} {_FROM} WHERE t.id = :id AND {VISIBLE}")
_LOCK_RUN = text(f"SELECT {_COLUMNS} {_FROM} WHERE t.id = :id AND {OPERATOR} FOR UPDATE OF t")
_LIST = text(
    f"SELECT {_COLUMNS} {_FROM} WHERE {VISIBLE}"
    " AND (CAST(:carrier AS text) IS NULL OR c.reference = :carrier)"
    " AND (CAST(:state AS text) IS NULL OR t.state = :state)"
    " AND (CAST(:after_on AS date) IS NULL OR (t.starts_on, t.id) < (:after_on, CAST(:after_id AS uuid)))"
    " ORDER BY t.starts_on DESC, t.id DESC LIMIT :limit"
)
_OVERDUE = text(
    "SELECT id FROM tenancies WHERE state = 'incubating' AND ends_on < :today LIMIT 500"
)
_COUNTS = text(
    "SELECT count(*) FILTER (WHERE s.staying AND t.uscc IS NULL) AS teams,"
    " count(DISTINCT t.uscc) FILTER (WHERE s.staying) AS firms,"
    " coalesce(sum(t.people) FILTER (WHERE s.staying), 0) AS people,"
    " count(*) FILTER (WHERE t.state = 'graduated') AS graduates"
    f" {_FROM} CROSS JOIN LATERAL (SELECT t.state IN {STAYING} AS staying) s"
    " WHERE c.region_code LIKE :region"
)
_PREVIOUS = text(
    "SELECT c.reference AS carrier_code, c.name AS carrier_name, k.stage, t.state, t.ended_on"
    f" {_FROM} JOIN carrier_types k ON k.code = c.type"
    " WHERE t.uscc = :uscc AND t.state IN ('graduated', 'left', 'expired', 'terminated')"
    " ORDER BY t.ended_on DESC, t.id DESC LIMIT 1"
)
_RANK = text(
    "SELECT t.rank FROM carriers c JOIN carrier_tiers t ON t.code = c.tier WHERE c.id = :carrier"
)


def visibility(actor: Actor) -> dict[str, Any]:
    """The actor as parameters of VISIBLE; what does not apply matches nothing."""
    return {
        "sub": actor.sub,
        "org": actor.organisation,
        "person": actor.person,
        "operator": actor.organisation if actor.has("carrier_operator") else None,
        "regions": region_patterns(actor) if actor.org == DEPARTMENT else [],
    }


async def insert_tenancy(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(tenancies), dict(values))


async def change(session: AsyncSession, tenancy_id: UUID, **values: Any) -> None:
    """Writes the tenancy as its next version; nothing where the case never came to an offer."""
    await session.execute(
        update(tenancies)
        .where(tenancies.c.id == tenancy_id)
        .values(version=tenancies.c.version + 1, **values)
    )


async def find(connection: Connection, actor: Actor, tenancy_id: UUID) -> Any | None:
    """The tenancy where the actor may know of it."""
    values = {"id": tenancy_id, **visibility(actor)}
    return (await connection.execute(_FIND, values)).first()


async def lock_run(session: AsyncSession, actor: Actor, tenancy_id: UUID) -> Any | None:
    """The tenancy, locked, if the actor is of its carrier's operator."""
    operator = visibility(actor)["operator"]
    return (await session.execute(_LOCK_RUN, {"id": tenancy_id, "operator": operator})).first()


async def list_tenancies(
    connection: Connection,
    actor: Actor,
    *,
    carrier: str | None,
    state: str | None,
    after: tuple[Any, ...] | None,
    limit: int,
) -> list[Any]:
    """Up to `limit + 1` tenancies that the actor may see, the youngest first."""
    values = {
        "carrier": carrier,
        "state": state,
        "after_on": after[0] if after else None,
        "after_id": after[1] if after else None,
        "limit": limit + 1,
        **visibility(actor),
    }
    return list(await connection.execute(_LIST, values))


async def overdue(session: AsyncSession, today: date) -> list[UUID]:
    """Tenancies in incubation whose last day is over."""
    return list((await session.execute(_OVERDUE, {"today": today})).scalars())


async def counts(connection: Connection, region: str | None) -> Any:
    """Teams, firms and people in incubation, and the graduates so far, in a region."""
    return (await connection.execute(_COUNTS, {"region": f"{region or ''}%"})).one()


async def previous_stay(connection: Connection, uscc: str) -> Any | None:
    """Where the firm was last, and how it went: (carrier_code, carrier_name, stage, state, ended_on)."""
    return (await connection.execute(_PREVIOUS, {"uscc": uscc})).first()


async def carrier_rank(connection: Connection, carrier: UUID) -> int:
    """The rank of the authority that recognised the carrier; 0 where none has."""
    return int((await connection.execute(_RANK, {"carrier": carrier})).scalar() or 0)
