"""What pages may ask of identity: sign up, sign in, sign out, who is it, and a token.

This file exists so that `gateway.window` needs exactly one import. It must not decide
what a person may do, and it must not render anything.

How a page uses it (everything takes the Starlette/FastAPI ``request`` first)::

    from gateway.identity import service as identity

    session = await identity.current_session(request)        # Session | None, one indexed read
    if session is None: redirect to /sign-in?next=...
    token = identity.access_token_for(request, session)       # str, for "Authorization: Bearer"
    session.name, session.roles, session.state                # for the page header

    field = identity.csrf_token(request)                      # hidden input name: csrf_token
    identity.check_csrf(request, form["csrf_token"])          # raises CsrfRefused (403)

    await identity.sign_in(request, username=..., password=...)   # -> Session; sets the cookie
    await identity.sign_up(request, username=..., password=..., name=..., id_number=...)
                                                              # -> Session; signed in at once
    await identity.sign_out(request)                          # revokes session and its tokens
    await identity.overview(request, session)     # -> Overview(devices, apps) for the account page
    await identity.stop_app(request, session, client_id=...)                 # -> int
    await identity.change_password(request, session, present=..., new=...)   # -> Session
    await identity.sign_out_everywhere(request, session)

Cookies are written by the pure ASGI middleware ``gateway.identity.cookies.IdentityCookies``
(composed by gateway/app.py), so a page never touches ``Set-Cookie`` itself. ``csrf_token``
works before sign-in too (it then binds to a form cookie).

Call ``current_session`` before ``csrf_token``/``check_csrf`` in a request: the token binds to
the session when there is one.

Raises, all `kit.errors.Problem` with zh/en texts and ``errors`` with pointers:
SignInRefused (401, one text for unknown name and wrong password), TooManyAttempts (429,
``retry_after_s``), AccountLocked (403, only after a right password), SignUpRefused (422,
``errors`` per field: /username /password /name /id_number), UsernameTaken and
PersonHasAccount (409), RealNameMismatch (422), IdentityBusy (503), CsrfRefused (403).

Session.state is "active", or "pending_verification" while the real-name check of the
authority has not answered yet: the person may look around, but the token carries neither the
role founder nor `person`, so every service refuses to act; a job finishes the check.
`session.must_change` is true where an administrator set the password: ask for a new one.
After sign-in show the notice: ``session.failed_attempts`` since ``session.previous_sign_in_at``.
"""

from __future__ import annotations

import uuid

from starlette.requests import Request

from gateway.identity import accounts, devices, recovery, sessions, sessions_store
from gateway.identity import holder as own_details
from gateway.identity import overview as own
from gateway.identity.colleagues import Colleague
from gateway.identity.colleagues import colleagues as colleagues_of
from gateway.identity.errors import CsrfRefused
from gateway.identity.holder import Holder
from gateway.identity.jobs import ask_again
from gateway.identity.overview import Overview
from gateway.identity.runtime import Identity
from gateway.identity.sessions import Session
from gateway.leaving import closing
from gateway.messages.telling import teller_of

__all__ = [
    "Colleague",
    "Holder",
    "Overview",
    "Session",
    "access_token_for",
    "ask_contact",
    "ask_recovery",
    "change_contact",
    "change_password",
    "check_csrf",
    "colleagues",
    "csrf_token",
    "current_session",
    "form_key",
    "holder",
    "is_own_origin",
    "lapsed_account",
    "overview",
    "recover",
    "sign_in",
    "sign_out",
    "sign_out_everywhere",
    "sign_up",
    "stop_app",
]


def _identity(request: Request) -> Identity:
    identity: Identity = request.app.state.identity
    return identity


def address_of(request: Request) -> str:
    """Whom limits count: the peer, which the edge has already made the real client's address."""
    return request.client.host if request.client else "unknown"


async def sign_up(
    request: Request, *, username: str, password: str, name: str, id_number: str
) -> Session:
    """Open an account for one natural person and sign in."""
    identity = _identity(request)
    account_id = await accounts.open_account(
        identity,
        username=username,
        password=password,
        name=name,
        id_number=id_number,
        ip=address_of(request),
        after_pending=ask_again,
    )
    devices.remember_device(identity, request, username_hash=accounts.name_hash(identity, username))
    return await sessions.start_session(identity, request, account_id=account_id)


async def sign_in(
    request: Request, *, username: str, password: str, keep_account: bool = False
) -> Session:
    """Check the password and start a fresh session (an old one in the cookie is ended).

    The browser is known for this account afterwards: strangers' wrong passwords do not slow it down. An
    account that is being closed opens only with `keep_account`, which takes the closing back; else
    AccountClosing.
    """
    identity = _identity(request)
    named = accounts.name_hash(identity, username)
    device = devices.own_device(identity, request, username_hash=named)
    account_id, notice = await accounts.check_password(
        identity,
        username=username,
        password=password,
        ip=address_of(request),
        own_place=f"device:{device}" if device else None,
    )
    devices.remember_device(identity, request, username_hash=named)
    teller = teller_of(request.app.state.settings)
    await closing.keep_or_refuse(identity, teller, account_id=account_id, keep=keep_account)
    return await sessions.start_session(identity, request, account_id=account_id, attempt=notice)


async def sign_out(request: Request) -> None:
    """End the request's session and revoke the tokens minted for it; silent without one."""
    await sessions.end_current(_identity(request), request)


async def sign_out_everywhere(request: Request, session: Session) -> None:
    """End all sessions and app grants of the person."""
    identity = _identity(request)
    async with identity.database.transaction() as transaction:
        await sessions_store.end_everything(
            transaction, account_id=uuid.UUID(session.account_id), now=identity.now()
        )
    await sessions.end_current(identity, request)


async def change_password(request: Request, session: Session, *, present: str, new: str) -> Session:
    """Replace the password; every other session and app of the person ends, this one starts anew.

    Raises SignInRefused (present password wrong), SignUpRefused (/password), TooManyAttempts.
    """
    identity = _identity(request)
    await accounts.change_password(
        identity,
        account_id=uuid.UUID(session.account_id),
        present=present,
        new=new,
        ip=address_of(request),
    )
    return await sessions.start_session(identity, request, account_id=uuid.UUID(session.account_id))


def _place(request: Request, username: str) -> recovery.Place:
    identity = _identity(request)
    named = accounts.name_hash(identity, username)
    device = devices.own_device(identity, request, username_hash=named)
    return recovery.Place(address_of(request), device)


async def ask_recovery(request: Request, *, username: str) -> uuid.UUID:
    """Send a code for a new password where there is such an account; a ticket either way."""
    place = _place(request, username)
    return await recovery.ask_recovery(_identity(request), username=username, place=place)


async def recover(request: Request, *, ticket: uuid.UUID, code: str, password: str) -> None:
    """Set a new password with the code; every session and app of the account has ended then.

    Raises SignUpRefused (/password), CodeRefused.
    """
    teller = teller_of(request.app.state.settings)
    await recovery.recover(_identity(request), teller, ticket=ticket, code=code, password=password)


async def ask_contact(
    request: Request, session: Session, *, purpose: str, wanted: str, present: str
) -> uuid.UUID:
    """Send a code to a new number (`contact`) or e-mail address (`email`); the ticket.

    Raises SignInRefused, SignUpRefused (/wanted), TooManyAttempts.
    """
    return await recovery.ask_contact(
        _identity(request),
        account_id=uuid.UUID(session.account_id),
        purpose=purpose,
        wanted=wanted,
        present=present,
        ip=address_of(request),
    )


async def change_contact(
    request: Request, session: Session, *, purpose: str, ticket: uuid.UUID, code: str
) -> None:
    """Make the proved number or address the account's own; after `contact` the person signs in anew.

    Raises CodeRefused, UsernameTaken.
    """
    await recovery.change_contact(
        _identity(request),
        teller_of(request.app.state.settings),
        account_id=uuid.UUID(session.account_id),
        purpose=purpose,
        ticket=ticket,
        code=code,
    )


async def current_session(request: Request) -> Session | None:
    """The session of the request's cookie, or None (absent, unknown, idle, expired)."""
    return await sessions.current_session(_identity(request), request)


async def overview(request: Request, session: Session) -> Overview:
    """Where the person is signed in and which apps act for them."""
    return await own.overview(
        _identity(request), account_id=uuid.UUID(session.account_id), sid=session.sid
    )


async def holder(request: Request, session: Session) -> Holder | None:
    """The session's own person with ID number and phone, to fill their forms; None if not verified."""
    return await own_details.holder(_identity(request), account_id=uuid.UUID(session.account_id))


async def stop_app(request: Request, session: Session, *, client_id: str) -> int:
    """Take back what an app was allowed; its tokens die within seconds. How many grants ended."""
    return await own.stop_app(
        _identity(request), account_id=uuid.UUID(session.account_id), client_id=client_id
    )


def access_token_for(request: Request, session: Session) -> str:
    """An at+jwt of the session's person for calls from the window to the services.

    One token serves a session for some minutes, so that the services' caches know it.
    """
    return _identity(request).page_token(session.sid, session.subject())


def csrf_token(request: Request) -> str:
    """The value for the hidden field `csrf_token` of a form on this page."""
    return sessions.csrf_token(_identity(request), request)


def form_key(request: Request) -> str:
    """What stays the same behind `csrf_token`: names this session, or before sign-in this browser."""
    return sessions.form_key(_identity(request), request)


async def lapsed_account(request: Request) -> str | None:
    """Whose session the request's cookie was of, also where that session has ended."""
    return await sessions.lapsed_account(_identity(request), request)


def is_own_origin(request: Request) -> bool:
    """Whether a browser says that the form stood on one of our own pages."""
    try:
        sessions.check_origin(_identity(request), request)
    except CsrfRefused:
        return False
    return True


def check_csrf(request: Request, token: str | None) -> None:
    """Refuse a form that did not come from our own page. Raises CsrfRefused."""
    sessions.check_csrf(_identity(request), request, token)


async def colleagues(request: Request, session: Session) -> list[Colleague]:
    """Who else decides in the session's department, each with a pass for the services."""
    identity = _identity(request)
    async with identity.database.reader() as connection:
        return await colleagues_of(identity, connection, org=session.org, me=session.account_id)
