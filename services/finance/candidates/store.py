"""Every query on the library: applications for it, live entries, graduations heard of."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.projections import in_regions_of
from services.finance.candidates.tables import CandidateEntry, Incubation

Connection = AsyncSession | AsyncConnection
_ENTRIES = CandidateEntry.__table__  # type: ignore[attr-defined]  # SQLModel hides it from mypy
_INCUBATIONS = Incubation.__table__  # type: ignore[attr-defined]
_PENDING = _ENTRIES.c.state == "pending"
_LIVE = _ENTRIES.c.state == "live"
_ONE_PENDING = text("state = 'pending'")
"""The unique index's own words: as a parameter PostgreSQL would not find it in a prepared plan."""


async def entry_of(connection: Connection, uscc: str, *, on: date) -> Any | None:
    """The enterprise's entry that is in force on a day, or None. Does not wait for the sweep."""
    c = _ENTRIES.c
    query = (
        select(_ENTRIES)
        .where(
            c.uscc == uscc,
            c.verified_on.is_not(None),
            c.verified_on <= on,
            c.valid_until >= on,
            c.ended_on.is_(None) | (c.ended_on > on),
        )
        .order_by(c.verified_on.desc())
        .limit(1)
    )
    return (await connection.execute(query)).first()


async def graduation_of(connection: Connection, uscc: str, *, on: date) -> Any | None:
    """The enterprise's last graduation from a carrier up to a day, or None."""
    c = _INCUBATIONS.c
    query = (
        select(_INCUBATIONS)
        .where(c.uscc == uscc, c.graduated_on <= on)
        .order_by(c.graduated_on.desc(), c.tenancy_id)
        .limit(1)
    )
    return (await connection.execute(query)).first()


async def remember_graduation(session: AsyncSession, values: Mapping[str, Any]) -> None:
    """Keeps a graduation once, however often it is heard of."""
    await session.execute(insert(_INCUBATIONS).values(**values).on_conflict_do_nothing())


async def claim(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """Keeps an application for the library as the enterprise's only pending one, or brings the case's own up
    to date; False where another case has it."""
    statement = insert(_ENTRIES).values(**values, state="pending")
    changed = {name: value for name, value in values.items() if name not in ("case_id", "uscc")}
    mine = (
        update(_ENTRIES)
        .where(_ENTRIES.c.case_id == values["case_id"], _PENDING)
        .values(**changed, uscc=values["uscc"])
        .returning(_ENTRIES.c.case_id)
    )
    if (await session.execute(mine)).first() is not None:
        return True
    taken = statement.on_conflict_do_nothing(
        index_elements=["uscc"], index_where=_ONE_PENDING
    ).returning(_ENTRIES.c.case_id)
    return (await session.execute(taken)).first() is not None


async def pending_of(connection: Connection, uscc: str) -> UUID | None:
    """The case that applies for the enterprise's entry now."""
    query = select(_ENTRIES.c.case_id).where(_ENTRIES.c.uscc == uscc, _PENDING)
    return (await connection.execute(query)).scalar_one_or_none()


async def make_live(
    session: AsyncSession, case_id: UUID, *, verified_by: str, on: date, valid_until: date
) -> None:
    """The application becomes the enterprise's live entry; the one before ends that day."""
    mine = select(_ENTRIES.c.uscc).where(_ENTRIES.c.case_id == case_id).scalar_subquery()
    await session.execute(
        update(_ENTRIES)
        .where(_ENTRIES.c.uscc == mine, _LIVE)
        .values(state="ended", ended_on=on, end_reason="superseded")
    )
    await session.execute(
        update(_ENTRIES)
        .where(_ENTRIES.c.case_id == case_id, _PENDING)
        .values(state="live", verified_by=verified_by, verified_on=on, valid_until=valid_until)
    )


async def end(session: AsyncSession, case_id: UUID, *, on: date, reason: str) -> bool:
    """Ends an entry or an application for one; False where it had ended."""
    statement = (
        update(_ENTRIES)
        .where(_ENTRIES.c.case_id == case_id, _ENTRIES.c.state != "ended")
        .values(state="ended", ended_on=on, end_reason=reason)
        .returning(_ENTRIES.c.case_id)
    )
    return (await session.execute(statement)).first() is not None


async def end_expired(session: AsyncSession, *, today: date) -> int:
    """Ends the live entries whose last day is over; returns how many."""
    statement = (
        update(_ENTRIES)
        .where(_LIVE, _ENTRIES.c.valid_until < today)
        .values(state="ended", ended_on=today, end_reason="expired")
        .returning(_ENTRIES.c.case_id)
    )
    return len((await session.execute(statement)).all())


async def list_entries(
    connection: Connection, actor: Actor, *, on: date, after: tuple[Any, ...] | None, limit: int
) -> Sequence[Any]:
    """Up to `limit + 1` entries of the actor's regions in force on a day, by enterprise."""
    c = _ENTRIES.c
    in_force = and_(
        _LIVE, c.valid_until >= on, c.verified_on <= on, in_regions_of(actor, c.region_code)
    )
    query = select(_ENTRIES).where(in_force).order_by(c.uscc).limit(limit + 1)
    if after is not None:
        query = query.where(c.uscc > after[0])
    return (await connection.execute(query)).all()
