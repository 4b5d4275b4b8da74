"""Closing an account: asked with the password, taken back by signing in, done after the cooling-off.

While it is being closed nobody is signed in to it and no app acts for it. When its time has come the services
are asked once more as the person, so that what began meanwhile is not orphaned; then the account's row keeps
its id, which cases name, and nothing personal. The registers and files keep what the law has them keep.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.identity import accounts_store, sessions_store
from gateway.identity.accounts import FOUNDER, USERNAME, check_password
from gateway.identity.errors import AccountStateConflict, SignInRefused
from gateway.identity.recovery import tell_account
from gateway.identity.runtime import Identity
from gateway.identity.sessions import Session
from gateway.identity.tables import AnyRow
from gateway.leaving import rules, store
from gateway.leaving.acting import services_as
from gateway.leaving.errors import AccountClosing, ClosingBlocked, StaffAccount, StandingUnknown
from gateway.leaving.holdings import Holdings, holdings_of
from gateway.messages.rules import outside_text
from gateway.messages.sending import plan_send
from gateway.messages.telling import Teller
from kit.clock import shanghai_date

log = structlog.get_logger(__name__)
NOBODY = "已注销用户"


def is_own(account: AnyRow | Session) -> bool:
    """Whether the account is a person's own, and not an office's."""
    return list(account.roles) == [FOUNDER] and account.org is None


async def begin(
    identity: Identity,
    teller: Teller,
    held: Holdings,
    *,
    account_id: uuid.UUID,
    password: str,
    ip: str,
) -> datetime:
    """The account is being closed; until when it can be taken back. All sessions and apps end.

    `held` is what the services say of the person now. Raises StandingUnknown, ClosingBlocked, StaffAccount,
    SignInRefused, TooManyAttempts, AccountStateConflict.
    """
    if held.silent:
        raise StandingUnknown(headers={"Retry-After": "30"})
    if any(rules.blockers(held)):
        raise ClosingBlocked
    account = await _account(identity, account_id)
    if not is_own(account):
        raise StaffAccount
    username = identity.vault.decrypt(account.username_sealed, context=USERNAME)
    await check_password(
        identity, username=username, password=password, ip=ip, own_place=f"account:{account_id}"
    )
    now = identity.now()
    ends_at = now + rules.COOLING_OFF
    try:
        async with identity.database.transaction() as session:
            await _start(session, teller, account_id, now=now, ends_at=ends_at)
    except IntegrityError as error:  # asked twice at once
        raise AccountStateConflict from error
    log.info("account_closing", account_id=str(account_id))
    return ends_at


async def _start(
    session: AsyncSession,
    teller: Teller,
    account_id: uuid.UUID,
    *,
    now: datetime,
    ends_at: datetime,
) -> None:
    account = await store.lock_account(session, account_id)
    if account is None or account.state not in ("active", "pending_verification"):
        raise AccountStateConflict
    closing_id = uuid.uuid4()
    day = {"day": shanghai_date(ends_at).isoformat()}
    await tell_account(session, teller, account_id, "closing_asked", cause=closing_id, values=day)
    await store.add_closing(
        session,
        {
            "id": closing_id,
            "account_id": account_id,
            "asked_at": now,
            "ends_at": ends_at,
            "look_at": ends_at - rules.REMINDED_BEFORE,
        },
    )
    await accounts_store.change_account(
        session, account_id=account_id, version=None, values={"state": "closing"}, now=now
    )
    await sessions_store.end_everything(session, account_id=account_id, now=now)


async def keep_or_refuse(
    identity: Identity, teller: Teller, *, account_id: uuid.UUID, keep: bool
) -> None:
    """At sign-in: an account that is being closed is kept if its person says so. Raises AccountClosing."""
    if (await _account(identity, account_id)).state != "closing":
        return
    async with identity.database.transaction() as session:
        account = await store.lock_account(session, account_id)
        if account is None or account.state != "closing":
            return
        closing = await store.open_closing(session, account_id)
        if closing is None:
            raise AccountStateConflict
        if not keep:
            raise AccountClosing(extra={"ends_at": closing.ends_at.isoformat()})
        now = identity.now()
        state = "active" if account.verified_at is not None else "pending_verification"
        await accounts_store.change_account(
            session, account_id=account_id, version=None, values={"state": state}, now=now
        )
        await store.change_closing(session, closing.id, withdrawn_at=now)
        await tell_account(session, teller, account_id, "closing_withdrawn", cause=closing.id)
    log.info("account_kept", account_id=str(account_id))


async def look_at(
    identity: Identity, teller: Teller, settings: Any, *, closing_id: uuid.UUID
) -> None:
    """One closing whose time to be looked at has come: remind, finish, or put off and say why.

    The services are asked before anything is held, so that a slow one keeps nobody from signing in.
    """
    async with identity.database.reader() as connection:
        closing = await store.find_closing(connection, closing_id)
    waits_for: list[str] = []
    if closing is not None and identity.now() >= closing.ends_at:
        waits_for = await _standing(identity, settings, closing)
    async with identity.database.transaction() as session:
        closing = await store.hold_closing(session, closing_id)
        now = identity.now()
        if closing is None or closing.look_at > now:
            return
        account = await store.lock_account(session, closing.account_id)
        if account is None or account.state != "closing":
            return
        if now < closing.ends_at:
            await _remind(session, teller, closing, now=now)
        elif waits_for:
            await _put_off(session, teller, closing, waits_for, now=now)
        else:
            await _finish(session, identity, teller, account, closing, now=now)


async def _remind(session: AsyncSession, teller: Teller, closing: AnyRow, *, now: datetime) -> None:
    await store.change_closing(session, closing.id, reminded_at=now, look_at=closing.ends_at)
    await tell_account(session, teller, closing.account_id, "closing_tomorrow", cause=closing.id)


async def _standing(identity: Identity, settings: Any, closing: AnyRow) -> list[str]:
    """References of what is still running; `?service` for one that did not say."""
    account = await _account(identity, closing.account_id)
    sid = f"closing:{closing.id}"
    async with services_as(identity, settings, account, sid=sid) as services:
        held = await holdings_of(services)
    return [item.reference for item in rules.blockers(held)] + [f"?{s}" for s in held.silent]


async def _put_off(
    session: AsyncSession, teller: Teller, closing: AnyRow, waits_for: list[str], *, now: datetime
) -> None:
    """Looked at again tomorrow; the person is told once that something is in the way."""
    await store.change_closing(
        session, closing.id, waits_for=waits_for[:50], look_at=now + rules.LOOKED_AT_AGAIN
    )
    if any(not one.startswith("?") for one in waits_for):
        await tell_account(session, teller, closing.account_id, "closing_waits", cause=closing.id)
    log.warning("closing_put_off", account_id=str(closing.account_id), waits_for=waits_for[:50])


async def _finish(
    session: AsyncSession,
    identity: Identity,
    teller: Teller,
    account: AnyRow,
    closing: AnyRow,
    *,
    now: datetime,
) -> None:
    await _say_farewell(session, identity, teller, account, now=now)
    await store.erase(session, account)
    nobody = f"closed:{account.id}"
    values: dict[str, Any] = {
        "state": "closed",
        "name": NOBODY,
        "name_en": None,
        "username_hash": nobody,
        "username_sealed": identity.vault.encrypt("", context=USERNAME),
        "person": None,
        "id_number_sealed": None,
        "email_sealed": None,
        "roles": [],
    }
    await accounts_store.change_account(
        session, account_id=account.id, version=None, values=values, now=now
    )
    await store.change_closing(session, closing.id, closed_at=now, waits_for=[])
    log.info("account_closed", account_id=str(account.id))


async def _say_farewell(
    session: AsyncSession, identity: Identity, teller: Teller, account: AnyRow, *, now: datetime
) -> None:
    """To where the person can be reached until now; the address goes with the send."""
    address = identity.vault.decrypt(account.username_sealed, context=USERNAME)
    text = outside_text("closed", {}, url=f"{teller.public_url}/contact")
    await plan_send(session, identity.vault, message_id=None, address=address, text=text, now=now)


async def _account(identity: Identity, account_id: uuid.UUID) -> AnyRow:
    async with identity.database.reader() as connection:
        account = await accounts_store.find_account(connection, account_id=account_id)
    if account is None:
        raise SignInRefused
    return account
