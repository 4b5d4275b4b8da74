"""Messages over HTTP: what they say, and what a reader may change about them."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from kit.schemas import In, Label, Out


class MessageView(Out):
    """One message. `template` is a stable code, `text` its sentence, `href` the page it is about."""

    id: UUID
    template: str = Field(examples=["correction"])
    text: Label
    href: str
    created_at: datetime
    read_at: datetime | None


class MessagesRead(In):
    """Which messages were read; without `ids` all."""

    ids: list[UUID] | None = Field(default=None, max_length=200)


class ReadCount(Out):
    """How many were unread before, and how many still are."""

    marked: int
    unread: int


class MessagePreferences(In):
    """Whether short messages and e-mails are wanted beside the inbox."""

    sms: bool
    email: bool


class MessagePreferencesView(Out):
    """As `MessagePreferences`."""

    sms: bool
    email: bool
