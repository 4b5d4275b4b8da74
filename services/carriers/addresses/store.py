"""Every query on hosted addresses and grants, scoped as tenancies are."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, insert, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from services.carriers.addresses.tables import AddressGrant, AddressUse, HostedAddress
from services.carriers.tenancies.store import OPERATOR, VISIBLE, visibility

Connection = AsyncSession | AsyncConnection
grants = cast(Table, AddressGrant.__table__)  # type: ignore[attr-defined]
uses = cast(Table, AddressUse.__table__)  # type: ignore[attr-defined]
addresses = cast(Table, HostedAddress.__table__)  # type: ignore[attr-defined]

_FROM = (
    "FROM address_grants g JOIN hosted_addresses h ON h.id = g.address_id"
    " JOIN tenancies t ON t.id = g.tenancy_id JOIN carriers c ON c.id = g.carrier_id"
)
_COLUMNS = (
    "g.*, h.street, h.region_code, c.reference AS carrier_code, c.name AS carrier_name, c.operator_org,"
    " t.ends_on AS tenancy_ends_on,"
    " (SELECT coalesce(json_agg(json_build_object('uscc', u.uscc, 'enterprise_name', u.enterprise_name,"
    " 'since_on', u.since_on) ORDER BY u.since_on, u.uscc), '[]') FROM address_uses u"
    " WHERE u.grant_id = g.id) AS uses"
)
_HOLDER = f"({VISIBLE} OR g.holder_person = CAST(:person AS text))"
_FIND = text(f"SELECT {_COLUMNS} {_FROM} WHERE g.code = :code AND {_HOLDER}")
_LIST = text(
    f"SELECT {_COLUMNS} {_FROM} WHERE {_HOLDER}"
    " AND (CAST(:tenancy AS uuid) IS NULL OR g.tenancy_id = :tenancy)"
    " AND (CAST(:state AS text) IS NULL OR g.state = :state)"
    " AND (CAST(:after_at AS timestamptz) IS NULL"
    " OR (g.created_at, g.id) < (:after_at, CAST(:after_id AS uuid)))"
    " ORDER BY g.created_at DESC, g.id DESC LIMIT :limit"
)
_LOCK_RUN = text(f"SELECT {_COLUMNS} {_FROM} WHERE g.code = :code AND {OPERATOR} FOR UPDATE OF g")
_LOCK = text(f"SELECT {_COLUMNS} {_FROM} WHERE g.id = :id FOR UPDATE OF g")
_OF_TENANCY = text(
    f"SELECT {_COLUMNS} {_FROM} WHERE g.tenancy_id = :tenancy AND g.state = 'live' FOR UPDATE OF g"
)
_OVERDUE = text(
    "SELECT id FROM address_grants WHERE state <> 'ended' AND valid_to < :today ORDER BY valid_to LIMIT 500"
)
_BY_CODE = text("SELECT g.id, g.tenancy_id FROM address_grants g WHERE g.code = :code")
_LOCK_ADDRESS = text(
    "SELECT * FROM hosted_addresses WHERE carrier_id = :carrier AND open"
    " AND (CAST(:id AS uuid) IS NULL OR id = CAST(:id AS uuid)) ORDER BY created_at, id LIMIT 1 FOR UPDATE"
)
_PROMISE = text(
    "UPDATE hosted_addresses SET promised = promised + :number WHERE id = :id"
    " AND promised + :number <= firms_max RETURNING id"
)
_HOSTED = (
    "SELECT h.*, c.reference AS carrier_code FROM hosted_addresses h"
    " JOIN carriers c ON c.id = h.carrier_id"
)
_ADDRESSES = text(
    f"{_HOSTED} WHERE h.carrier_id = :carrier AND (CAST(:after_at AS timestamptz) IS NULL"
    " OR (h.created_at, h.id) > (:after_at, CAST(:after_id AS uuid)))"
    " ORDER BY h.created_at, h.id LIMIT :limit"
)
_ADDRESS = text(f"{_HOSTED} WHERE h.id = :id")


async def find(connection: Connection, actor: Actor, code: str) -> Any | None:
    """The grant for its holder, its tenant, the operator or the region's science department."""
    return (await connection.execute(_FIND, {"code": code, **visibility(actor)})).first()


async def list_grants(
    connection: Connection,
    actor: Actor,
    *,
    tenancy: UUID | None,
    state: str | None,
    after: tuple[Any, ...] | None,
    limit: int,
) -> list[Any]:
    """Up to `limit + 1` grants that the actor may see, the youngest first."""
    values = {
        "tenancy": tenancy,
        "state": state,
        "limit": limit + 1,
        **_place(after),
        **visibility(actor),
    }
    return list(await connection.execute(_LIST, values))


async def lock_run(session: AsyncSession, actor: Actor, code: str) -> Any | None:
    """The grant, locked, if the actor is of its carrier's operator."""
    operator = visibility(actor)["operator"]
    return (await session.execute(_LOCK_RUN, {"code": code, "operator": operator})).first()


async def lock(session: AsyncSession, grant_id: UUID) -> Any:
    return (await session.execute(_LOCK, {"id": grant_id})).one()


async def live_of_tenancy(session: AsyncSession, tenancy_id: UUID) -> Any | None:
    """The tenancy's live grant, locked."""
    return (await session.execute(_OF_TENANCY, {"tenancy": tenancy_id})).first()


async def overdue(session: AsyncSession, today: date) -> Sequence[UUID]:
    """Grants whose last day is over and that have not ended."""
    return list((await session.execute(_OVERDUE, {"today": today})).scalars())


async def by_code(session: AsyncSession, code: str) -> Any | None:
    """(id, tenancy_id) of a grant, for what registration says of it."""
    return (await session.execute(_BY_CODE, {"code": code})).first()


async def insert_grant(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(grants), dict(values))


async def change(session: AsyncSession, grant_id: UUID, **values: Any) -> None:
    """Writes the grant as its next version."""
    await session.execute(
        update(grants).where(grants.c.id == grant_id).values(version=grants.c.version + 1, **values)
    )


async def remember_use(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(pg_insert(uses).on_conflict_do_nothing(), dict(values))


async def lock_address(session: AsyncSession, carrier: UUID, address: UUID | None) -> Any | None:
    """The carrier's open address with this id, or its first one."""
    return (await session.execute(_LOCK_ADDRESS, {"carrier": carrier, "id": address})).first()


async def promise(session: AsyncSession, address: UUID, number: int) -> bool:
    """Gives (or with a negative number takes back) places at an address; False where it is full."""
    found = await session.execute(_PROMISE, {"id": address, "number": number})
    return found.first() is not None


async def add_address(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """A new hosted address; False where it is one already."""
    statement = pg_insert(addresses).on_conflict_do_nothing().returning(addresses.c.id)
    return (await session.execute(statement, dict(values))).first() is not None


async def addresses_of(
    connection: Connection, carrier: UUID, *, after: tuple[Any, ...] | None, limit: int
) -> list[Any]:
    """Up to `limit + 1` hosted addresses of a carrier, in the order in which they were named."""
    values = {"carrier": carrier, "limit": limit + 1, **_place(after)}
    return list(await connection.execute(_ADDRESSES, values))


async def read_address(connection: Connection, address_id: UUID) -> Any:
    return (await connection.execute(_ADDRESS, {"id": address_id})).one()


def _place(after: tuple[Any, ...] | None) -> dict[str, Any]:
    return {"after_at": after[0] if after else None, "after_id": after[1] if after else None}
