"""How far each consumer had heard, by its own database: one restored from a backup hears again.

NATS remembers what was acknowledged. A database that went back in time has lost effects which NATS
believes done, and nobody would send those events again. So the acknowledged place is noted in the
database, a little late; before a consumer starts, what was sent since the note is looked up in the
inbox. More missing there than still awaits its acknowledgement: the database has forgotten. Must not
handle events.
"""

import json

import structlog
from nats.js import JetStreamContext
from nats.js.api import ConsumerInfo
from nats.js.errors import NotFoundError
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from kit.db import Database
from kit.tables import inbox, platform_facts

log = structlog.get_logger(__name__)
LOOKED_UP_AT_ONCE = 200


def _key(consumer: str) -> str:
    return f"heard:{consumer}"


def place_of(info: ConsumerInfo) -> str:
    """Which incarnation of a consumer, and the stream sequence up to which all is acknowledged."""
    floor = info.ack_floor.stream_seq if info.ack_floor else 0
    return f"{info.created.isoformat()} {floor}"


async def note_place(database: Database, info: ConsumerInfo) -> None:
    """Keeps the place of a consumer in the database of its effects."""
    statement = insert(platform_facts).values(key=_key(info.name), value=place_of(info))
    column = platform_facts.c.key
    changed = {"value": statement.excluded.value}
    async with database.transaction() as session:
        await session.execute(
            statement.on_conflict_do_update(index_elements=[column], set_=changed)
        )


async def has_forgotten(
    js: JetStreamContext, database: Database, info: ConsumerInfo, subject: str
) -> bool:
    """Whether events were acknowledged of which this database knows nothing."""
    sent = info.delivered.stream_seq if info.delivered else 0
    after, missing = await _noted(database, info), 0
    if sent - after > LOOKED_UP_AT_ONCE:
        log.info("inbox_looks_back", consumer=info.name, messages=sent - after)
    while after < sent:
        ids, after = await _next_ids(js, info.stream_name, subject, after=after, up_to=sent)
        missing += len(ids) - await _known(database, info.name, ids)
        if missing > (info.num_ack_pending or 0):
            return True
    return False


async def _noted(database: Database, info: ConsumerInfo) -> int:
    """The noted place; 0 where the note is of another incarnation of the consumer."""
    query = select(platform_facts.c.value).where(platform_facts.c.key == _key(info.name))
    async with database.reader() as connection:
        value = (await connection.execute(query)).scalar_one_or_none() or ""
    created, _, floor = value.partition(" ")
    return int(floor) if created == info.created.isoformat() else 0


async def _next_ids(
    js: JetStreamContext, stream: str, subject: str, *, after: int, up_to: int
) -> tuple[list[str], int]:
    """Ids of the next events of a subject, and the sequence up to which this is all."""
    ids: list[str] = []
    while len(ids) < LOOKED_UP_AT_ONCE:
        try:
            message = await js.get_msg(stream, after + 1, subject, next=True)
        except NotFoundError:
            return ids, up_to
        if message.seq is None or message.seq > up_to:
            return ids, up_to
        ids.append(json.loads(message.data or b"{}")["id"])
        after = message.seq
    return ids, after


async def _known(database: Database, consumer: str, ids: list[str]) -> int:
    """How many of these events have had their effect here."""
    keys = [f"{consumer}:{id_}" for id_ in ids]
    query = select(func.count()).where(inbox.c.key.in_(keys))
    async with database.reader() as connection:
        return int((await connection.execute(query)).scalar_one())
