"""Every query on experts, panels and applications. Titles have their own (titles_store.py)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.carriers.recognition.tables import (
    Expert,
    PanelMember,
    PanelScore,
    RecognitionApplication,
    RecognitionBar,
)

# SQLModel hides the tables from mypy.
_EXPERTS = Expert.__table__  # type: ignore[attr-defined]
_MEMBERS = PanelMember.__table__  # type: ignore[attr-defined]
_SCORES = PanelScore.__table__  # type: ignore[attr-defined]
_APPLICATIONS = RecognitionApplication.__table__  # type: ignore[attr-defined]
_BARS = RecognitionBar.__table__  # type: ignore[attr-defined]
Connection = AsyncSession | AsyncConnection
_TENANTS = text(
    "SELECT count(*) FROM tenancies WHERE carrier_id = :carrier AND starts_on <= :to"
    " AND coalesce(ended_on, ends_on) >= :from AND state NOT IN ('offered', 'lapsed', 'withdrawn')"
)


async def next_expert_code(session: AsyncSession) -> str:
    """`ZJ-1001` and on; those below are the demonstration's."""
    number = (await session.execute(text("SELECT nextval('expert_codes')"))).scalar_one()
    return f"ZJ-{1000 + number:04d}"


async def insert_expert(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """False where the person is in the register already."""
    statement = pg_insert(_EXPERTS).values(**values).on_conflict_do_nothing()
    done: Any = await session.execute(statement)
    return bool(done.rowcount == 1)


async def list_experts(
    connection: Connection, *, field: str | None, after: str | None, limit: int
) -> Sequence[Any]:
    """Up to `limit + 1` active experts, by code."""
    query = select(_EXPERTS).where(_EXPERTS.c.active).order_by(_EXPERTS.c.code).limit(limit + 1)
    if field is not None:
        query = query.where(_EXPERTS.c.fields.contains([field]))
    if after is not None:
        query = query.where(_EXPERTS.c.code > after)
    return (await connection.execute(query)).all()


async def active_experts(session: AsyncSession, codes: Sequence[str]) -> dict[str, Any]:
    """The active experts of these codes."""
    query = select(_EXPERTS).where(_EXPERTS.c.code.in_(list(codes)), _EXPERTS.c.active)
    return {row.code: row for row in await session.execute(query)}


async def retire_expert(session: AsyncSession, code: str, version: int) -> Any | None:
    """The expert, no longer active; None where the version is not the present one."""
    statement = (
        update(_EXPERTS)
        .where(_EXPERTS.c.code == code, _EXPERTS.c.version == version, _EXPERTS.c.active)
        .values(active=False, version=version + 1)
        .returning(_EXPERTS)
    )
    return (await session.execute(statement)).first()


async def find_expert(connection: Connection, code: str) -> Any | None:
    return (await connection.execute(select(_EXPERTS).where(_EXPERTS.c.code == code))).first()


async def open_application(
    session: AsyncSession, case_id: UUID, carrier_id: UUID, kind: str
) -> bool:
    """Takes the carrier's one place among the open applications; False where it is taken."""
    values = {"case_id": case_id, "carrier_id": carrier_id, "kind": kind, "open": True}
    taken = select(_APPLICATIONS.c.case_id).where(
        _APPLICATIONS.c.carrier_id == carrier_id,
        _APPLICATIONS.c.kind == kind,
        _APPLICATIONS.c.open,
    )
    statement = pg_insert(_APPLICATIONS).values(**values).on_conflict_do_nothing()
    await session.execute(statement)
    return (await session.execute(taken)).scalar_one_or_none() == case_id


async def close_application(session: AsyncSession, case_id: UUID) -> None:
    await session.execute(
        update(_APPLICATIONS).where(_APPLICATIONS.c.case_id == case_id).values(open=False)
    )


async def bar(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(_BARS), dict(values))


async def barred_until(connection: Connection, carrier_id: UUID, *, on: date) -> date | None:
    """The last day of the longest bar that holds, or None."""
    query = select(func.max(_BARS.c.until_on)).where(
        _BARS.c.carrier_id == carrier_id, _BARS.c.until_on >= on
    )
    return (await connection.execute(query)).scalar_one_or_none()


async def tenants_of_year(connection: Connection, carrier_id: UUID, *, year_to: date) -> int:
    """Tenancies that ran in the twelve months up to a day, as far as this platform has them."""
    day = 28 if (year_to.month, year_to.day) == (2, 29) else year_to.day
    start = year_to.replace(year=year_to.year - 1, day=day)
    values = {"carrier": carrier_id, "from": start, "to": year_to}
    return int((await connection.execute(_TENANTS, values)).scalar_one())


async def panel(connection: Connection, case_id: UUID) -> list[Any]:
    """Every member with their expert and, once given, their sheet; those who stood aside too."""
    query = (
        select(
            _EXPERTS.c.id,
            _EXPERTS.c.code,
            _EXPERTS.c.principal,
            _EXPERTS.c.name,
            _EXPERTS.c.organisation,
            _EXPERTS.c.org_code,
            _MEMBERS.c.recused_at,
            _SCORES.c.total,
            _SCORES.c.scores,
            _SCORES.c.recommends,
            _SCORES.c.comment,
        )
        .join(_MEMBERS, _MEMBERS.c.expert_id == _EXPERTS.c.id)
        .outerjoin(
            _SCORES,
            (_SCORES.c.expert_id == _MEMBERS.c.expert_id)
            & (_SCORES.c.case_id == _MEMBERS.c.case_id),
        )
        .where(_MEMBERS.c.case_id == case_id)
        .order_by(_EXPERTS.c.code)
    )
    return list(await connection.execute(query))


async def add_members(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    await session.execute(insert(_MEMBERS), [dict(row) for row in rows])


async def recuse(session: AsyncSession, case_id: UUID, expert_id: UUID, **values: Any) -> None:
    await session.execute(
        update(_MEMBERS)
        .where(_MEMBERS.c.case_id == case_id, _MEMBERS.c.expert_id == expert_id)
        .values(**values)
    )


async def insert_score(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """False where this expert has scored already."""
    statement = pg_insert(_SCORES).values(**values).on_conflict_do_nothing()
    done: Any = await session.execute(statement)
    return bool(done.rowcount == 1)
