"""Every query on premium subsidies. Who may see which is said here: own enterprise, own region, or paid."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.projections import in_regions_of
from services.finance.subsidies.tables import PremiumSubsidy, SubsidyParameter, SubsidyYear

Connection = AsyncSession | AsyncConnection
DEPARTMENTS = ("science", "treasury")
_SUBSIDIES = PremiumSubsidy.__table__  # type: ignore[attr-defined]  # SQLModel hides it from mypy
_PARAMETERS = SubsidyParameter.__table__  # type: ignore[attr-defined]
_YEARS = SubsidyYear.__table__  # type: ignore[attr-defined]


async def parameters_on(connection: Connection, day: date) -> Sequence[Any]:
    """The parameters in force on a day; the first and the last day belong to a period."""
    statement = (
        select(_PARAMETERS)
        .where(
            _PARAMETERS.c.valid_from <= day,
            or_(_PARAMETERS.c.valid_to.is_(None), _PARAMETERS.c.valid_to >= day),
        )
        .order_by(_PARAMETERS.c.key, _PARAMETERS.c.coverage)
    )
    return (await connection.execute(statement)).all()


async def take_cost_item(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """Writes an application; False where its cost item is taken, also by one that is being written now."""
    statement = insert(_SUBSIDIES).values(**values).on_conflict_do_nothing()
    return (await session.execute(statement.returning(_SUBSIDIES.c.id))).first() is not None


async def find_by_item(connection: Connection, values: Mapping[str, Any]) -> Any | None:
    """The living application for the same cost item, the same enterprise's before another's, or None."""
    columns = (_SUBSIDIES.c.id, _SUBSIDIES.c.reference, _SUBSIDIES.c.uscc)
    own = _SUBSIDIES.c.uscc == values["uscc"]
    statement = select(*columns).where(
        *(_SUBSIDIES.c[name] == values[name] for name in ("policy_key", "coverage")),
        or_(own, _SUBSIDIES.c.insurer_key == values["insurer_key"]),
        _SUBSIDIES.c.period_from_on <= values["period_to_on"],
        _SUBSIDIES.c.period_to_on >= values["period_from_on"],
        _SUBSIDIES.c.released_at.is_(None),
    )
    return (await connection.execute(statement.order_by(own.desc()).limit(1))).first()


async def list_of_policy(
    connection: Connection, policy_key: str, *, but: UUID, limit: int = 20
) -> Sequence[Any]:
    """Every other application in which a policy's number stands, newest first: for a reviewer, who may not
    take the same number for the same policy."""
    statement = select(_SUBSIDIES).where(
        _SUBSIDIES.c.policy_key == policy_key, _SUBSIDIES.c.id != but
    )
    ordered = statement.order_by(_SUBSIDIES.c.submitted_on.desc(), _SUBSIDIES.c.id).limit(limit)
    return (await connection.execute(ordered)).all()


async def withdraw_item(session: AsyncSession, subsidy_id: UUID) -> None:
    """Takes the row of an application that comes back corrected away, so that it can be written anew."""
    await session.execute(
        _SUBSIDIES.delete().where(_SUBSIDIES.c.id == subsidy_id, _SUBSIDIES.c.amount_fen.is_(None))
    )


async def change(session: AsyncSession, subsidy_id: UUID, **values: Any) -> None:
    """Writes what became known of an application."""
    await session.execute(update(_SUBSIDIES).where(_SUBSIDIES.c.id == subsidy_id).values(**values))


async def lock_year(session: AsyncSession, *, uscc: str, year: int, cap_fen: int) -> int:
    """What the enterprise has of the year in fen; others who want some of it wait. A cap that was raised
    counts from now on, one that was lowered takes nothing back."""
    statement = insert(_YEARS).values(uscc=uscc, year=year, cap_fen=cap_fen, committed_fen=0)
    present = _YEARS.c.committed_fen
    changed = {"cap_fen": func.greatest(statement.excluded.cap_fen, present)}
    upsert = statement.on_conflict_do_update(index_elements=["uscc", "year"], set_=changed)
    return int((await session.execute(upsert.returning(present))).scalar_one())


async def add_to_year(session: AsyncSession, *, uscc: str, year: int, amount_fen: int) -> None:
    """Adds to (or, negative, takes from) the year's sum; the database holds it under the cap."""
    await session.execute(
        update(_YEARS)
        .where(_YEARS.c.uscc == uscc, _YEARS.c.year == year)
        .values(committed_fen=_YEARS.c.committed_fen + amount_fen)
    )


async def find(connection: Connection, subsidy_id: UUID) -> Any | None:
    """One application's row. The caller has asked the case whether it may be seen."""
    statement = select(_SUBSIDIES).where(_SUBSIDIES.c.id == subsidy_id)
    return (await connection.execute(statement)).first()


async def had_before(connection: Connection, uscc: str) -> bool:
    """Whether the enterprise was ever paid such a subsidy (first-time applicants go first)."""
    statement = select(_SUBSIDIES.c.id).where(
        _SUBSIDIES.c.uscc == uscc, _SUBSIDIES.c.paid_on.is_not(None)
    )
    return (await connection.execute(statement.limit(1))).first() is not None


async def list_paid(
    connection: AsyncConnection, *, after: tuple[Any, ...] | None, limit: int
) -> Sequence[Any]:
    """Paid subsidies, newest first, up to `limit + 1`: what publicity has shown everybody."""
    key = (_SUBSIDIES.c.paid_on, _SUBSIDIES.c.id)
    statement = select(_SUBSIDIES).where(_SUBSIDIES.c.paid_on.is_not(None))
    return await _page(connection, statement, key, after, limit)


async def list_mine(
    connection: AsyncConnection, actor: Actor, *, after: tuple[Any, ...] | None, limit: int
) -> Sequence[Any]:
    """The caller's own applications, newest first, up to `limit + 1`."""
    key = (_SUBSIDIES.c.submitted_on, _SUBSIDIES.c.id)
    statement = select(_SUBSIDIES).where(_SUBSIDIES.c.applicant_sub == actor.sub)
    return await _page(connection, statement, key, after, limit)


async def list_in_regions(
    connection: AsyncConnection, actor: Actor, *, after: tuple[Any, ...] | None, limit: int
) -> Sequence[Any]:
    """Submitted applications of the actor's regions, newest first, up to `limit + 1`; nothing for a
    department that has no part in the matter."""
    key = (_SUBSIDIES.c.submitted_on, _SUBSIDIES.c.id)
    if not actor.has("administrator") and actor.org not in DEPARTMENTS:
        return []
    statement = select(_SUBSIDIES).where(in_regions_of(actor, _SUBSIDIES.c.region_code))
    return await _page(connection, statement, key, after, limit)


async def _page(
    connection: AsyncConnection,
    statement: Select[Any],
    key: tuple[Any, Any],
    after: tuple[Any, ...] | None,
    limit: int,
) -> Sequence[Any]:
    if after is not None:
        statement = statement.where(tuple_(*key) < after)
    ordered = statement.order_by(key[0].desc(), key[1].desc()).limit(limit + 1)
    rows: Sequence[Any] = (await connection.execute(ordered)).all()
    return rows


async def release(session: AsyncSession, subsidy_id: UUID, *, at: datetime) -> None:
    """The application ended without a payment: its cost item is free again."""
    await change(session, subsidy_id, released_at=at)
