"""A forgotten password, and another phone number or e-mail address: each proved by a code.

Known and unknown numbers are answered alike. Afterwards every session and app grant of the account has ended,
and it is told at the address that it had before. Somebody who has neither password nor phone proves at an
office (`/contact`) who they are: nobody's number is changed on the strength of a name and an ID number alone,
which many people know.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from gateway.edge.limiter import network_of
from gateway.identity import accounts_store, codes, rules, sessions_store
from gateway.identity.accounts import USERNAME, check_password, name_hash
from gateway.identity.errors import CodeRefused, SignInRefused, SignUpRefused, UsernameTaken
from gateway.identity.runtime import Identity
from gateway.identity.tables import AnyRow
from gateway.messages import store as messages_store
from gateway.messages.telling import EMAIL, Teller

STRANGERS = "strangers"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a wish comes from: its address, and the browser's own number where the account knows it."""

    ip: str
    device: str | None = None


async def ask_recovery(identity: Identity, *, username: str, place: Place) -> uuid.UUID:
    """Send a code for a new password, if there is such an account. The ticket, either way.

    Raises TooManyAttempts, SignUpRefused (/username) for what is no number or address.
    """
    await identity.limit(identity.options.codes_per_address, "codes", network_of(place.ip))
    normal = rules.normal_username(username)
    if normal is None:
        raise SignUpRefused(errors=[rules.fault("/username", "username_shape")])
    named = name_hash(identity, username)
    async with identity.database.transaction() as session:
        found = await accounts_store.find_credentials(session, username_hash=named)
        living = found is not None and found.state in accounts_store.SIGN_IN_STATES
        return await codes.ask_code(
            identity,
            session,
            purpose=codes.RECOVER,
            subject=named,
            asked_from=place.device or STRANGERS,
            account_id=found.id if found is not None else None,
            address=normal if living else None,
        )


async def recover(
    identity: Identity, teller: Teller, *, ticket: uuid.UUID, code: str, password: str
) -> None:
    """A new password for who has the code. Raises SignUpRefused (/password), CodeRefused."""
    fault = rules.password_fault(password, username="")
    if fault:
        raise SignUpRefused(errors=[rules.fault("/password", fault)])
    hashed, now = await identity.passwords.hash(password), identity.now()
    async with identity.database.transaction() as session:
        used = await codes.use_code(
            identity, session, ticket=ticket, purpose=codes.RECOVER, code=code
        )
        if not isinstance(used, CodeRefused):
            account_id = used.account_id
            await _refuse_personal(identity, session, account_id, password)
            await accounts_store.set_password(
                session, account_id=account_id, password_hash=hashed, now=now
            )
            await sessions_store.end_everything(session, account_id=account_id, now=now)
            await tell_account(session, teller, account_id, "password_changed", cause=ticket)
    if isinstance(used, CodeRefused):
        raise used


async def _refuse_personal(
    identity: Identity, session: AsyncSession, account_id: uuid.UUID, password: str
) -> None:
    """A password that holds the username; only now is it known whose. What is raised takes the code's use
    back, so it can be answered again. Raises SignUpRefused."""
    row = await accounts_store.find_account(session, account_id=account_id)
    username = identity.vault.decrypt(row.username_sealed, context=USERNAME) if row else ""
    if fault := rules.password_fault(password, username=username):
        raise SignUpRefused(errors=[rules.fault("/password", fault)])


async def ask_contact(
    identity: Identity,
    *,
    account_id: uuid.UUID,
    purpose: str,
    wanted: str,
    present: str,
    ip: str,
) -> uuid.UUID:
    """Send a code to a new number or address, for somebody who knows the password. The ticket.

    Raises SignInRefused, TooManyAttempts, SignUpRefused (/wanted).
    """
    normal = rules.normal_username(wanted)
    if normal is None or (purpose == codes.EMAIL and "@" not in normal):
        raise SignUpRefused(errors=[rules.fault("/wanted", "username_shape")])
    row = await _account(identity, account_id)
    username = identity.vault.decrypt(row.username_sealed, context=USERNAME)
    await check_password(
        identity, username=username, password=present, ip=ip, own_place=f"account:{account_id}"
    )
    async with identity.database.transaction() as session:
        return await codes.ask_code(
            identity,
            session,
            purpose=purpose,
            subject=identity.lookup_hash("account", str(account_id)),
            asked_from="owner",
            account_id=account_id,
            address=normal,
            target=normal,
        )


async def change_contact(
    identity: Identity,
    teller: Teller,
    *,
    account_id: uuid.UUID,
    purpose: str,
    ticket: uuid.UUID,
    code: str,
) -> None:
    """The proved number or address becomes the account's. With another number to sign in with, every session
    and app ends. Raises CodeRefused, UsernameTaken."""
    try:
        async with identity.database.transaction() as session:
            used = await codes.use_code(
                identity, session, ticket=ticket, purpose=purpose, code=code, account_id=account_id
            )
            if not isinstance(used, CodeRefused):
                template = "email_added" if purpose == codes.EMAIL else "contact_changed"
                await tell_account(session, teller, account_id, template, cause=ticket)
                await _write_contact(identity, session, used, purpose=purpose)
    except IntegrityError as error:  # somebody else signs in with it: told to who proved to hold it
        raise UsernameTaken from error
    if isinstance(used, CodeRefused):
        raise used


async def _write_contact(
    identity: Identity, session: AsyncSession, used: AnyRow, *, purpose: str
) -> None:
    now = identity.now()
    target = identity.vault.decrypt(used.target_sealed, context=codes.TARGET)
    values = {"email_sealed": identity.vault.encrypt(target, context=EMAIL)}
    if purpose == codes.CONTACT:
        values = {
            "username_hash": name_hash(identity, target),
            "username_sealed": identity.vault.encrypt(target, context=USERNAME),
        }
    await accounts_store.change_account(
        session, account_id=used.account_id, version=None, values=values, now=now
    )
    if purpose == codes.CONTACT:
        await sessions_store.end_everything(session, account_id=used.account_id, now=now)


async def tell_account(
    session: AsyncSession,
    teller: Teller,
    account_id: uuid.UUID,
    template: str,
    *,
    cause: uuid.UUID,
    values: Mapping[str, str] | None = None,
    href: str = "/contact",
) -> None:
    """A message to the account at the addresses that it has now, whatever its preferences."""
    for account in await messages_store.accounts_of(session, ids=[account_id], persons=[]):
        await teller.tell(
            session,
            account,
            template,
            cause=str(cause),
            values=values or {},
            href=href,
            always=True,
        )


async def _account(identity: Identity, account_id: uuid.UUID) -> AnyRow:
    async with identity.database.reader() as connection:
        row = await accounts_store.find_account(connection, account_id=account_id)
    if row is None:
        raise SignInRefused
    return row
