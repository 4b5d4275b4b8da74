"""A daily copy of the published register as NDJSON and CSV, for those who keep their own.

Taken in one REPEATABLE READ transaction, so that every line is of the same instant. The position is the
oldest transaction still running then: the change feed from there repeats a few changes and misses none.
Files are kept as gzip members of some thousand lines each; put one after another they are a gzip file, so
they are streamed and never whole in memory.
"""

import base64
import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import AsyncIterator
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import orjson
from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.errors import NotFound
from services.registration.register import feed
from services.registration.register.schemas import SnapshotFile, SnapshotView

PATH = "/api/registration/v1/snapshots"
BATCH = 5_000
KEPT_DAYS = 7
FORMATS = ("ndjson", "csv")
MEDIA_TYPES = {"ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}
COLUMNS = (
    "uscc",
    "legacy_reg_no",
    "name",
    "entity_kind",
    "organization_form",
    "type_text",
    "state",
    "head_role",
    "head_name",
    "registered_capital_fen",
    "founded_on",
    "approved_on",
    "ended_on",
    "domicile",
    "business_scope",
    "industry_code",
    "region_code",
    "registration_authority",
    "licence_version",
    "version",
    "is_demo",
    "address_status",
)
"""Only what the law publishes; shareholders and people are fetched one by one."""

_BATCH = text(
    f"SELECT {', '.join(COLUMNS)} FROM market_entities WHERE uscc > :after ORDER BY uscc LIMIT :rows"  # noqa: S608  constants
)
_ISOLATE = text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended('register-snapshot', 0))")
_KNOWN = text("SELECT 1 FROM register_snapshots WHERE taken_on = :taken_on")
_BEGIN = text(
    "INSERT INTO register_snapshots (id, taken_on, as_of, position, entities)"
    " VALUES (:id, :taken_on, transaction_timestamp(), :position, 0)"
)
_END = text("UPDATE register_snapshots SET entities = :entities WHERE id = :id")
_PART = text(
    "INSERT INTO register_snapshot_files (snapshot_id, format, part, content)"
    " VALUES (:id, :format, :part, :content)"
)
_DIGEST = text(
    "INSERT INTO register_snapshot_digests (snapshot_id, format, size_bytes, sha256)"
    " VALUES (:id, :format, :bytes, :sha256)"
)
_EXPIRE = text(
    "DELETE FROM register_snapshots WHERE taken_on < CAST(:taken_on AS date) - CAST(:days AS integer)"
)
_LATEST = text("SELECT * FROM register_snapshots ORDER BY taken_on DESC LIMIT 1")
_ONE = text("SELECT * FROM register_snapshots WHERE id = :id")
_DIGESTS = text("SELECT * FROM register_snapshot_digests WHERE snapshot_id = :id ORDER BY format")
_PACKED = text(
    "SELECT sum(octet_length(content)) FROM register_snapshot_files"
    " WHERE snapshot_id = :id AND format = :format"
)
_CONTENT = text(
    "SELECT content FROM register_snapshot_files"
    " WHERE snapshot_id = :id AND format = :format AND part = :part"
)


def _ndjson(rows: list[Row[Any]]) -> bytes:
    return b"".join(orjson.dumps(dict(row._mapping)) + b"\n" for row in rows)


def _csv(rows: list[Row[Any]], *, header: bool) -> bytes:
    """RFC 4180; a text that a spreadsheet would run as a formula gets an apostrophe in front."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    if header:
        writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow(_cell(value) for value in row)
    return buffer.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return value


async def take_snapshot(session: AsyncSession, *, taken_on: date) -> bool:
    """Write the day's snapshot; False where there is one. `session` must not have been used yet."""
    await session.execute(_ISOLATE)
    await session.execute(_LOCK)
    if (await session.execute(_KNOWN, {"taken_on": taken_on})).first():
        return False
    snapshot_id = uuid4()
    position = (await session.execute(feed.POSITION)).scalar_one()
    values = {"id": snapshot_id, "taken_on": taken_on, "position": position}
    await session.execute(_BEGIN, values)
    digests = {name: (hashlib.sha256(), [0]) for name in FORMATS}
    after, part, entities = "", 0, 0
    while True:
        rows = list((await session.execute(_BATCH, {"after": after, "rows": BATCH})).all())
        for name in FORMATS:
            content = _ndjson(rows) if name == "ndjson" else _csv(rows, header=part == 0)
            digests[name][0].update(content)
            digests[name][1][0] += len(content)
            packed = gzip.compress(content, 6, mtime=0)
            part_values = {"id": snapshot_id, "format": name, "part": part, "content": packed}
            await session.execute(_PART, part_values)
        entities += len(rows)
        if len(rows) < BATCH:
            break
        after, part = rows[-1].uscc, part + 1
    for name, (digest, size) in digests.items():
        digest_values = {"id": snapshot_id, "format": name, "bytes": size[0]}
        await session.execute(_DIGEST, digest_values | {"sha256": digest.digest()})
    await session.execute(_END, {"id": snapshot_id, "entities": entities})
    await session.execute(_EXPIRE, {"taken_on": taken_on, "days": KEPT_DAYS})
    return True


async def read_latest(connection: AsyncConnection, *, secret: str) -> SnapshotView:
    """The newest snapshot's description. Raises NotFound before the first one."""
    row = (await connection.execute(_LATEST)).first()
    if row is None:
        raise NotFound
    digests = (await connection.execute(_DIGESTS, {"id": row.id})).all()
    epoch = await feed.read_epoch(connection)
    return SnapshotView(
        id=row.id,
        taken_on=row.taken_on,
        as_of=row.as_of,
        since=feed.encode(secret, epoch=epoch, txid=row.position, last_id=0),
        entities=row.entities,
        files=[
            SnapshotFile(
                format=entry.format,
                href=f"{PATH}/{row.id}/entities.{entry.format}",
                bytes=entry.size_bytes,
                content_digest=content_digest(entry.sha256),
            )
            for entry in digests
        ],
    )


def content_digest(sha256: bytes) -> str:
    """RFC 9530's `Content-Digest` value."""
    return f"sha-256=:{base64.b64encode(sha256).decode()}:"


async def read_file_facts(
    connection: AsyncConnection, snapshot_id: UUID, format_name: str
) -> Row[Any]:
    """Size and digest of a snapshot's file. Raises NotFound."""
    digests = (await connection.execute(_DIGESTS, {"id": snapshot_id})).all()
    found = next((row for row in digests if row.format == format_name), None)
    if found is None:
        raise NotFound
    return found


async def read_packed_size(connection: AsyncConnection, snapshot_id: UUID, format_name: str) -> int:
    """The bytes of the file as it is stored: gzip members one after another."""
    values = {"id": snapshot_id, "format": format_name}
    return int((await connection.execute(_PACKED, values)).scalar_one())


async def stream_file(
    database: Any, snapshot_id: UUID, format_name: str, *, packed: bool
) -> AsyncIterator[bytes]:
    """The file part by part, on a connection of its own; gzip members as stored or unpacked."""
    async with database.reader() as connection:
        part = 0
        while True:
            values = {"id": snapshot_id, "format": format_name, "part": part}
            content = (await connection.execute(_CONTENT, values)).scalar()
            if content is None:
                return
            yield content if packed else zlib.decompress(content, wbits=31)
            part += 1
