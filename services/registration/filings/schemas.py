"""What goes out of filings beside the case itself."""

from datetime import datetime
from uuid import UUID

from kit.schemas import Out


class DocumentView(Out):
    """An uploaded document; `digest` is SHA-256 in hex, sizes are bytes."""

    id: UUID
    material: str
    filename: str
    media_type: str
    size_bytes: int
    digest: str
    uploaded_at: datetime


class SignatureView(Out):
    """Who has to sign and what he answered. `mine`: the caller is this signer."""

    pointer: str
    name: str
    status: str
    invited_at: datetime
    answered_at: datetime | None
    reminders: int
    reason: str | None
    mine: bool = False


class WaitingSignature(Out):
    """A case that waits for the caller's signature."""

    case_id: UUID
    reference: str
    title: str
    matter: str
    invited_at: datetime
    href: str
