"""Sessions of people: started, read, rotated, ended; and the CSRF value of their forms.

A session's secret is 256 random bits in a cookie, kept here only as a hash, swapped every quarter of
an hour. The old secret stays good until the new one was seen (a reply can be lost), then for a minute
(requests in flight); after that whoever shows it has stolen it, and the session ends.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import HTTPConnection, Request

from gateway.identity import cookies, sessions_store
from gateway.identity.errors import CsrfRefused
from gateway.identity.rules import mask_username
from gateway.identity.runtime import Identity
from gateway.identity.tables import AnyRow
from gateway.identity.tokens import Subject
from kit.crypto import derive

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
ROTATE_AFTER = timedelta(minutes=15)
GRACE = timedelta(seconds=60)
TOUCH_EVERY = timedelta(seconds=60)
_CACHED = "yichuang.session"
WINDOW_CLIENT = "window"


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in person. `sid` goes into tokens; the cookie's secret is never here."""

    sid: str
    account_id: str
    name: str
    username_masked: str
    roles: tuple[str, ...]
    org: str | None
    regions: tuple[str, ...]
    state: str
    person: str | None
    signed_in_at: datetime
    previous_sign_in_at: datetime | None
    failed_attempts: int
    must_change: bool = False

    def subject(self) -> Subject:
        """What a token for the window's own calls says of this person. Somebody whose name is not
        verified yet has no role and no `person`, so no service lets them act."""
        verified = self.state == "active"
        return Subject(
            sub=self.account_id,
            client_id=WINDOW_CLIENT,
            roles=self.roles if verified else (),
            org=self.org,
            regions=self.regions,
            scope=WINDOW_CLIENT,
            sid=self.sid,
            person=self.person if verified else None,
            name=self.name,
        )


def secret_hash(secret: str) -> bytes:
    """Plain SHA-256: the secret has 256 bits, so there is nothing to guess."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).digest()


async def start_session(
    identity: Identity,
    request: Request,
    *,
    account_id: uuid.UUID,
    attempt: tuple[datetime | None, int] = (None, 0),
) -> Session:
    """A fresh session for an account; the one in the request's cookie is ended. Sets the cookie."""
    now, secret, sid = identity.now(), secrets.token_urlsafe(32), secrets.token_urlsafe(16)
    shown = secret_hash(secret)
    values = {
        "sid": sid,
        "account_id": account_id,
        "secret_hash": shown,
        "rotated_at": now,
        "created_at": now,
        "seen_at": now,
        "expires_at": now + ABSOLUTE,
        "user_agent": request.headers.get("user-agent", "")[:200],
        "previous_sign_in_at": attempt[0],
        "failed_attempts": attempt[1],
    }
    old = cookies.read_cookie(request, cookies.SESSION, secure=identity.options.secure)
    async with identity.database.transaction() as session:
        if old:
            found = await sessions_store.find_session(session, secret_hash=secret_hash(old))
            if found is not None:
                await sessions_store.end_session(session, sid=found.sid, now=now)
                identity.local_keys.add_revoked("sid", found.sid)
                identity.forget_session(secret_hash(old))
        await sessions_store.add_session(session, values)
        row = await sessions_store.find_session(session, secret_hash=shown)
    assert row is not None
    _set_cookie(identity, request, secret)
    return _remember(identity, request, shown, _view(identity, row))


async def current_session(identity: Identity, request: Request) -> Session | None:
    """The session of the request's cookie, or None; rotates and touches it when that is due."""
    if _CACHED in request.scope:
        found: Session | None = request.scope[_CACHED]
        return found
    secret = cookies.read_cookie(request, cookies.SESSION, secure=identity.options.secure)
    if secret is None:
        return None
    shown, now = secret_hash(secret), identity.now()
    async with identity.database.reader() as connection:
        row = await sessions_store.find_session(connection, secret_hash=shown)
    if row is None or row.state not in ("active", "pending_verification"):
        _remember_none(identity, request, shown)
        return None
    if now >= row.expires_at or now - row.seen_at >= IDLE or _is_stolen(row, shown, now=now):
        async with identity.database.transaction() as session:
            await sessions_store.end_session(session, sid=row.sid, now=now)
        _remember_none(identity, request, shown)
        return None
    await _keep(identity, request, row, shown, now=now)
    return _remember(identity, request, shown, _view(identity, row))


async def lapsed_account(identity: Identity, request: Request) -> str | None:
    """The account of the session in the request's cookie, also of one that has ended. Proves nothing."""
    secret = cookies.read_cookie(request, cookies.SESSION, secure=identity.options.secure)
    if secret is None:
        return None
    async with identity.database.reader() as connection:
        found = await sessions_store.account_of_secret(connection, secret_hash=secret_hash(secret))
    return str(found) if found else None


def _is_stolen(row: AnyRow, shown: bytes, *, now: datetime) -> bool:
    """The replaced secret, shown after its replacement had been in use for a while."""
    replaced = not hmac.compare_digest(shown, row.secret_hash)
    return replaced and row.confirmed_at is not None and now - row.confirmed_at > GRACE


async def _keep(
    identity: Identity, request: Request, row: AnyRow, shown: bytes, *, now: datetime
) -> None:
    present = hmac.compare_digest(shown, row.secret_hash)
    confirm = present and row.confirmed_at is None
    if present and now - row.rotated_at >= ROTATE_AFTER:
        fresh = secrets.token_urlsafe(32)
        async with identity.database.transaction() as session:
            swapped = await sessions_store.rotate_session(
                session, sid=row.sid, old=shown, new=secret_hash(fresh), now=now
            )
        if swapped:
            _set_cookie(identity, request, fresh)
    elif confirm or now - row.seen_at >= TOUCH_EVERY:
        async with identity.database.transaction() as session:
            await sessions_store.touch_session(session, sid=row.sid, now=now, confirm=confirm)


async def end_current(identity: Identity, request: Request) -> None:
    """Sign out: end the session, revoke its tokens, delete the cookie. Silent without a session."""
    session = await current_session(identity, request)
    secure = identity.options.secure
    if secret := cookies.read_cookie(request, cookies.SESSION, secure=secure):
        identity.forget_session(secret_hash(secret))
    cookies.put_cookie(request, cookies.SESSION, "", secure=secure, max_age_s=0)
    request.scope[_CACHED] = None
    if session is None:
        return
    async with identity.database.transaction() as transaction:
        await sessions_store.end_session(transaction, sid=session.sid, now=identity.now())
    identity.local_keys.add_revoked("sid", session.sid)


def csrf_token(identity: Identity, request: Request) -> str:
    """A value only our own pages can know, another each time: pages are compressed, and a value that stays
    could be told from their length (BREACH)."""
    value, mask = bytes.fromhex(form_key(identity, request)), secrets.token_bytes(32)
    return mask.hex() + _mixed(value, mask).hex()


def _mixed(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def _unmasked(token: str) -> str:
    """What a form's token says; nothing where it is none of ours."""
    try:
        raw = bytes.fromhex(token)
        return _mixed(raw[:32], raw[32:]).hex()
    except ValueError:
        return ""


def form_key(identity: Identity, request: Request) -> str:
    """What a form's token proves: bound to the session, or before sign-in to a cookie."""
    session: Session | None = request.scope.get(_CACHED)
    if session is not None:
        return _csrf_value(identity, f"session:{session.sid}")
    secure = identity.options.secure
    form = cookies.pending_value(request, cookies.FORM, secure=secure) or cookies.read_cookie(
        request, cookies.FORM, secure=secure
    )
    if form is None:
        form = secrets.token_urlsafe(24)
        cookies.put_cookie(request, cookies.FORM, form, secure=secure, max_age_s=None)
    return _csrf_value(identity, f"form:{form}")


def check_csrf(identity: Identity, request: Request, token: str | None) -> None:
    """Refuse a form that another site sent. Raises CsrfRefused."""
    check_origin(identity, request)
    session: Session | None = request.scope.get(_CACHED)
    form = cookies.read_cookie(request, cookies.FORM, secure=identity.options.secure)
    if session is not None:
        expected = _csrf_value(identity, f"session:{session.sid}")
    elif form is not None:
        expected = _csrf_value(identity, f"form:{form}")
    else:
        raise CsrfRefused
    if not hmac.compare_digest(expected, _unmasked(token or "")):
        raise CsrfRefused


def check_origin(identity: Identity, request: Request) -> None:
    """Browsers say where a request comes from; a request from another site is refused."""
    origin = request.headers.get("origin")
    if origin is not None and origin not in (identity.options.issuer, _own_origin(request)):
        raise CsrfRefused
    if request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise CsrfRefused


def _own_origin(request: Request) -> str:
    """The address that the browser itself used: a page opened as localhost may post to localhost.
    Safe, since a browser sends Host and Origin itself and a foreign page cannot make them agree."""
    return f"{request.url.scheme}://{request.headers.get('host', '')}"


def _csrf_value(identity: Identity, binding: str) -> str:
    key = derive(identity.options.secret_key, "identity.csrf")
    return hmac.new(key, binding.encode(), hashlib.sha256).hexdigest()


def _set_cookie(identity: Identity, request: Request, secret: str) -> None:
    secure = identity.options.secure
    cookies.put_cookie(request, cookies.SESSION, secret, secure=secure, max_age_s=None)


def _view(identity: Identity, row: AnyRow) -> Session:
    username = identity.vault.decrypt(row.username_sealed, context="accounts.username_sealed")
    return Session(
        sid=row.sid,
        account_id=str(row.account_id),
        name=row.name,
        username_masked=mask_username(username),
        roles=tuple(row.roles),
        org=row.org,
        regions=tuple(row.regions),
        state=row.state,
        person=row.person,
        signed_in_at=row.created_at,
        previous_sign_in_at=row.previous_sign_in_at,
        failed_attempts=row.failed_attempts,
        must_change=row.must_change,
    )


def recent_account(identity: Identity, request: HTTPConnection) -> str | None:
    """The account whose session this cookie was when it was last asked, without asking the database."""
    secret = cookies.read_cookie(request, cookies.SESSION, secure=identity.options.secure)
    return None if secret is None else identity.seen_account(secret_hash(secret))


def _remember(identity: Identity, request: Request, shown: bytes, session: Session) -> Session:
    request.scope[_CACHED] = session
    identity.saw_session(shown, session.account_id)
    return session


def _remember_none(identity: Identity, request: Request, shown: bytes) -> None:
    request.scope[_CACHED] = None
    identity.forget_session(shown)
