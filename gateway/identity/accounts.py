"""Opening an account, checking a password, and finishing a real-name check that came late.

Choice, written down: the authority is asked inside the request with a patience of 2.5 s. It says no:
nothing is written. It says nothing: the account is written as `pending_verification` and a job asks
again until there is an answer; until then its tokens carry no role. So a slow authority neither
blocks a person nor lets anybody act under a name that nobody confirmed.
"""

from __future__ import annotations

import math
import uuid
from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from contracts.values import person_name
from gateway.edge.limiter import network_of
from gateway.identity import accounts_store, attempts_store, rules, sessions_store
from gateway.identity.accounts_store import NewAccount
from gateway.identity.attempts_store import Place
from gateway.identity.errors import (
    AccountLocked,
    IdentityBusy,
    PersonHasAccount,
    RealNameMismatch,
    SignInRefused,
    SignUpRefused,
    TooManyAttempts,
    UsernameTaken,
)
from gateway.identity.runtime import Identity
from gateway.identity.throttle import wait_left
from kit.clock import shanghai_date
from kit.crypto import person_hash

FOUNDER = "founder"
USERNAME, ID_NUMBER = "accounts.username_sealed", "accounts.id_number_sealed"
AfterPending = Callable[[AsyncSession, uuid.UUID], Awaitable[None]]


async def open_account(
    identity: Identity,
    *,
    username: str,
    password: str,
    name: str,
    id_number: str,
    ip: str,
    after_pending: AfterPending,
) -> uuid.UUID:
    """An account for one natural person, `active` or `pending_verification`. Its id.

    `after_pending` runs in the account's own transaction and defers the job that asks again.
    Raises SignUpRefused, RealNameMismatch, UsernameTaken, PersonHasAccount, TooManyAttempts,
    IdentityBusy.
    """
    await identity.limit(identity.options.sign_ups_per_address, "sign-up", network_of(ip))
    today = shanghai_date(identity.now())
    faults = rules.sign_up_faults(
        username=username, password=password, name=name, id_number=id_number, today=today
    )
    if faults:
        raise SignUpRefused(errors=faults)
    normal, number = rules.normal_username(username), rules.normal_id_number(id_number)
    assert normal is not None
    account_id = uuid.uuid4()
    spelt = person_name(name)
    answer = await identity.authority.ask(name=spelt, id_number=number, reference=str(account_id))
    if answer in ("mismatch", "not_found"):
        raise RealNameMismatch
    account = NewAccount(
        id=account_id,
        username_hash=name_hash(identity, normal),
        username_sealed=identity.vault.encrypt(normal, context=USERNAME),
        name=spelt,
        person=person_hash(number, person_key=identity.options.person_key),
        id_number_sealed=identity.vault.encrypt(number, context=ID_NUMBER),
        roles=(FOUNDER,),
        org=None,
        regions=(),
        state="active" if answer == "match" else "pending_verification",
        password_hash=await identity.passwords.hash(password),
    )
    async with identity.database.transaction() as session:
        taken = await accounts_store.add_account(session, account, now=identity.now())
        if taken is None and account.state == "pending_verification":
            await after_pending(session, account_id)
    if taken is not None:
        _refuse_taken(taken, confirmed=answer == "match")
    return account_id


def _refuse_taken(taken: str, *, confirmed: bool) -> None:
    """Only somebody confirmed as the person may learn that a name or a number has an account."""
    if not confirmed:
        raise IdentityBusy(headers={"Retry-After": "60"})
    raise PersonHasAccount if taken == "person" else UsernameTaken


def name_hash(identity: Identity, username: str) -> str:
    """What an account is found by; also for what is no username, so that it is counted like one."""
    normal = rules.normal_username(username) or f"?{username.strip().casefold()[:200]}"
    return identity.lookup_hash("username", normal)


async def check_password(
    identity: Identity, *, username: str, password: str, ip: str, own_place: str | None = None
) -> tuple[uuid.UUID, tuple[datetime | None, int]]:
    """The account's id, and (previous sign-in, failed attempts since) for the notice.

    `own_place` names a device or session that is known to be this person's: strangers' mistakes do not
    count there, nor its own at the address. Each try is counted before the password is looked at, and costs
    the same whether or not the name exists. Raises SignInRefused, TooManyAttempts, AccountLocked,
    IdentityBusy.
    """
    now, network = identity.now(), network_of(ip)
    await identity.limit(identity.options.requests_per_address, "sign-in", own_place or network)
    named = name_hash(identity, username)
    ip_hash = identity.lookup_hash("ip", network)
    place = Place(ip_hash, identity.lookup_hash("place", own_place) if own_place else ip_hash)
    async with identity.database.transaction() as session:
        attempt_id, left = await attempts_store.begin_attempt(
            session,
            username_hash=named,
            place=place,
            now=now,
            wait_left=lambda failures: wait_left(failures, own_device=place.own, now=now),
        )
        found = await accounts_store.find_credentials(session, username_hash=named)
    if attempt_id is None:
        raise TooManyAttempts(retry_after_s=math.ceil(left.total_seconds()))
    usable = len(rules.one_spelling(password)) <= rules.MAX_PASSWORD
    stored = found.password_hash if found is not None and usable else None
    right, renewed = await identity.passwords.check(password if usable else "", stored)
    if not right or found is None:
        raise SignInRefused
    if found.state not in accounts_store.SIGN_IN_STATES:
        raise AccountLocked
    async with identity.database.transaction() as session:
        await attempts_store.succeed_attempt(session, attempt_id=attempt_id)
        notice = await attempts_store.last_success(
            session, username_hash=named, before_id=attempt_id
        )
        if renewed:
            await accounts_store.set_password(
                session, account_id=found.id, password_hash=renewed, now=now
            )
    return found.id, notice


async def change_password(
    identity: Identity, *, account_id: uuid.UUID, present: str, new: str, ip: str
) -> None:
    """Replace a password by somebody who knows the present one, and end all sessions and grants.

    Raises SignInRefused, SignUpRefused, TooManyAttempts, IdentityBusy.
    """
    async with identity.database.reader() as connection:
        row = await accounts_store.find_account(connection, account_id=account_id)
    if row is None:
        raise SignInRefused
    username = identity.vault.decrypt(row.username_sealed, context=USERNAME)
    await check_password(
        identity, username=username, password=present, ip=ip, own_place=f"account:{account_id}"
    )
    fault = rules.password_fault(new, username=username)
    if fault:
        raise SignUpRefused(errors=[rules.fault("/password", fault)])
    hashed, now = await identity.passwords.hash(new), identity.now()
    async with identity.database.transaction() as session:
        await accounts_store.set_password(
            session, account_id=account_id, password_hash=hashed, now=now
        )
        await sessions_store.end_everything(session, account_id=account_id, now=now)


async def finish_verification(identity: Identity, *, account_id: uuid.UUID) -> bool:
    """Ask the authority again for a pending account. True when there is nothing left to ask.

    match: the account becomes active. mismatch, not_found: account, sessions and tokens end, and the
    name and number are free again. Idempotent: a second run finds nothing pending.
    """
    async with identity.database.reader() as connection:
        row = await accounts_store.find_account(connection, account_id=account_id)
    if row is None or row.state != "pending_verification":
        return True
    number = identity.vault.decrypt(row.id_number_sealed, context=ID_NUMBER)
    answer = await identity.authority.ask(
        name=row.name, id_number=number, reference=str(account_id)
    )
    if answer == "no_answer":
        return False
    now = identity.now()
    async with identity.database.transaction() as session:
        if answer == "match":
            values = {"state": "active", "verified_at": now}
            await accounts_store.change_account(
                session, account_id=account_id, version=row.version, values=values, now=now
            )
        else:
            await sessions_store.end_everything(session, account_id=account_id, now=now)
            await accounts_store.remove_pending(session, account_id=account_id)
    return True
