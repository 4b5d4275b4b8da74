"""Every query on the service ledger, scoped as tenancies are."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from services.carriers.service_ledger.tables import (
    ServiceEntry,
    ServiceProvider,
    ServiceProviderChange,
    ServiceRating,
)
from services.carriers.tenancies.store import OPERATOR, TENANT, VISIBLE, visibility

Connection = AsyncSession | AsyncConnection
providers = cast(Table, ServiceProvider.__table__)  # type: ignore[attr-defined]
changes = cast(Table, ServiceProviderChange.__table__)  # type: ignore[attr-defined]
entries = cast(Table, ServiceEntry.__table__)  # type: ignore[attr-defined]
ratings = cast(Table, ServiceRating.__table__)  # type: ignore[attr-defined]

_FROM = (
    "FROM service_entries e JOIN tenancies t ON t.id = e.tenancy_id JOIN carriers c ON c.id = e.carrier_id"
    " JOIN service_providers p ON p.id = e.provider_id LEFT JOIN service_ratings r ON r.entry_id = e.id"
    " LEFT JOIN service_entries back ON back.reverses = e.id"
)
_COLUMNS = (
    "e.*, c.reference AS carrier_code, c.operator_org, t.name AS tenant, t.applicant_sub, t.applicant_org,"
    " t.holder_person, p.name AS provider, r.stars, r.comment, back.reference AS reversed_by,"
    f" {TENANT} AS mine"
)
_FIND = text(f"SELECT {_COLUMNS} {_FROM} WHERE e.id = :id AND {VISIBLE}")
_FIND_RUN = text(f"SELECT {_COLUMNS} {_FROM} WHERE e.id = :id AND {OPERATOR}")
_LIST = text(
    f"SELECT {_COLUMNS} {_FROM} WHERE {VISIBLE}"
    " AND (CAST(:carrier AS text) IS NULL OR c.reference = :carrier)"
    " AND (CAST(:tenancy AS uuid) IS NULL OR e.tenancy_id = :tenancy)"
    " AND (CAST(:category AS text) IS NULL OR e.category = :category)"
    " AND (NOT CAST(:to_rate AS boolean) OR (r.entry_id IS NULL AND back.id IS NULL AND e.reverses IS NULL))"
    " AND (CAST(:after_on AS date) IS NULL OR (e.served_on, e.id) < (:after_on, CAST(:after_id AS uuid)))"
    " ORDER BY e.served_on DESC, e.id DESC LIMIT :limit"
)
_TENANCY_ON = text(
    "SELECT t.id, t.applicant_sub, t.holder_person, t.applicant_org FROM tenancies t WHERE t.id = :id"
    " AND t.carrier_id = :carrier AND t.state NOT IN ('offered', 'withdrawn', 'lapsed')"
    " AND t.starts_on <= :on AND (t.ended_on IS NULL OR t.ended_on >= :on)"
)
_COUNTED = (
    "SELECT count(r.entry_id) AS ratings, coalesce(sum(r.stars), 0) AS total FROM service_ratings r"
    " JOIN service_entries e ON e.id = r.entry_id WHERE e.provider_id = p.id AND r.rated_at >= p.counted_from"
    " AND NOT EXISTS (SELECT 1 FROM service_entries b WHERE b.reverses = e.id)"
)
_PROVIDERS = text(
    "SELECT p.*, n.ratings, n.total, (SELECT count(*) FROM service_entries e WHERE e.provider_id = p.id"  # noqa: S608
    " AND e.reverses IS NULL AND NOT EXISTS (SELECT 1 FROM service_entries b WHERE b.reverses = e.id))"
    f" AS entries FROM service_providers p CROSS JOIN LATERAL ({_COUNTED}) n"
    " WHERE p.carrier_id = :carrier AND (CAST(:id AS uuid) IS NULL OR p.id = CAST(:id AS uuid))"
    " AND (CAST(:after AS text) IS NULL OR p.name > :after) ORDER BY p.name LIMIT :limit"
)
_LOCK_PROVIDER = text("SELECT p.* FROM service_providers p WHERE p.id = :id FOR UPDATE")
_TALLY = text(
    f"SELECT n.* FROM service_providers p CROSS JOIN LATERAL ({_COUNTED}) n WHERE p.id = :id"  # noqa: S608
)
_RUN_PROVIDER = text(
    "SELECT p.*, c.reference AS carrier_code FROM service_providers p JOIN carriers c ON c.id = p.carrier_id"  # noqa: S608
    f" WHERE p.id = :id AND {OPERATOR} FOR UPDATE OF p"
)


async def next_reference(session: AsyncSession, day: date) -> str:
    """`FW20261122-000042`; gaps are fine."""
    number = await session.execute(text("SELECT nextval('service_entry_reference_seq')"))
    return f"FW{day:%Y%m%d}-{number.scalar_one():06d}"


async def find_entry(connection: Connection, actor: Actor, entry_id: UUID) -> Any | None:
    """The entry with `mine` (the actor received it) where the actor may know of it."""
    return (await connection.execute(_FIND, {"id": entry_id, **visibility(actor)})).first()


async def find_run(connection: Connection, actor: Actor, entry_id: UUID) -> Any | None:
    """The entry if the actor is of the operator."""
    return (await connection.execute(_FIND_RUN, {"id": entry_id, **visibility(actor)})).first()


async def list_entries(
    connection: Connection, actor: Actor, wanted: Mapping[str, Any], *, limit: int
) -> list[Any]:
    """Up to `limit + 1` entries that the actor may see.

    `wanted`: carrier, tenancy, category, to_rate, after (served_on, id).
    """
    after = wanted["after"]
    values = {
        "carrier": wanted.get("carrier"),
        "tenancy": wanted.get("tenancy"),
        "category": wanted.get("category"),
        "to_rate": bool(wanted.get("to_rate")),
        "after_on": after[0] if after else None,
        "after_id": after[1] if after else None,
        "limit": limit + 1,
        **visibility(actor),
    }
    return list(await connection.execute(_LIST, values))


async def tenancy_on(connection: Connection, carrier: UUID, tenancy: UUID, on: date) -> Any | None:
    """The tenancy if it was running in the carrier on the day."""
    values = {"id": tenancy, "carrier": carrier, "on": on}
    return (await connection.execute(_TENANCY_ON, values)).first()


async def insert_entry(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """Adds an entry; False where another reversal of the same entry was faster."""
    statement = pg_insert(entries).on_conflict_do_nothing(index_elements=["reverses"])
    done = await session.execute(statement.returning(entries.c.id), dict(values))
    return done.first() is not None


async def insert_rating(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """Adds a rating; False where there is one."""
    statement = pg_insert(ratings).on_conflict_do_nothing().returning(ratings.c.entry_id)
    return (await session.execute(statement, dict(values))).first() is not None


async def add_provider(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """A new provider; False where the carrier has one of that name."""
    statement = pg_insert(providers).on_conflict_do_nothing().returning(providers.c.id)
    return (await session.execute(statement, dict(values))).first() is not None


async def list_providers(
    connection: Connection,
    carrier: UUID,
    *,
    after: str | None = None,
    limit: int = 1,
    provider: UUID | None = None,
) -> list[Any]:
    """Up to `limit + 1` providers of a carrier with their tallies, by name."""
    values = {"carrier": carrier, "id": provider, "after": after, "limit": limit + 1}
    return list(await connection.execute(_PROVIDERS, values))


async def lock_provider(session: AsyncSession, provider: UUID) -> Any | None:
    """The provider, locked: its tally and its standing change together."""
    return (await session.execute(_LOCK_PROVIDER, {"id": provider})).first()


async def lock_run_provider(session: AsyncSession, actor: Actor, provider: UUID) -> Any | None:
    """The provider, locked, if the actor is of its carrier's operator."""
    values = {"id": provider, "operator": visibility(actor)["operator"]}
    return (await session.execute(_RUN_PROVIDER, values)).first()


async def tally(session: AsyncSession, provider: UUID) -> tuple[int, int]:
    """(ratings, stars in total) that count for a provider."""
    row = (await session.execute(_TALLY, {"id": provider})).one()
    return int(row.ratings), int(row.total)


async def change_provider(
    session: AsyncSession, provider: Any, change: Mapping[str, Any], **values: Any
) -> None:
    """A new standing as the provider's next version, with the row of its history."""
    version = provider.version + 1
    await session.execute(
        update(providers)
        .where(providers.c.id == provider.id)
        .values(version=version, standing=change["standing"], updated_at=change["at"], **values)
    )
    row = {"provider_id": provider.id, "version": version, **change}
    await session.execute(insert(changes), row)
