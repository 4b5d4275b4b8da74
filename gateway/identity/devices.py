"""The cookie by which a browser is known to have signed in before, for one account at a time.

It opens nothing: it only says that wrong passwords from here are the owner's own mistakes, so a stranger's
cannot close the door on them (OWASP "device cookies"). A random number, its signature for the edge's count,
and one signature per account that signed in here; nothing is stored. Must not be read as proof of anything.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

from starlette.requests import HTTPConnection, Request

from gateway.identity import cookies
from gateway.identity.runtime import Identity
from kit.crypto import derive

DEVICE = "yc_device"
LIFE_S = 180 * 86_400
ACCOUNTS = 3
"""How many accounts one browser is known for: the newest ones."""


def own_device(
    identity: Identity, request: HTTPConnection | None, *, username_hash: str
) -> str | None:
    """The browser's number where this account has signed in with it before; else None."""
    number, *marks = _parts(identity, request)
    if not number:
        return None
    wanted = _mark(identity, number, username_hash)
    return number if any(hmac.compare_digest(wanted, mark) for mark in marks) else None


def any_device(identity: Identity, request: HTTPConnection) -> str | None:
    """The browser's number if it is one of ours, whoever signed in. For counting only."""
    return _parts(identity, request)[0] or None


def remember_device(identity: Identity, request: Request, *, username_hash: str) -> None:
    """From now on this browser is known for this account."""
    number, *marks = _parts(identity, request)
    number = number or secrets.token_urlsafe(12)
    mine = _mark(identity, number, username_hash)
    kept = [mine, *(mark for mark in marks if mark != mine)][:ACCOUNTS]
    value = ".".join((number, _mark(identity, number, ""), *kept))
    cookies.put_cookie(request, DEVICE, value, secure=identity.options.secure, max_age_s=LIFE_S)


def _parts(identity: Identity, request: HTTPConnection | None) -> list[str]:
    """Number and accounts' marks; an empty number where the cookie is absent or not ours."""
    if request is None:
        return [""]
    value = cookies.read_cookie(request, DEVICE, secure=identity.options.secure) or ""
    number, _, rest = value.partition(".")
    signature, *marks = rest.split(".")
    good = value.isascii() and hmac.compare_digest(_mark(identity, number, ""), signature)
    return [number, *marks] if good else [""]


def _mark(identity: Identity, number: str, username_hash: str) -> str:
    key = derive(identity.options.secret_key, "identity.device")
    digest = hmac.new(key, f"{number}\x1f{username_hash}".encode(), sha256).digest()
    return urlsafe_b64encode(digest[:15]).decode()
