"""Post, redirect, get: whatever page answers a post is kept, and a GET shows it. Back never sends twice, and
reloading repeats nothing."""

import hashlib
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import structlog
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from gateway.identity import service as identity
from gateway.window.kept import store
from gateway.window.look import HEADERS

log = structlog.get_logger(__name__)
PARAMETER = "again"
ANYWHERE = "/kept"
AS_IT_COMES = frozenset({401, 403, 404, 408, 413, 429})
"""Refusals that belong to no form of ours, or whose headers a program reads."""


def _holder(request: Request) -> str:
    """Who may see it again: this session, or before sign-in this browser's form cookie."""
    return hashlib.sha256(identity.form_key(request).encode()).hexdigest()


async def shown_by_get(request: Request, response: Response) -> Response:
    """The answer to a post as a redirect to a page that is kept; a redirect, a file, a fragment and what is
    none of ours as it is."""
    kind = response.headers.get("content-type", "")
    as_it_is = (
        request.method != "POST"
        or not kind.startswith("text/html")
        or "hx-request" in request.headers
        or response.status_code in AS_IT_COMES
        or response.status_code >= 500
        or 300 <= response.status_code < 400
    )
    if as_it_is:
        return response
    back = _origin_of(request)
    try:
        name = await store.keep(
            request.app.state,
            "shown",
            holder=_holder(request),
            path=back,
            status=response.status_code,
            content=bytes(response.body).decode(),
        )
    except Exception as failure:  # the page itself is better than none
        log.warning("window.page_not_kept", error=repr(failure)[:200])
        return response
    if not name:
        return response
    there = RedirectResponse(_with(back, name), status_code=303, headers=HEADERS)
    for header, value in response.headers.items():
        if header == "set-cookie":
            there.headers.append(header, value)
    return there


async def kept_page(request: Request) -> Response | None:
    """The page that a GET names, None where it names none. A name that nobody or somebody else has, or an old
    one, leads to the page itself."""
    name = request.query_params.get(PARAMETER, "")
    if request.method != "GET" or not name:
        return None
    await identity.current_session(request)
    found = await store.find(request.app.state, "shown", name=name, holder=_holder(request))
    if found is None:
        return RedirectResponse(_without(_here(request)), status_code=303, headers=HEADERS)
    return HTMLResponse(found.content, found.status, headers=HEADERS)


def _here(request: Request) -> str:
    tail = f"?{request.url.query}" if request.url.query else ""
    return f"{quote(request.url.path)}{tail}"


def _origin_of(request: Request) -> str:
    """The page that the form stood on, as far as the browser says it and it is one of ours. Else a page
    of its own: the address of a post is often none to look at."""
    said = urlsplit(request.headers.get("referer", ""))
    if said.path.startswith("/") and said.netloc == request.headers.get("host", ""):
        return _without(f"{said.path}?{said.query}" if said.query else said.path)
    return ANYWHERE


def _without(address: str) -> str:
    parts = urlsplit(address)
    query = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k != PARAMETER]
    return f"{parts.path}?{urlencode(query)}" if query else parts.path


def _with(address: str, name: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{PARAMETER}={name}"
