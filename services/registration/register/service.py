"""Use cases of the register: enter an entity, end it, read what is published.

`register_entity` and `end_entity` run in the transaction that decides; both leave a change row with the
entity's next version. No numbers of people pass through here but as hash and mask.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.clock import shanghai_date
from kit.errors import NotFound
from services.registration.names.comparison import FormerKind
from services.registration.names.handover import retire_name
from services.registration.register import feed, store
from services.registration.register.errors import EntityExists
from services.registration.register.rules import UNPUBLISHED_ROLES, EntityRecord, EntityState, Seat
from services.registration.register.schemas import (
    EntityChange,
    EntityChanges,
    EntityInternalView,
    EntityView,
    InternalPerson,
    InternalShareholder,
    OfficeView,
    ShareholderView,
)
from services.registration.register.search import filter_tokens, name_keys
from services.registration.register.tables import (
    EntityPerson,
    EntityShareholder,
    MarketEntity,
)

PATH = "/api/registration/v1/entities"
ENTITIES = MarketEntity.__table__  # type: ignore[attr-defined]


def _values(record: EntityRecord, *, now: datetime) -> dict[str, Any]:
    keys = name_keys(record.name)
    filters = filter_tokens(
        region_code=record.region_code,
        industry_code=record.industry_code,
        entity_kind=record.entity_kind,
        state=EntityState.active.value,
    )
    return record.model_dump(exclude={"people", "shareholders"}, mode="python") | {
        "head_role": record.head_role.value,
        "name_compact": keys.compact,
        "pinyin": keys.pinyin,
        "initials": keys.initials,
        "tokens": [*keys.tokens, *filters],
        "state": EntityState.active.value,
        "version": 1,
        "registered_at": now,
        "updated_at": now,
    }


async def register_entity(session: AsyncSession, record: EntityRecord, *, now: datetime) -> bool:
    """Enter a new entity; False where this very case entered it before (idempotent).

    Call it in the approving transaction; `now` is the business instant. Raises EntityExists where the
    code belongs to another case's entity.
    """
    statement = insert(ENTITIES).values(_values(record, now=now)).on_conflict_do_nothing()
    done = (await session.execute(statement.returning(ENTITIES.c.uscc))).scalar()
    if done is None:
        known = (
            await session.execute(
                select(ENTITIES.c.case_id, ENTITIES.c.uscc).where(ENTITIES.c.uscc == record.uscc)
            )
        ).first()
        if known is not None and known.case_id is not None and known.case_id == record.case_id:
            return False
        raise EntityExists(existing={"href": f"{PATH}/{record.uscc}", "reference": record.uscc})
    _add_people(session, record)
    await session.flush()
    await _note_change(session, record.uscc, "registered", version=1, now=now)
    return True


def _add_people(session: AsyncSession, record: EntityRecord) -> None:
    for number, person in enumerate(record.people, start=1):
        session.add(
            EntityPerson(
                uscc=record.uscc,
                number=number,
                is_published=person.role not in UNPUBLISHED_ROLES,
                **person.model_dump(mode="json"),
            )
        )
    for number, holder in enumerate(record.shareholders, start=1):
        session.add(
            EntityShareholder(uscc=record.uscc, number=number, **holder.model_dump(mode="python"))
        )


async def _note_change(
    session: AsyncSession, uscc: str, kind: str, *, version: int, now: datetime
) -> None:
    values = {"uscc": uscc, "kind": kind, "version": version, "now": now}
    await session.execute(feed.NOTE, values)


async def end_entity(session: AsyncSession, uscc: str, *, state: str, now: datetime) -> bool:
    """Set an entity to `revoked` or `deregistered`; False where the register does not hold it.

    The record stays for ever: a code is kept for look-up and never reissued (国发〔2015〕33号).
    """
    wanted = EntityState(state)
    row = (
        await session.execute(select(MarketEntity).where(ENTITIES.c.uscc == uscc).with_for_update())
    ).scalar_one_or_none()
    if row is None:
        return False
    if row.state == wanted.value:
        return True
    kept = [token for token in row.tokens if not token.startswith("s:")]
    row.tokens = [*kept, f"s:{wanted.value}"]
    row.state, row.version, row.updated_at = wanted.value, row.version + 1, now
    row.ended_on = shanghai_date(now)
    await session.flush()
    await _note_change(session, uscc, wanted.value, version=row.version, now=now)
    if wanted is EntityState.deregistered:  # 吊销 leaves the entity, and its name, in being
        await retire_name(session, uscc, kind=FormerKind.DEREGISTERED, on=row.ended_on)
    return True


async def move_entity(session: AsyncSession, uscc: str, seat: Seat, *, now: datetime) -> None:
    """An active entity sits somewhere else from now on, under its next licence (条例 art. 24)."""
    row = (
        await session.execute(select(MarketEntity).where(ENTITIES.c.uscc == uscc).with_for_update())
    ).scalar_one()
    for name, value in seat.model_dump().items():
        setattr(row, name, value)
    filters = filter_tokens(
        region_code=seat.region_code,
        industry_code=row.industry_code,
        entity_kind=row.entity_kind,
        state=row.state,
    )
    row.tokens = [*name_keys(row.name).tokens, *filters]
    row.approved_on, row.licence_version = shanghai_date(now), row.licence_version + 1
    row.version, row.updated_at = row.version + 1, now
    await session.flush()
    await _note_change(session, uscc, "changed", version=row.version, now=now)


async def mark_address(session: AsyncSession, uscc: str, *, status: str, now: datetime) -> int:
    """Sets an entity's `address_status`; a change like any other. Returns the entity's new version."""
    statement = (
        update(ENTITIES)
        .where(ENTITIES.c.uscc == uscc)
        .values(address_status=status, version=ENTITIES.c.version + 1, updated_at=now)
        .returning(ENTITIES.c.version)
    )
    version = int((await session.execute(statement)).scalar_one())
    await _note_change(session, uscc, "changed", version=version, now=now)
    return version


async def _view(connection: store.Connection, row: Any) -> EntityView:
    holders = await store.read_shareholders(connection, row.uscc)
    people = await store.read_people(connection, row.uscc)
    names = set(EntityView.model_fields) - {"shareholders", "people"}
    return EntityView(
        **{name: getattr(row, name) for name in names},
        shareholders=[
            ShareholderView(
                kind=h.kind,
                name=h.name,
                uscc=h.shareholder_uscc,
                subscribed_fen=h.subscribed_fen,
                paid_in_fen=h.paid_in_fen,
                method=h.method,
                due_on=h.due_on,
            )
            for h in holders
        ],
        people=[OfficeView(role=p.role, name=p.name) for p in people if p.is_published],
    )


async def read_entity(connection: AsyncConnection, uscc: str) -> EntityView:
    """An entity as published. Raises NotFound."""
    row = await store.find_entity(connection, uscc)
    if row is None:
        raise NotFound
    return await _view(connection, row)


async def read_internal(connection: AsyncConnection, actor: Actor, uscc: str) -> EntityInternalView:
    """What an officer of the entity's region sees; NotFound for officers of other regions."""
    row = await store.find_governed(connection, uscc, prefixes=actor.region_prefixes)
    if row is None:
        raise NotFound
    people = await store.read_people(connection, uscc)
    holders = await store.read_shareholders(connection, uscc)
    return EntityInternalView(
        entity=await _view(connection, row),
        case_id=row.case_id,
        people=[InternalPerson.model_validate(person) for person in people],
        shareholders=[InternalShareholder.model_validate(holder) for holder in holders],
        registered_at=row.registered_at,
        updated_at=row.updated_at,
    )


async def read_changes(
    connection: AsyncConnection, *, secret: str, since: str | None, limit: int
) -> EntityChanges:
    """The next changes. Raises InvalidCursor, FeedRestarted."""
    epoch = await feed.read_epoch(connection)
    txid, last_id = feed.decode(secret, since, epoch=epoch) if since else ("0", 0)
    rows = await feed.read_changes(connection, txid=txid, last_id=last_id, limit=limit)
    items = [
        EntityChange(
            uscc=row.uscc,
            kind=row.kind,
            version=row.version,
            changed_at=row.changed_at,
            href=f"{PATH}/{row.uscc}",
        )
        for row in rows
        if row.uscc is not None
    ]
    if items:
        txid, last_id = rows[-1].txid, rows[-1].id
    following = feed.encode(secret, epoch=epoch, txid=txid, last_id=last_id)
    return EntityChanges(items=items, next=following, as_of=rows[0].as_of)
