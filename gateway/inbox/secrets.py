"""The signing secrets of endpoints: made here, sealed at rest, opened to sign and for their owner."""

import base64
import secrets as chance
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from gateway.inbox import endpoints_store
from gateway.inbox.schemas import SecretsView, SecretView
from kit.crypto import Vault

SECRET_BYTES = 32


async def add_secret(
    session: AsyncSession, vault: Vault, endpoint_id: UUID, *, now: datetime
) -> None:
    """A new `whsec_…` of 256 bits that signs until it is ended."""
    secret = f"whsec_{base64.b64encode(chance.token_bytes(SECRET_BYTES)).decode()}"
    values = {
        "id": uuid4(),
        "endpoint_id": endpoint_id,
        "sealed": vault.encrypt(secret, context=_context(endpoint_id)),
        "created_at": now,
        "expires_at": None,
    }
    await endpoints_store.add_secret(session, values)


async def open_secrets(
    connection: AsyncConnection, vault: Vault, endpoint_id: UUID, *, now: datetime
) -> list[str]:
    """For signing: the living secrets, newest first. Never log or return them."""
    rows = await endpoints_store.living_secrets(connection, endpoint_id, now=now)
    return [_open(vault, row) for row in rows]


async def view_secrets(
    connection: AsyncConnection, vault: Vault, endpoint_id: UUID, *, now: datetime
) -> SecretsView:
    """For their owner, who must have been asked for before."""
    rows = await endpoints_store.living_secrets(connection, endpoint_id, now=now)
    return SecretsView(
        items=[
            SecretView(
                secret=_open(vault, row), created_at=row.created_at, expires_at=row.expires_at
            )
            for row in rows
        ]
    )


def _context(endpoint_id: UUID) -> str:
    return f"webhook_secrets.sealed:{endpoint_id}"


def _open(vault: Vault, row: Any) -> str:
    return vault.decrypt(row.sealed, context=_context(row.endpoint_id))
