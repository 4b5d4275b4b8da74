"""How a reader wants the pages: language and the 适老化 switch, kept in two plain cookies.

Nothing here is personal, so the cookies need no signature; a forged value is only read as the default.
"""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from gateway.window.wording import LANGUAGES, Language, language_of

LANGUAGE_COOKIE = "yc_lang"
EASY_COOKIE = "yc_easy"
A_YEAR_S = 365 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Preferences:
    """`easy` is large text and high contrast; `chosen` says that the address asked for a language."""

    language: Language
    easy: bool
    chosen: bool = False


def preferences_of(request: Request) -> Preferences:
    """`?lang=` before the cookie, the cookie before Accept-Language, Chinese before nothing."""
    easy = request.cookies.get(EASY_COOKIE) == "1"
    asked = request.query_params.get("lang")
    if asked in LANGUAGES:
        return Preferences(asked, easy, chosen=True)
    kept = request.cookies.get(LANGUAGE_COOKIE)
    if kept in LANGUAGES:
        return Preferences(kept, easy)
    return Preferences(language_of(request.headers.get("accept-language", "")), easy)


def keep(response: Response, name: str, value: str, *, secure: bool) -> None:
    """Remember one preference for a year."""
    response.set_cookie(
        name, value, max_age=A_YEAR_S, httponly=True, samesite="lax", secure=secure, path="/"
    )


def safe_next(target: str | None) -> str:
    """A path inside these pages; anything else (another host, a scheme, `//`) becomes the start page."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return "/"
    if any(ord(c) < 32 or c == "\\" for c in target):
        return "/"
    return target
