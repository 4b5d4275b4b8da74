"""What goes out of filings beside the case itself."""

from datetime import datetime
from uuid import UUID

from kit.schemas import Out


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
