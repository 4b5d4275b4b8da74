"""Every query on licences. Whoever reads for a caller goes through `visible_to`."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Row, or_, select, text, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from services.registration.licences.status_list import ENTRIES, LicenceStatus
from services.registration.licences.tables import Licence, LicenceHistory, LicencePdf

Connection = AsyncSession | AsyncConnection
_LOCK_ENTITY = text("SELECT pg_advisory_xact_lock(hashtextextended('licence:' || :uscc, 0))")
_NEXT_INDEX = text("SELECT nextval('licence_status_indexes')")
_ENDED = text(
    "SELECT status_index - CAST(:first AS bigint) AS entry, status FROM licences"
    " WHERE status <> 'valid' AND status_index >= :first AND status_index < :last"
)
_HIGHEST = text("SELECT max(status_index) FROM licences")
LICENCES = Licence.__table__  # type: ignore[attr-defined]
HISTORY = LicenceHistory.__table__  # type: ignore[attr-defined]
PDFS = LicencePdf.__table__  # type: ignore[attr-defined]
_IS_PRINTED = (
    select(PDFS.c.licence_id).where(PDFS.c.licence_id == LICENCES.c.id).exists().label("is_printed")
)


async def lock_entity(session: AsyncSession, uscc: str) -> None:
    """Serialises everything that changes one entity's licences until the transaction ends."""
    await session.execute(_LOCK_ENTITY, {"uscc": uscc})


async def next_status_index(session: AsyncSession) -> int:
    """A place in the status lists that nobody has; gaps are fine."""
    return int((await session.execute(_NEXT_INDEX)).scalar_one())


async def find_by_case(session: AsyncSession, case_id: UUID) -> Licence | None:
    return (
        await session.execute(select(Licence).where(LICENCES.c.case_id == case_id))
    ).scalar_one_or_none()


async def find_latest(session: AsyncSession, uscc: str) -> Licence | None:
    """The entity's newest licence, whatever its status."""
    query = select(Licence).where(LICENCES.c.uscc == uscc).order_by(LICENCES.c.version.desc())
    return (await session.execute(query.limit(1))).scalar_one_or_none()


def held_by(actor: Actor) -> ColumnElement[bool]:
    """Licences of which the caller is applicant or holder."""
    mine: list[ColumnElement[bool]] = [LICENCES.c.owner_sub == actor.sub]
    if actor.person:
        mine.append(LICENCES.c.holder_persons.contains([actor.person]))
    return or_(*mine)


def governed_by(actor: Actor) -> ColumnElement[bool]:
    """Licences of the regions that an officer serves; nothing for anybody else."""
    if not actor.has("officer", "head"):
        return or_(False)
    return or_(
        False,
        *(LICENCES.c.region_code.startswith(p, autoescape=True) for p in actor.region_prefixes),
    )


def visible_to(actor: Actor) -> ColumnElement[bool]:
    return or_(held_by(actor), governed_by(actor))


async def find_visible(connection: Connection, actor: Actor, licence_id: UUID) -> Row[Any] | None:
    """One licence (with `is_printed`), or None where the caller may not know of it."""
    query = select(LICENCES, _IS_PRINTED).where(LICENCES.c.id == licence_id, visible_to(actor))
    return (await connection.execute(query)).first()


async def list_visible(
    connection: Connection,
    actor: Actor,
    *,
    uscc: str | None,
    case_id: UUID | None,
    status: LicenceStatus | None,
    after: tuple[Any, ...] | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Newest first, `limit + 1` rows."""
    query = select(LICENCES).where(visible_to(actor))
    if uscc is not None:
        query = query.where(LICENCES.c.uscc == uscc)
    if case_id is not None:
        query = query.where(LICENCES.c.case_id == case_id)
    if status is not None:
        query = query.where(LICENCES.c.status == status.value)
    if after is not None:
        query = query.where(tuple_(LICENCES.c.issued_at, LICENCES.c.id) < tuple_(*after))
    query = query.order_by(LICENCES.c.issued_at.desc(), LICENCES.c.id.desc()).limit(limit + 1)
    return (await connection.execute(query)).all()


async def lock_governed(session: AsyncSession, actor: Actor, licence_id: UUID) -> Licence | None:
    """The licence for an officer's move, locked; None outside the officer's regions."""
    query = select(Licence).where(LICENCES.c.id == licence_id, governed_by(actor))
    return (await session.execute(query.with_for_update())).scalar_one_or_none()


async def find_held(connection: Connection, actor: Actor, licence_id: UUID) -> Row[Any] | None:
    query = select(LICENCES).where(LICENCES.c.id == licence_id, held_by(actor))
    return (await connection.execute(query)).first()


async def read_history(connection: Connection, licence_id: UUID) -> Sequence[Row[Any]]:
    query = select(HISTORY).where(HISTORY.c.licence_id == licence_id).order_by(HISTORY.c.id)
    return (await connection.execute(query)).all()


async def find_version(
    connection: Connection, uscc: str, version: int | None
) -> tuple[Row[Any] | None, int | None]:
    """The licence of that version (the newest for None) and the newest version's number."""
    query = select(LICENCES).where(LICENCES.c.uscc == uscc).order_by(LICENCES.c.version.desc())
    rows = (await connection.execute(query)).all()
    if not rows:
        return None, None
    wanted = rows[0].version if version is None else version
    return next((row for row in rows if row.version == wanted), None), rows[0].version


async def find_pdf(connection: Connection, licence_id: UUID) -> Row[Any] | None:
    query = select(PDFS.c.content, PDFS.c.digest).where(PDFS.c.licence_id == licence_id)
    return (await connection.execute(query)).first()


async def read_ended(connection: Connection, number: int) -> list[tuple[int, LicenceStatus]] | None:
    """The entries of status list `number` that are not valid; None for a list not yet begun."""
    highest = (await connection.execute(_HIGHEST)).scalar()
    if number > 0 and (highest is None or highest < number * ENTRIES):
        return None
    bounds = {"first": number * ENTRIES, "last": (number + 1) * ENTRIES}
    rows = (await connection.execute(_ENDED, bounds)).all()
    return [(int(row.entry), LicenceStatus(row.status)) for row in rows]
