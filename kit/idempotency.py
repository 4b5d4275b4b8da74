"""Idempotency-Key: the same request with the same key has one effect and one reply.

The reply is stored in the effect's own transaction, so it exists exactly when the effect does. Scope:
issuer + subject + client + method + path. Refusals leave no effect and are not stored: a repeat is
judged anew. While the first is running its repeat gets 409 `request_in_progress`.
"""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import Request, Response
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.driver import columns_of, insertion, raw, taken
from kit.errors import IdempotencyKeyRequired, IdempotencyKeyReused, RequestInProgress
from kit.tables import idempotency_keys as keys

REPLAYED_HEADERS = ("content-type", "location", "etag", "link")
_LOCK = text("SELECT pg_try_advisory_xact_lock(:key)")
_FIND = "SELECT body_hash, status, headers, body FROM idempotency_keys WHERE scope = $1"
_KEEP, _COLUMNS = insertion(keys), columns_of(keys)


class Replay(Exception):
    """The key was used before with the same body: this is the reply it got."""

    def __init__(self, response: Response) -> None:
        super().__init__("replayed")
        self.response = response


@dataclass(frozen=True)
class Guard:
    """What `store_reply` needs to keep the reply beside its effect."""

    session: AsyncSession
    scope: bytes
    body_hash: bytes


def _scope(request: Request, key: str) -> bytes:
    actor = request.scope["state"].get("actor")
    who = (actor.issuer, actor.sub, actor.client_id) if actor else ("", "anonymous", "")
    parts = "\x1f".join((*who, request.method, request.scope["path"], key))
    return hashlib.sha256(parts.encode()).digest()


async def begin_idempotent(request: Request, session: AsyncSession) -> None:
    """Take the key for this transaction, or raise `Replay` with the stored reply."""
    key = request.headers.get("idempotency-key", "")
    if not 1 <= len(key) <= 255 or not key.isascii() or not key.isprintable():
        raise IdempotencyKeyRequired(
            detail_zh="每个 POST 都要带一个 Idempotency-Key：1 至 255 个可见 ASCII 字符，例如一个 UUID"
        )
    scope = _scope(request, key)
    body_hash = hashlib.sha256(
        request.scope["query_string"] + b"\x1f" + await request.body()
    ).digest()
    lock = int.from_bytes(scope[:8], "big", signed=True)
    if not (await session.execute(_LOCK, {"key": lock})).scalar():
        raise RequestInProgress(headers={"Retry-After": "1"})
    row = await (await raw(session)).fetchrow(_FIND, scope)
    if row is None:
        request.state.idempotency = Guard(session, scope, body_hash)
        return
    if row["body_hash"] != body_hash:
        raise IdempotencyKeyReused
    headers = {**row["headers"], "idempotency-hit": "true"}
    raise Replay(Response(row["body"], row["status"], headers))


async def store_reply(request: Request, response: Response) -> None:
    """Keep a successful reply in the transaction of its effect."""
    guard: Guard | None = getattr(request.state, "idempotency", None)
    if guard is None or not 200 <= response.status_code < 300:
        return
    headers = {
        name: response.headers[name] for name in REPLAYED_HEADERS if name in response.headers
    }
    values = {
        "scope": guard.scope,
        "body_hash": guard.body_hash,
        "status": response.status_code,
        "headers": headers,
        "body": bytes(response.body),
        "created_at": datetime.now(UTC),
    }
    await (await raw(guard.session)).execute(_KEEP, *taken(values, _COLUMNS))
