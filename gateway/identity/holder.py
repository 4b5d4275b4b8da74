"""Who an account belongs to, in full: read only for that person's own forms, never for a page or a log.

Must not answer for anybody but the session's own account, nor before the real-name check has passed.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

import structlog

from gateway.identity import accounts_store
from gateway.identity.accounts import ID_NUMBER, USERNAME
from gateway.identity.runtime import Identity

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Holder:
    """A verified natural person. `phone` is empty where the username is an e-mail address."""

    name: str
    id_number: str = field(repr=False)
    phone: str = field(repr=False)


async def holder(identity: Identity, *, account_id: uuid.UUID) -> Holder | None:
    """The account's person, or None where nobody was verified (pending, or an office's account)."""
    async with identity.database.reader() as connection:
        row = await accounts_store.find_account(connection, account_id=account_id)
    if row is None or row.state != "active" or row.id_number_sealed is None:
        return None
    username = identity.vault.decrypt(row.username_sealed, context=USERNAME)
    log.info("identity.own_details_read", account_id=str(account_id))
    return Holder(
        name=row.name,
        id_number=identity.vault.decrypt(row.id_number_sealed, context=ID_NUMBER),
        phone="" if "@" in username else username,
    )
