"""Queries on signatures and checked people. Access to a case is checked by kit.cases.store."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from sqlalchemy import Table, func, insert, or_, select, text, tuple_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.tables import cases
from services.registration.codes.tables import CodeSegment
from services.registration.filings.tables import (
    BarredPerson,
    PersonCheck,
    Signature,
)

Connection = AsyncSession | AsyncConnection
signatures = cast(Table, Signature.__table__)  # type: ignore[attr-defined]
checks = cast(Table, PersonCheck.__table__)  # type: ignore[attr-defined]
barred = cast(Table, BarredPerson.__table__)  # type: ignore[attr-defined]


async def invite(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    await session.execute(insert(signatures), [dict(row) for row in rows])


async def latest_round(connection: Connection, case_id: UUID) -> int:
    query = select(func.coalesce(func.max(signatures.c.round), 0)).where(
        signatures.c.case_id == case_id
    )
    return int((await connection.execute(query)).scalar_one())


async def signatures_of(connection: Connection, case_id: UUID) -> list[Any]:
    """The signatures of the latest round, in the order of the form."""
    latest = (
        select(func.max(signatures.c.round))
        .where(signatures.c.case_id == case_id)
        .scalar_subquery()
    )
    query = (
        select(signatures)
        .where(signatures.c.case_id == case_id, signatures.c.round == latest)
        .order_by(signatures.c.pointer)
    )
    return list(await connection.execute(query))


async def waiting_for(connection: Connection, case_id: UUID, person: str) -> list[Any]:
    query = select(signatures).where(
        signatures.c.case_id == case_id,
        signatures.c.person == person,
        signatures.c.status == "invited",
    )
    return list(await connection.execute(query))


async def answer(
    session: AsyncSession,
    ids: Iterable[UUID],
    *,
    status: str,
    at: datetime,
    evidence: Mapping[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    values = {"status": status, "answered_at": at, "evidence": evidence, "reason": reason}
    await session.execute(update(signatures).where(signatures.c.id.in_(list(ids))).values(**values))


async def void_all(session: AsyncSession, case_id: UUID, *, status: str = "void") -> int:
    """Every signature that was asked for and not yet void: the form it was for is no more."""
    statement = (
        update(signatures)
        .where(signatures.c.case_id == case_id, signatures.c.status.in_(("invited", "signed")))
        .values(status=status)
        .returning(signatures.c.id)
    )
    return len((await session.execute(statement)).all())


async def invited(connection: Connection, case_id: UUID) -> list[str]:
    """The principals who were asked to sign and have not answered."""
    query = select(signatures.c.person).distinct()
    query = query.where(signatures.c.case_id == case_id, signatures.c.status == "invited")
    return [f"person:{person}" for person in (await connection.execute(query)).scalars()]


async def count_waiting(session: AsyncSession, case_id: UUID) -> int:
    query = (
        select(func.count())
        .select_from(signatures)
        .where(signatures.c.case_id == case_id, signatures.c.status == "invited")
    )
    return int((await session.execute(query)).scalar_one())


async def remind(session: AsyncSession, case_id: UUID, at: datetime) -> list[Any]:
    statement = (
        update(signatures)
        .where(signatures.c.case_id == case_id, signatures.c.status == "invited")
        .values(reminded_at=at, reminders=signatures.c.reminders + 1)
        .returning(signatures.c.person, signatures.c.name)
    )
    return list(await session.execute(statement))


async def keep_checks(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keeps the answers of the real-name check; the first answer for a person stays."""
    if rows:
        statement = pg_insert(checks).on_conflict_do_nothing()
        await session.execute(statement, [dict(row) for row in rows])


async def checks_of(connection: Connection, case_id: UUID, submission: int) -> list[Any]:
    query = select(checks).where(checks.c.case_id == case_id, checks.c.submission == submission)
    return list(await connection.execute(query))


async def barred_among(
    connection: Connection, people: Iterable[str], today: date
) -> dict[str, str]:
    """Which of these people (keyed hashes) are barred today, and on what ground."""
    query = select(barred.c.person, barred.c.ground).where(
        barred.c.person.in_(list(people)),
        or_(barred.c.until_on.is_(None), barred.c.until_on >= today),
    )
    return {row.person: row.ground for row in await connection.execute(query)}


_RESERVATION = text(
    "SELECT * FROM name_reservations WHERE id = CAST(:id AS uuid)"
    " AND (applicant_sub = :sub OR applicant_person = :person)"
    " AND (case_id IS NULL OR case_id = :case_id)"
)


async def reservation_for(connection: Connection, reservation_id: str, case: Any) -> Any | None:
    """The name reservation of a case, where its holder is the case's applicant."""
    values = {
        "id": reservation_id,
        "sub": case.applicant_sub,
        "person": case.applicant_person,
        "case_id": case.id,
    }
    return (await connection.execute(_RESERVATION, values)).first()


async def serves(connection: Connection, region_code: str) -> bool:
    """Whether a registration authority of this platform gives out codes for the region."""
    segments = cast(Table, CodeSegment.__table__)  # type: ignore[attr-defined]
    query = select(segments.c.id).where(segments.c.authority_code == region_code).limit(1)
    return (await connection.execute(query)).first() is not None


async def waiting_cases(
    connection: Connection, person: str, *, after: tuple[Any, ...] | None, limit: int
) -> list[Any]:
    """Up to `limit + 1` cases in which this person has been asked to sign and has not answered, the longest
    waiting first."""
    asked = func.min(signatures.c.invited_at)
    query = (
        select(
            signatures.c.case_id,
            cases.c.reference,
            cases.c.title,
            cases.c.matter,
            asked.label("invited_at"),
        )
        .join(cases, cases.c.id == signatures.c.case_id)
        .where(signatures.c.person == person, signatures.c.status == "invited")
        .group_by(signatures.c.case_id, cases.c.reference, cases.c.title, cases.c.matter)
        .order_by(asked, signatures.c.case_id)
    )
    if after is not None:
        query = query.having(tuple_(asked, signatures.c.case_id) > after)
    return list(await connection.execute(query.limit(limit + 1)))


async def cases_to_remind(connection: Connection, before: datetime) -> list[UUID]:
    """Cases with a signer who was asked, and last reminded, before an instant."""
    last = func.coalesce(signatures.c.reminded_at, signatures.c.invited_at)
    query = (
        select(signatures.c.case_id)
        .where(signatures.c.status == "invited")
        .group_by(signatures.c.case_id)
        .having(func.max(last) < before)
        .limit(500)
    )
    return list((await connection.execute(query)).scalars())
