"""A copy of a person's data: asked for, made by a job, fetched by nobody else, gone after a week."""

from __future__ import annotations

import itertools
import tempfile
import uuid
from collections.abc import AsyncIterator
from typing import IO, Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.identity import accounts_store
from gateway.identity.recovery import tell_account
from gateway.identity.runtime import Identity
from gateway.identity.tables import AnyRow
from gateway.leaving import rules, store
from gateway.leaving.acting import services_as
from gateway.leaving.archive import Archive, own_data, own_messages
from gateway.leaving.errors import ExportRunning
from gateway.leaving.holdings import holdings_of
from gateway.messages.telling import Teller
from gateway.window.services import Refusal
from kit.clock import shanghai_date
from kit.errors import NotFound
from kit.jobs import RetryLater, defer

log = structlog.get_logger(__name__)
MAKE, ATTEMPTS = "leaving.make_export", 6
PART_BYTES = 1_000_000


async def ask(identity: Identity, *, account_id: uuid.UUID) -> uuid.UUID:
    """A copy will be made. Raises ExportRunning, TooManyAttempts after five a day."""
    await identity.limit("5/day", "export", str(account_id))
    export_id = uuid.uuid4()
    values = {
        "id": export_id,
        "account_id": account_id,
        "state": "preparing",
        "asked_at": identity.now(),
    }
    async with identity.database.transaction() as session:
        if not await store.add_export(session, values):
            raise ExportRunning
        await defer(session, MAKE, {"export_id": str(export_id)})
    return export_id


async def last_of(identity: Identity, *, account_id: uuid.UUID) -> AnyRow | None:
    """The newest copy, whatever became of it."""
    async with identity.database.reader() as connection:
        return await store.last_export(connection, account_id)


async def make(
    identity: Identity, teller: Teller, settings: Any, *, export_id: uuid.UUID, attempt: int
) -> None:
    """Gather, pack, seal and tell. Raises RetryLater while a service is silent and tries are left."""
    async with identity.database.reader() as connection:
        export = await store.find_export(connection, export_id)
        account = (
            await accounts_store.find_account(connection, account_id=export.account_id)
            if export
            else None
        )
    if export is None or account is None or export.state != "preparing":
        return
    with tempfile.TemporaryFile() as file:
        try:
            await _pack(identity, settings, account, file, sid=f"export:{export_id}")
        except Refusal as silent:
            if attempt + 1 < ATTEMPTS:
                raise RetryLater(10 * 2**attempt, f"a service did not answer: {silent}") from silent
            await _give_up(identity, teller, export)
            return
        await _keep(identity, teller, export, file)


async def _pack(
    identity: Identity, settings: Any, account: AnyRow, file: IO[bytes], *, sid: str
) -> None:
    with Archive(file) as archive:
        async with identity.database.reader() as connection:
            archive.add("account.json", await own_data(connection, identity.vault, account))
            archive.add("messages.json", await own_messages(connection, account))
        async with services_as(identity, settings, account, sid=sid) as services:
            held = await holdings_of(services)
            if held.silent:
                raise Refusal(503, {"code": "service_unreachable"})
            await archive.add_services(services, held)
        archive.finish()


async def _keep(identity: Identity, teller: Teller, export: AnyRow, file: IO[bytes]) -> None:
    """In pieces, in one transaction with the news of it: there is a whole copy or none."""
    size, number = file.seek(0, 2), 0
    file.seek(0)
    async with identity.database.transaction() as session:
        while data := file.read(PART_BYTES):
            sealed = identity.vault.seal(data, context=_place(export.id, number))
            await store.replace_part(session, export.id, number=number, sealed=sealed)
            number += 1
        now = identity.now()
        expires_at = now + rules.EXPORT_LASTS
        values = {"state": "ready", "ready_at": now, "expires_at": expires_at, "size_bytes": size}
        if not await store.change_export(session, export.id, **values):
            return
        day = {"day": shanghai_date(expires_at).isoformat()}
        await _tell(session, teller, export, "export_ready", values=day)
    log.info("export_ready", account_id=str(export.account_id), size_bytes=size)


async def _give_up(identity: Identity, teller: Teller, export: AnyRow) -> None:
    async with identity.database.transaction() as session:
        if await store.change_export(session, export.id, state="failed"):
            await _tell(session, teller, export, "export_failed")
    log.error("export_failed", account_id=str(export.account_id))


async def _tell(
    session: AsyncSession,
    teller: Teller,
    export: AnyRow,
    template: str,
    values: dict[str, str] | None = None,
) -> None:
    await tell_account(
        session,
        teller,
        export.account_id,
        template,
        cause=export.id,
        values=values,
        href="/account#data",
    )


async def read(
    identity: Identity, *, export_id: uuid.UUID, account_id: uuid.UUID
) -> tuple[AnyRow, AsyncIterator[bytes]]:
    """A ready copy of one's own, and its bytes. Raises NotFound for what is another's, or over."""
    async with identity.database.reader() as connection:
        export = await store.find_export(connection, export_id)
    mine = export is not None and export.account_id == account_id and export.state == "ready"
    if export is None or not mine or export.expires_at <= identity.now():
        raise NotFound
    log.info("export_read", account_id=str(account_id), export_id=str(export_id))
    return export, _bytes(identity, export_id)


async def _bytes(identity: Identity, export_id: uuid.UUID) -> AsyncIterator[bytes]:
    """Piece by piece: between two of them a slow reader holds no connection."""
    for number in itertools.count():
        async with identity.database.reader() as connection:
            sealed = await store.find_part(connection, export_id, number)
        if sealed is None:
            return
        yield identity.vault.open(sealed, context=_place(export_id, number))


def _place(export_id: uuid.UUID, number: int) -> str:
    return f"data_export_parts.sealed:{export_id}:{number}"
