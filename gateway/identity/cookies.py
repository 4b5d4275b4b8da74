"""Cookies of sessions and forms: their names, their attributes, and the one place that sets them.

Use cases put a cookie on the scope; the pure ASGI wrapper writes it when the reply starts, so no page
can forget it. Must not know what a session is.
"""

from __future__ import annotations

from http.cookies import Morsel, SimpleCookie

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection, Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_KEY = "yichuang.cookies"
SESSION = "yc_session"
FORM = "yc_form"


def cookie_name(name: str, *, secure: bool) -> str:
    """`__Host-` over https: no subdomain and no other path can plant such a cookie."""
    return f"__Host-{name}" if secure else name


def read_cookie(request: HTTPConnection, name: str, *, secure: bool) -> str | None:
    value = request.cookies.get(cookie_name(name, secure=secure))
    return value if value and len(value) <= 128 else None


def put_cookie(
    request: Request, name: str, value: str, *, secure: bool, max_age_s: int | None
) -> None:
    """Set a cookie on the reply to `request`; `max_age_s` 0 deletes it, None ends with the browser."""
    morsel: Morsel[str] = Morsel()
    full = cookie_name(name, secure=secure)
    morsel.set(full, value, value)
    morsel["path"], morsel["httponly"], morsel["samesite"] = "/", True, "Lax"
    if secure:
        morsel["secure"] = True
    if max_age_s is not None:
        morsel["max-age"] = max_age_s
    pending: dict[str, str] = request.scope.setdefault(_KEY, {})
    pending[full] = morsel.OutputString()


def pending_value(request: Request, name: str, *, secure: bool) -> str | None:
    """The value that this very reply will set, if any."""
    pending: dict[str, str] = request.scope.get(_KEY, {})
    line = pending.get(cookie_name(name, secure=secure))
    if line is None:
        return None
    parsed = SimpleCookie(line)
    return next((morsel.value for morsel in parsed.values()), None)


class IdentityCookies:
    """ASGI wrapper: adds what `put_cookie` left on the scope, and keeps such replies out of caches."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        pending: dict[str, str] = scope.setdefault(_KEY, {})

        async def send_with_cookies(message: Message) -> None:
            if message["type"] == "http.response.start" and pending:
                headers = MutableHeaders(scope=message)
                for line in pending.values():
                    headers.append("set-cookie", line)
                headers["cache-control"] = "no-store"
            await send(message)

        await self.app(scope, receive, send_with_cookies)
