"""Every query of the carrier list, run.

Lists come as bytes straight from PostgreSQL, over the driver itself: two thirds of the CPU that rows and
models cost (design, "Measured").
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.db import raw
from services.carriers.carriers import facets as counting
from services.carriers.carriers import search
from services.carriers.carriers.search import CarrierFilter, Values
from services.carriers.carriers.tables import Carrier, CarrierChange, CarrierTier, CarrierType

# SQLModel hides the tables from mypy.
_CARRIERS = Carrier.__table__  # type: ignore[attr-defined]
_CHANGES = CarrierChange.__table__  # type: ignore[attr-defined]
_TYPES = CarrierType.__table__  # type: ignore[attr-defined]
_TIERS = CarrierTier.__table__  # type: ignore[attr-defined]
Connection = AsyncSession | AsyncConnection
MAP_LIMIT = 2_000
_OBJECT = ", ".join(f"'{name}', {name}" for name in (*search.SHOWN, "distance_m"))
_FEATURE = """json_build_object('type', 'Feature', 'id', reference,
  'geometry', coalesce(boundary, jsonb_build_object('type', 'Point', 'coordinates', ARRAY[lon, lat])),
  'properties', json_build_object('reference', reference, 'name', name, 'type', type, 'tier', tier,
    'address', address, 'region_code', region_code, 'free_workstations', free_workstations,
    'brands', brands, 'is_demo', is_demo))"""


@dataclass(frozen=True)
class JsonPage:
    """A page as PostgreSQL wrote it: the items' JSON array, and the last key if more follow."""

    items: bytes
    next_key: tuple[Any, ...] | None


async def list_carriers(
    connection: Connection, wanted: CarrierFilter, *, after: tuple[Any, ...] | None, limit: int
) -> JsonPage:
    """One page, in the order that `wanted.order` names."""
    matched = wanted.text is not None or wanted.place is not None or wanted.brand is not None
    if matched:
        found = await _page(connection, wanted, search.matched_page, after=after, limit=limit)
        if wanted.place or found["matches"] <= search.FACET_CAP:
            return _json_page(found)
    found = await _page(connection, wanted, search.ordered_page, after=after, limit=limit)
    return _json_page(found)


async def _page(
    connection: Connection,
    wanted: CarrierFilter,
    build: Any,
    *,
    after: tuple[Any, ...] | None,
    limit: int,
) -> Any:
    values = Values()
    ctes = build(wanted, values, after=after, limit=limit)
    first = {"age": "opened_on", "fit": "name_length", "distance": "distance_m"}[wanted.order]
    order = search.ORDERS[wanted.order][1]
    shown = values.bind(limit, "integer")
    sql = (
        f"{ctes}, numbered AS (SELECT *, row_number() OVER (ORDER BY {order}) AS place FROM page)"  # noqa: S608
        f" SELECT coalesce(json_agg(json_build_object({_OBJECT}) ORDER BY place)"
        f" FILTER (WHERE place <= {shown}), '[]')::text AS items, count(*) > {shown} AS more,"
        f" max({first}) FILTER (WHERE place = {shown}) AS first,"
        f" max(id::text) FILTER (WHERE place = {shown}) AS id,"
        " (SELECT count(*) FROM hits) AS matches FROM numbered"
    )
    return await (await raw(connection)).fetchrow(sql, *values)


def _json_page(found: Any) -> JsonPage:
    key = (found["first"], UUID(found["id"])) if found["more"] else None
    return JsonPage(found["items"].encode(), key)


async def facets(connection: Connection, wanted: CarrierFilter) -> bytes:
    """The facet counts as JSON (CarrierFacets)."""
    values = Values()
    build = counting.kept_facets if wanted.counted else counting.matched_facets
    sql = build(wanted, values)
    found: str = await (await raw(connection)).fetchval(sql, *values)
    return found.encode()


async def map_features(connection: Connection, wanted: CarrierFilter) -> tuple[bytes, bool]:
    """GeoJSON features (JSON array) of up to MAP_LIMIT carriers, and whether there are more."""
    values = Values()
    where = ["lat IS NOT NULL", *search.base_conditions(wanted, values, by_tokens=True)]
    where += search.facet_conditions(wanted, values).values()
    sql = (
        f"WITH hits AS (SELECT * FROM carriers WHERE {' AND '.join(where)}"  # noqa: S608
        f" ORDER BY opened_on DESC, id DESC LIMIT {MAP_LIMIT + 1}),"
        f" shown AS (SELECT * FROM hits LIMIT {MAP_LIMIT})"
        f" SELECT coalesce(json_agg({_FEATURE}), '[]')::text AS features,"
        f" (SELECT count(*) FROM hits) > {MAP_LIMIT} AS truncated FROM shown"
    )
    found = await (await raw(connection)).fetchrow(sql, *values)
    return found["features"].encode(), found["truncated"]


async def find_carrier(connection: Connection, key: UUID | str) -> Any | None:
    """One carrier by its id or its code (`reference`), or None."""
    column = _CARRIERS.c.id if isinstance(key, UUID) else _CARRIERS.c.reference
    return (await connection.execute(select(_CARRIERS).where(column == key))).first()


async def find_own(
    session: Connection, key: UUID | str, actor: Actor, *, lock: bool = False
) -> Any | None:
    """The carrier if the actor's organisation operates it; else None."""
    column = _CARRIERS.c.id if isinstance(key, UUID) else _CARRIERS.c.reference
    query = select(_CARRIERS).where(column == key, _CARRIERS.c.operator_org == actor.organisation)
    if lock:
        query = query.with_for_update(key_share=True)
    return (await session.execute(query)).first()


async def list_own(connection: Connection, actor: Actor) -> Sequence[Any]:
    """The carriers that the actor's organisation operates, by code."""
    query = select(_CARRIERS, _CARRIERS.c.reference.label("code")).where(
        _CARRIERS.c.operator_org == actor.organisation
    )
    return (await connection.execute(query.order_by(_CARRIERS.c.reference))).all()


async def update_carrier(
    session: AsyncSession, carrier_id: UUID, version: int, values: Mapping[str, Any]
) -> bool:
    """Writes the carrier as `version + 1`; False where somebody was faster."""
    statement = (
        update(_CARRIERS)
        .where(_CARRIERS.c.id == carrier_id, _CARRIERS.c.version == version)
        .values(version=version + 1, **values)
    )
    done: Any = await session.execute(statement)
    return bool(done.rowcount == 1)


async def set_tier(session: AsyncSession, carrier_id: UUID, tier: str) -> None:
    """What a title gives or takes. The version grows: the carrier's ETag changes."""
    await session.execute(
        update(_CARRIERS)
        .where(_CARRIERS.c.id == carrier_id)
        .values(tier=tier, version=_CARRIERS.c.version + 1)
    )


async def append_change(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(_CHANGES), dict(values))


async def list_changes(
    connection: Connection, carrier_id: UUID, *, before: int | None, limit: int
) -> Sequence[Any]:
    """Up to `limit + 1` reported changes, the latest first."""
    query = select(_CHANGES).where(_CHANGES.c.carrier_id == carrier_id)
    if before is not None:
        query = query.where(_CHANGES.c.version < before)
    return (
        await connection.execute(query.order_by(_CHANGES.c.version.desc()).limit(limit + 1))
    ).all()


async def list_types(connection: AsyncConnection) -> Sequence[Any]:
    """Every type, in the order of its display."""
    return (await connection.execute(select(_TYPES).order_by(_TYPES.c.position))).all()


async def list_tiers(connection: AsyncConnection) -> Sequence[Any]:
    """Every tier, the lowest first."""
    return (await connection.execute(select(_TIERS).order_by(_TIERS.c.rank))).all()
