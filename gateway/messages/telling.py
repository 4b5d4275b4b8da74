"""From an event to those whom it concerns: rows in their inboxes, and what goes out beside it.

Runs in the transaction that appends the event to the feed, so an event is told once, whatever dies; the
database's own key (recipient, cause, template) says so again. Must not ask a service anything.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.identity.tables import AnyRow
from gateway.messages import rules, store
from gateway.messages.sending import plan_send
from kit.crypto import Vault

log = structlog.get_logger(__name__)
NEWS = timedelta(days=1)
"""What is older is in the inbox only: after an outage nobody's telephone rings for last week."""
USERNAME, EMAIL = "accounts.username_sealed", "accounts.email_sealed"


class Teller:
    """What telling needs beside the session."""

    def __init__(self, vault: Vault, *, public_url: str) -> None:
        self.vault, self.public_url = vault, public_url

    async def tell_events(self, session: AsyncSession, events: Sequence[Mapping[str, Any]]) -> None:
        """All that is news to somebody among new events of the feed."""
        for event in events:
            told = _news_of(event)
            accounts, persons = rules.concerned(event["readers"])
            if told is None or not (accounts or persons):
                continue
            template, href = told
            data = event["data"]
            values = {"reference": data.get("reference", ""), "day": data.get("due_on", "")}
            cause = str(event["event_id"])
            old = datetime.now(UTC) - event["time"] > NEWS
            found = await store.accounts_of(session, ids=accounts, persons=persons)
            for account in found:
                await self.tell(
                    session, account, template, cause=cause, values=values, href=href, quiet=old
                )
            for person in set(persons) - {account.person for account in found}:
                row = _row(f"person:{person}", template, cause=cause, values=values, href=href)
                await store.add_message(session, row)

    async def tell(
        self,
        session: AsyncSession,
        account: AnyRow,
        template: str,
        *,
        cause: str,
        values: Mapping[str, Any],
        href: str,
        quiet: bool = False,
        always: bool = False,
    ) -> None:
        """One message to one account. `quiet`: inbox only; `always`: whatever the preferences say."""
        row = _row(f"account:{account.id}", template, cause=cause, values=values, href=href)
        if not await store.add_message(session, row):
            return
        if quiet or not rules.TEMPLATES[template].outside or account.state == "closed":
            return
        text = rules.outside_text(template, values, url=f"{self.public_url}{href}")
        for address in self._addresses(account, always=always):
            await plan_send(
                session,
                self.vault,
                message_id=row["id"],
                address=address,
                text=text,
                now=row["created_at"],
            )

    def _addresses(self, account: AnyRow, *, always: bool) -> list[str]:
        """The username, which is a phone number or an e-mail address, and the e-mail address beside it."""
        found = {self.vault.decrypt(account.username_sealed, context=USERNAME)}
        if account.email_sealed:
            found.add(self.vault.decrypt(account.email_sealed, context=EMAIL))
        by_channel = {("email" if "@" in one else "sms"): one for one in sorted(found)}
        wanted = {
            "sms": always or account.sms is not False,
            "email": always or account.email is not False,
        }
        return [address for channel, address in by_channel.items() if wanted[channel]]


def _news_of(event: Mapping[str, Any]) -> tuple[str, str] | None:
    """What an event tells, None where nothing or where it lacks what the message names: the feed goes on, for
    an event that cannot be told is an event all the same."""
    try:
        return rules.told_by(event["type"], event["data"])
    except (KeyError, ValueError) as error:
        log.error("event_not_told", event_id=str(event["event_id"]), error=repr(error)[:200])
        return None


def teller_of(settings: Any) -> Teller:
    vault = Vault(settings.data_key.get_secret_value())
    return Teller(vault, public_url=settings.public_url.rstrip("/"))


def _row(
    recipient: str, template: str, *, cause: str, values: Mapping[str, Any], href: str
) -> dict[str, Any]:
    return {
        "id": uuid.uuid4(),
        "recipient": recipient,
        "template": template,
        "cause": cause,
        "values": dict(values),
        "href": href,
        "created_at": datetime.now(UTC),
    }
