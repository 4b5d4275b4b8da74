"""Keeping and finding. What is kept is personal: sealed, short-lived, and found by its holder alone."""

import base64
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import delete, insert, select

from gateway.window.kept.tables import kept_pages as k

LIFE = timedelta(hours=2)
MOST_BYTES = 1_000_000
"""Of a page or of a form's fields; what is larger is not kept."""
_CONTEXT = "kept_pages.sealed"


@dataclass(frozen=True, slots=True)
class Kept:
    """Something kept: the path that it belongs to, the status it had, its content."""

    path: str
    status: int
    content: str


async def keep(state: Any, kind: str, *, holder: str, path: str, status: int, content: str) -> str:
    """Keeps a text for a holder; the name under which it is found, or nothing where it is too large."""
    if len(content) > MOST_BYTES:
        return ""
    name = secrets.token_urlsafe(18)
    packed = base64.b85encode(zlib.compress(content.encode(), 6)).decode()
    values = {
        "id": name,
        "kind": kind,
        "holder": holder,
        "path": path,
        "status": status,
        "sealed": state.vault.encrypt(packed, context=f"{_CONTEXT}.{name}"),
        "created_at": datetime.now(UTC),
    }
    async with state.database.transaction() as session:
        await session.execute(insert(k).values(values))
    return name


async def find(state: Any, kind: str, *, name: str, holder: str) -> Kept | None:
    """What is kept under a name for this holder, for two hours."""
    query = select(k.c.path, k.c.status, k.c.sealed).where(
        k.c.id == name[:60],
        k.c.kind == kind,
        k.c.holder == holder,
        k.c.created_at > datetime.now(UTC) - LIFE,
    )
    async with state.database.reader() as connection:
        row = (await connection.execute(query)).first()
    if row is None:
        return None
    packed = state.vault.decrypt(row.sealed, context=f"{_CONTEXT}.{name}")
    return Kept(row.path, row.status, zlib.decompress(base64.b85decode(packed)).decode())


async def forget_old(session: Any) -> None:
    """Deletes what nobody may find any more."""
    await session.execute(delete(k).where(k.c.created_at <= datetime.now(UTC) - LIFE))


def fields_text(fields: Sequence[tuple[str, str]]) -> str:
    return orjson.dumps(list(fields)).decode()


def fields_of(content: str) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in orjson.loads(content)]
