"""A database that went back in time does not serve: it would give the same code, number or decision again.

Whatever a service told the others stands in its stream. A stream whose newest event the outbox does not know
belongs to a later state of this database: it was restored from a backup. Then the relay publishes nothing, no
job runs, every write is refused and the process is not ready, until an operator restores what is missing or
runs `accept-loss` (docs/decisions/fence.md). Must not know what an event means: `Service.on_loss` does.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import nats
import structlog
from nats.js import JetStreamContext
from nats.js.errors import NotFoundError
from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.errors import Problem
from kit.tables import outbox, platform_facts

log = structlog.get_logger(__name__)
ACCEPTED = "loss_accepted_up_to"
PATIENCE_SECONDS = 60
LOOK_SECONDS = 5.0
CONNECT_SECONDS = 4
JUMP = 1_000
"""By how much every sequence is put forward, beyond the number of events that are lost."""


class Standing(StrEnum):
    """`unchecked` until the stream was asked once; `open` serves; `behind` does not."""

    unchecked = "unchecked"
    open = "open"
    behind = "behind"


class NotServing(Problem):
    """The database stands behind what was told from it; an operator must restore it or accept the loss."""

    code = "database_behind"
    status = 503
    title_zh = "数据库由旧备份恢复，暂停办理；管理员处理后恢复"
    title_en = (
        "The database was restored from an older backup; nothing is written until an operator acts"
    )


class BehindStream(Exception):
    """Raised where a process would go on with a database that is behind its stream."""


async def is_behind(connection: AsyncConnection, js: JetStreamContext, service: str) -> bool:
    """Whether the newest event of the service's stream is one that this database never wrote."""
    try:
        last = await js.get_last_msg(service, f"{service}.>")
    except NotFoundError:
        return False
    if (last.seq or 0) <= await _accepted(connection):
        return False
    return not await _knows(connection, last.data)


async def _accepted(connection: AsyncConnection) -> int:
    query = select(platform_facts.c.value).where(platform_facts.c.key == ACCEPTED)
    found = (await connection.execute(query)).scalar_one_or_none()
    return int(json.loads(found)["sequence"]) if found else 0


async def _knows(connection: AsyncConnection, message: bytes | None) -> bool:
    event_id = UUID(json.loads(message or b"{}")["id"])
    query = select(outbox.c.id).where(outbox.c.event_id == event_id)
    return (await connection.execute(query)).first() is not None


@asynccontextmanager
async def _stream_of(nats_url: str) -> AsyncIterator[JetStreamContext]:
    async with asyncio.timeout(CONNECT_SECONDS):  # the client would try for ever
        client = await nats.connect(nats_url, allow_reconnect=False, connect_timeout=3)
    try:
        yield client.jetstream(timeout=5)
    finally:
        await client.close()


async def look(state: Any) -> Standing:
    """Where the service's database stands now. Raises what NATS or PostgreSQL raise."""
    name = state.service.name
    async with _stream_of(state.settings.nats_url) as js, state.database.reader() as connection:
        return Standing.behind if await is_behind(connection, js, name) else Standing.open


async def watch(state: Any) -> None:
    """Keeps `state.fence` until cancelled. A broker that cannot be asked for a minute does not stop a service
    that was not restored; a database found behind stays so until it is asked again and is not."""
    began = time.monotonic()
    while True:
        try:
            found = await look(state)
            if found is Standing.behind and state.fence is not found:
                log.error("database_behind_stream", service=state.service.name)
            state.fence = found
        except asyncio.CancelledError:
            raise
        except Exception as error:
            late = time.monotonic() - began > PATIENCE_SECONDS
            if state.fence is Standing.unchecked and late:
                log.warning("fence_not_checked", error=repr(error)[:200])
                state.fence = Standing.open
        await asyncio.sleep(LOOK_SECONDS if state.fence is not Standing.unchecked else 0.5)


async def wait_open(state: Any) -> None:
    """Returns once `watch` has found that the database may be used."""
    while state.fence is not Standing.open:  # noqa: ASYNC110  another task changes it
        await asyncio.sleep(0.1)


def refuse_writes(standing: Standing, method: str) -> None:
    """Raises NotServing 503 for what would write while the database may not be used."""
    if standing is not Standing.open and method not in ("GET", "HEAD", "OPTIONS"):
        raise NotServing(headers={"Retry-After": "5"})


async def accept_loss(state: Any, *, reason: str) -> int:
    """An operator goes on without what is lost: the service takes from the lost events what must never be
    given again, sequences jump, and the fence opens. Returns how many events were lost."""
    name = state.service.name
    async with _stream_of(state.settings.nats_url) as js:
        async with state.database.reader() as connection:
            lost, last = await _lost(connection, js, name)
        if not lost:
            return 0
        async with state.database.transaction() as session:
            for hook in state.service.on_loss:
                await hook(session, lost)
            await _jump(session, len(lost) + JUMP)
            said = {"sequence": last, "events": len(lost), "reason": reason}
            value = json.dumps({**said, "at": datetime.now(UTC).isoformat()}, ensure_ascii=False)
            statement = insert(platform_facts).values(key=ACCEPTED, value=value)
            changed = {"value": statement.excluded.value}
            await session.execute(
                statement.on_conflict_do_update(index_elements=["key"], set_=changed)
            )
    log.warning("loss_accepted", service=name, events=len(lost), reason=reason)
    return len(lost)


async def _lost(
    connection: AsyncConnection, js: JetStreamContext, service: str
) -> tuple[list[dict[str, Any]], int]:
    """The events of the stream that the database does not know, and the last one's place in the stream."""
    if not await is_behind(connection, js, service):
        return [], 0
    info = await js.stream_info(service)
    known, unknown = info.state.first_seq - 1, info.state.last_seq
    while unknown - known > 1:  # what was published first is known, what was published last is not
        middle = (known + unknown) // 2
        message = await _from(js, service, middle)
        if (
            message is not None
            and message.seq <= unknown
            and await _knows(connection, message.data)
        ):
            known = message.seq
        else:
            unknown = middle
    found, at = [], known
    while (message := await _from(js, service, at + 1)) is not None:
        at = message.seq
        if not await _knows(connection, message.data):
            found.append(json.loads(message.data or b"{}"))
    return found, info.state.last_seq


async def _from(js: JetStreamContext, service: str, sequence: int) -> Any | None:
    """The first message at or behind a place of the stream."""
    try:
        return await js.get_msg(service, sequence, f"{service}.>", next=True)
    except NotFoundError:
        return None


_SEQUENCES = text(
    "SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename) FROM pg_sequences"
    " WHERE schemaname = current_schema() AND sequencename NOT LIKE 'procrastinate%'"
)


_TAKEN = text(
    "SELECT count(nextval(CAST(:name AS regclass))) FROM generate_series(1, CAST(:by AS integer))"
)


async def _jump(session: AsyncSession, by: int) -> None:
    """Puts every sequence forward, so that no number that somebody may hold is given again."""
    for name in (await session.execute(_SEQUENCES)).scalars():
        await session.execute(_TAKEN, {"name": name, "by": by})
