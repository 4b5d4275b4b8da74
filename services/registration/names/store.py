"""Every query on names: the index, the claims, the reservations.

Who may see a reservation is decided in these queries. Must not judge: it finds candidates, and
comparison.py says whether they are alike.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    delete,
    false,
    insert,
    literal,
    or_,
    select,
    text,
    true,
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.db import raw
from services.registration.names.comparison import (
    ExistingName,
    FormerKind,
    NameKey,
    NameState,
)
from services.registration.names.tables import IndexedName, NameClaim, NameReservation
from services.registration.names.tokens import (
    containing_tokens,
    parts_of,
    scopes_for,
    sounding_tokens,
    tokens_of,
)

Connection = AsyncSession | AsyncConnection
MOST_CANDIDATES = 200
OFFICERS = ("officer", "head")
names: Table = IndexedName.__table__  # type: ignore[attr-defined]
claims: Table = NameClaim.__table__  # type: ignore[attr-defined]
reservations: Table = NameReservation.__table__  # type: ignore[attr-defined]
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:what, 0))")
# the two look-ups of every check go by asyncpg: building expressions cost more than running them
_COMPARED = (
    "SELECT id, reference, written, region, trade_name, industry, form, division, meanings, "
    "industry_words, state, former_kind, blocked_until FROM name_index "
)
_SAME = _COMPARED + (
    "WHERE city_code = $1 AND trade_name = $2 AND (state <> 'former' OR blocked_until >= $3)"
)


@cache
def _similar(containing: int) -> str:
    """The look-up of similar names with so many sets of tokens that an answer may contain.

    Materialised, because a LIMIT beside conditions of unknown yield tempts the planner into reading
    the whole table once it has a generic plan.
    """
    contains = "".join(f" OR tokens @> ${number}::text[]" for number in range(5, 5 + containing))
    return (
        f"WITH found AS MATERIALIZED ({_COMPARED} WHERE (tokens && $1::text[]"  # noqa: S608 ours
        f" OR (city_code = $2 AND trade_name = ANY($3::text[])){contains})"
        f" AND trade_name <> $4 AND state <> 'former') SELECT * FROM found LIMIT {MOST_CANDIDATES}"
    )


async def lock_trade_name(session: AsyncSession, *, city: str, trade_name: str) -> None:
    """Until the end of the transaction nobody else decides about this trade name in this city."""
    await session.execute(_LOCK, {"what": f"name:{city}:{trade_name}"})


def _existing(row: Any) -> ExistingName:
    return ExistingName(
        id=str(row["id"]),
        reference=row["reference"],
        key=NameKey(
            written=row["written"],
            region=row["region"],
            trade_name=row["trade_name"],
            industry=row["industry"],
            form=row["form"],
            division=row["division"],
            meanings=frozenset(row["meanings"]),
            industry_words=tuple(row["industry_words"]),
        ),
        state=NameState(row["state"]),
        former_kind=FormerKind(row["former_kind"]) if row["former_kind"] else None,
        blocked_until=row["blocked_until"],
    )


async def same_trade_name(
    connection: Connection, *, city: str, trade_name: str, on: date
) -> list[ExistingName]:
    """Every name of the authority with this trade name; what art. 17 is asked of. Never cut off.

    A name without a trade name (青岛啤酒) has many fellows that are alike only in lacking one; the
    caller's comparison drops them.
    """
    driver = await raw(connection)
    return [_existing(row) for row in await driver.fetch(_SAME, city, trade_name, on)]


async def similar_candidates(
    connection: Connection, key: NameKey, *, city: str, divisions: Iterable[str]
) -> list[ExistingName]:
    """Names that may be 相近: containing, contained, or sounding so, in the industries that meet.

    At most MOST_CANDIDATES: similar names only warn, so a longer list would serve nobody; former
    names never do.
    """
    scopes = scopes_for(key, divisions)
    inner = [part for part in parts_of(key.trade_name) if part != key.trade_name]
    containing = containing_tokens(key, city, scopes)
    driver = await raw(connection)
    rows = await driver.fetch(
        _similar(len(containing)),
        sounding_tokens(key, city, scopes),
        city,
        inner,
        key.trade_name,
        *containing,
    )
    return [_existing(row) for row in rows]


async def insert_name(
    session: AsyncSession,
    key: NameKey,
    *,
    name_id: UUID,
    city: str,
    reference: str,
    state: NameState,
    tied: bool,
) -> None:
    """Puts a name into the index with its claims. Raises IntegrityError when a claim is taken.

    `tied`: an investment tie or a transfer lets two names share a trade name (art. 17), so such a
    name claims only its whole self.
    """
    await session.execute(
        insert(names),
        {
            "id": name_id,
            "reference": reference,
            "city_code": city,
            "written": key.written,
            "region": key.region,
            "trade_name": key.trade_name,
            "industry": key.industry,
            "form": key.form,
            "division": key.division,
            "meanings": sorted(key.meanings),
            "industry_words": list(key.industry_words),
            "tokens": tokens_of(key, city),
            "state": state,
        },
    )
    rows = [
        {"city_code": city, "kind": kind, "key": claimed, "name_id": name_id}
        for kind, claimed in claims_of(key, tied=tied)
    ]
    await session.execute(insert(claims), rows)


def claims_of(key: NameKey, *, tied: bool) -> list[tuple[str, str]]:
    """What a name takes: its whole self, and its trade name with or without an industry."""
    taken = [("whole", "|".join(key.whole))]
    if tied:
        return taken
    if not key.trade_name:
        return [*taken, ("industry", "|".join(("", *key.industry_words)))]
    if not key.industry:
        return [*taken, ("alone", key.trade_name)]
    return [*taken, ("industry", f"{key.trade_name}|{key.scope}")]


async def set_name_registered(session: AsyncSession, name_id: UUID, *, uscc: str) -> None:
    """The reservation's name is now an enterprise's."""
    values = {"state": NameState.REGISTERED, "reference": uscc}
    await session.execute(update(names).where(names.c.id == name_id).values(values))


async def retire_names(
    session: AsyncSession, uscc: str, *, kind: FormerKind, written: str | None, until: date
) -> int:
    """A registered name becomes a former one: claims end, the index keeps it until it counts no
    more. Returns how many."""
    wanted = and_(names.c.reference == uscc, names.c.state == NameState.REGISTERED)
    if written:
        wanted = and_(wanted, names.c.written == written)
    values = {"state": NameState.FORMER, "former_kind": kind, "blocked_until": until}
    done = await session.execute(update(names).where(wanted).values(values).returning(names.c.id))
    ids = [row.id for row in done]
    await session.execute(delete(claims).where(claims.c.name_id.in_(ids)))
    return len(ids)


async def remove_names(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """Names of ended reservations leave the index, and their claims with them."""
    await session.execute(delete(names).where(names.c.id.in_(ids)))


async def insert_reservation(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(reservations), dict(values))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The condition that an actor may know of a reservation: its applicant, the portal it came
    through, or an officer of its region."""
    ways: list[ColumnElement[bool]] = [reservations.c.applicant_sub == actor.sub]
    if actor.person:
        ways.append(reservations.c.applicant_person == actor.person)
    if actor.org and actor.has("portal"):
        ways.append(reservations.c.applicant_org == actor.org)
    if actor.has(*OFFICERS):
        ways += [
            reservations.c.region_code.startswith(prefix, autoescape=True)
            for prefix in actor.region_prefixes
        ]
    if actor.has("system"):
        ways.append(true())
    return or_(false(), *ways)


async def find_reservation(
    connection: Connection, wanted: UUID | str, actor: Actor, *, lock: bool = False
) -> Any | None:
    """A reservation by id or reference, where the actor may know of it."""
    column = reservations.c.id if isinstance(wanted, UUID) else reservations.c.reference
    query = select(reservations).where(column == wanted, visible_to(actor))
    if lock:
        query = query.with_for_update()
    return (await connection.execute(query)).first()


async def list_reservations(
    connection: Connection,
    actor: Actor,
    *,
    state: str | None,
    after: tuple[Any, ...] | None,
    limit: int,
) -> Sequence[Any]:
    """Newest first, up to limit + 1 rows."""
    query = select(reservations).where(visible_to(actor))
    if state:
        query = query.where(reservations.c.state == state)
    if after:
        place = tuple_(reservations.c.created_at, reservations.c.id)
        query = query.where(place < tuple_(*map(literal, after)))
    query = query.order_by(reservations.c.created_at.desc(), reservations.c.id.desc())
    return (await connection.execute(query.limit(limit + 1))).all()


async def end_reservation(
    session: AsyncSession, row: Any, *, state: str, at: datetime, **also: Any
) -> int | None:
    """Ends a reservation at the version that was read; the new version, or None when it moved on."""
    done = await session.execute(
        update(reservations)
        .where(reservations.c.id == row.id, reservations.c.version == row.version)
        .values(state=state, ended_at=at, version=row.version + 1, **also)
        .returning(reservations.c.version)
    )
    version: int | None = done.scalar_one_or_none()
    return version


async def set_case(session: AsyncSession, row: Any, case_id: UUID | None) -> None:
    """Notes the application for registration that uses the reservation, or that none does."""
    await session.execute(
        update(reservations)
        .where(reservations.c.id == row.id)
        .values(case_id=case_id, version=reservations.c.version + 1)
    )


async def overdue_reservations(
    session: AsyncSession, *, today: date, limit: int, trade_key: tuple[str, str] | None = None
) -> Sequence[Any]:
    """Reservations whose last day has passed, locked for this transaction; others' are skipped.

    One with a case was used in time (名称规定 art. 18: 在保留期届满前办理企业登记), so it waits for
    the case.

    `trade_key`: only those of this (city, trade name), for the moment before a new one is judged.
    """
    query = select(reservations).where(
        reservations.c.state == "reserved",
        reservations.c.reserved_until < today,
        reservations.c.case_id.is_(None),
    )
    if trade_key:
        held = select(names.c.id).where(
            names.c.city_code == trade_key[0], names.c.trade_name == trade_key[1]
        )
        query = query.where(reservations.c.id.in_(held))
    query = query.order_by(reservations.c.reserved_until, reservations.c.id).limit(limit)
    return (await session.execute(query.with_for_update(skip_locked=True))).all()
