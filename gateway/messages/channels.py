"""The way out: a short message over HTTP, an e-mail over SMTP. One call, one answer, no retry.

Both give the message our own id, so that a provider or a mailbox can tell a repeat from a second message.
Must not log an address or a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate
from urllib.parse import unquote, urlsplit

import aiosmtplib
import httpx

PATIENCE_S = 10.0


class Refused(Exception):
    """The provider will never take this message: trying again is of no use. `reason` is its code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class NotOffered(Refused):
    """This installation has no such channel."""


@dataclass(frozen=True, slots=True)
class Channels:
    """`sms_url` and `smtp_url` (smtp://user:password@host:port, smtps://…); empty: not offered."""

    sms_url: str
    sms_key: str
    smtp_url: str
    sender: str

    async def send(self, channel: str, *, message_id: str, address: str, text: str) -> str:
        """The provider's own id. Raises Refused; anything else raised may be tried again, with the same
        `message_id`: the message may have gone out."""
        if channel == "sms":
            return await self._sms(message_id, address, text)
        return await self._email(message_id, address, text)

    async def _sms(self, message_id: str, phone: str, text: str) -> str:
        if not self.sms_url:
            raise NotOffered("no_sms")
        headers = {"Authorization": f"Bearer {self.sms_key}"} if self.sms_key else {}
        body = {"id": message_id, "to": phone, "text": text}
        async with httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False) as client:
            reply = await client.post(f"{self.sms_url}/sms", json=body, headers=headers)
        if reply.status_code == 422:
            raise Refused(str(reply.json().get("code", "refused"))[:40])
        reply.raise_for_status()
        return str(reply.json()["provider_id"])[:100]

    async def _email(self, message_id: str, address: str, text: str) -> str:
        if not self.smtp_url:
            raise NotOffered("no_smtp")
        parts = urlsplit(self.smtp_url)
        mail = EmailMessage()
        mail["From"], mail["To"] = self.sender, address
        mail["Subject"], mail["Date"] = "一窗 Yichuang", formatdate()
        mail["Message-ID"] = f"<{message_id}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(text)
        try:
            await aiosmtplib.send(
                mail,
                hostname=parts.hostname,
                port=parts.port,
                username=unquote(parts.username) if parts.username else None,
                password=unquote(parts.password) if parts.password else None,
                use_tls=parts.scheme == "smtps",
                timeout=PATIENCE_S,
            )
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(one.code >= 500 for one in error.recipients):
                raise Refused("address_refused") from error
            raise
        return str(mail["Message-ID"])
