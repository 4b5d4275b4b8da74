"""One reader's visit to one page: who they are, which language, and the services on their behalf.

Every page route takes `Visit` and answers with `visit.page(…)`. Must not decide what a reader may do: that
is asked of the services each time.
"""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway.identity import service as identity
from gateway.window import navigation
from gateway.window.kept.lapsed import keep_typed
from gateway.window.look import HEADERS, draw
from gateway.window.preferences import (
    EASY_COOKIE,
    LANGUAGE_COOKIE,
    Preferences,
    keep,
    preferences_of,
)
from gateway.window.services import Services, services_for
from gateway.window.wording import Language, label, sentence
from kit.characters import cleaned

MAX_FORM_FIELDS = 2_000
MOST_FILES = 20
SECRETS = frozenset({"password", "present", "new", "again"})
MAX_FORM_BYTES_PER_FIELD = 256 * 1024


class SignInNeeded(Exception):
    """The page is for people who have signed in; they come back to it afterwards. `kept` names the form that
    they had sent."""

    def __init__(self, kept: str = "") -> None:
        super().__init__()
        self.kept = kept


@dataclass(slots=True)
class Visiting:
    """What a page route works with."""

    request: Request
    preferences: Preferences
    session: identity.Session | None
    services: Services
    posted: FormData = field(default_factory=FormData)

    @property
    def language(self) -> Language:
        return self.preferences.language

    def say(self, message: str, **values: object) -> str:
        """A sentence in the reader's language."""
        return sentence(self.language, message, **values)

    def label(self, text: object) -> str:
        """A service's two-language text in the reader's language."""
        return label(self.language, text)

    def has_role(self, *roles: str) -> bool:
        return navigation.has_role(self.session, *roles)

    @property
    def is_staff(self) -> bool:
        return navigation.is_staff(self.session)

    @property
    def home(self) -> str:
        return navigation.home(self.session)

    @property
    def menu(self) -> tuple[navigation.Group, ...]:
        return navigation.groups(self.session)

    @property
    def pages_here(self) -> tuple[navigation.Entry, ...]:
        """The other pages of the group that this page is in."""
        return navigation.pages(self.menu, self.request.url.path)

    @property
    def page_here(self) -> navigation.Entry | None:
        return navigation.best(self.pages_here, self.request.url.path)

    def page(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """A whole page, or a fragment when the template is one."""
        html = draw(self.language, template, self._frame() | {"status": status} | context)
        response = HTMLResponse(html, status_code=status, headers=HEADERS)
        response.headers["Content-Language"] = self.language
        response.headers["Vary"] = "Accept-Language, Cookie"
        return self.remember(response)

    def go(self, path: str) -> Response:
        """See other: after every post that worked, so that reloading repeats nothing."""
        return self.remember(RedirectResponse(path, status_code=303, headers=HEADERS))

    def remember(self, response: Response) -> Response:
        if self.preferences.chosen:
            keep(response, LANGUAGE_COOKIE, self.language, secure=self.secure)
        return response

    @property
    def secure(self) -> bool:
        return self.request.url.scheme == "https"

    @property
    def here(self) -> str:
        """This page's own address, for the language and size switches and for coming back."""
        query = [(k, v) for k, v in self.request.query_params.multi_items() if k != "lang"]
        path = quote(self.request.url.path)
        if self.request.method != "GET":
            return path
        tail = "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in query)
        return f"{path}?{tail}" if tail else path

    def _frame(self) -> dict[str, Any]:
        return {
            "visit": self,
            "session": self.session,
            "easy": self.preferences.easy,
            "here": self.here,
            "path": self.request.url.path,
            "csrf": identity.csrf_token(self.request),
            "one_time_key": secrets.token_urlsafe(24),
            "demo": _is_demo(self.request),
            "moved_to": max(self.services.moved_to.values(), default=""),
        }


def _is_demo(request: Request) -> bool:
    """Whether to say that everything is invented: everywhere but in production."""
    settings = getattr(request.app.state, "settings", None)
    return getattr(settings, "environment", "development") != "production"


def _as_seen(posted: FormData) -> FormData:
    """What was typed or pasted, without the characters that nobody can see: address books put direction
    marks around a number. A password is whatever its owner typed."""
    return FormData(
        [
            (name, cleaned(value) if isinstance(value, str) and name not in SECRETS else value)
            for name, value in posted.multi_items()
        ]
    )


async def begin_visit(request: Request) -> Visiting:
    """Read the cookies; for a post also the form, whose CSRF token must be ours."""
    visit = await _read(request)
    _check(visit)
    return visit


async def _read(request: Request) -> Visiting:
    session = await identity.current_session(request)
    preferences = preferences_of(request)
    token = identity.access_token_for(request, session) if session else None
    services = services_for(request, language=preferences.language, token=token)
    visit = Visiting(request, preferences, session, services)
    if request.method == "POST":
        form = await request.form(max_fields=MAX_FORM_FIELDS, max_files=MOST_FILES)
        visit.posted = _as_seen(form)
    return visit


def _check(visit: Visiting) -> None:
    if visit.request.method == "POST":
        given = visit.posted.get("csrf_token")
        identity.check_csrf(visit.request, given if isinstance(given, str) else None)


async def begin_signed_in_visit(request: Request) -> Visiting:
    """As `begin_visit`, for readers who have signed in. Raises SignInNeeded."""
    visit = await _read(request)
    if visit.session is None:
        raise SignInNeeded(await keep_typed(request, visit.posted) if visit.posted else "")
    _check(visit)
    return visit


Visit = Annotated[Visiting, Depends(begin_visit)]
SignedInVisit = Annotated[Visiting, Depends(begin_signed_in_visit)]
Handler = Callable[[Request], Awaitable[Response]]

__all__ = ["EASY_COOKIE", "SignInNeeded", "SignedInVisit", "Visit", "Visiting", "begin_visit"]
