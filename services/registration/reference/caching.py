"""ETags and pages for data that only changes with a release.

The tag is a digest of the files, the address and the day that the answer speaks of, so a copy stays
good exactly as long as the answer would be the same. Only for public data: replies may be cached by
anybody for an hour.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Any, TypeVar

from fastapi import Request, Response

from kit.paging import Page, PageParameters, link_next
from services.registration.reference.store import DATA

T = TypeVar("T")
V = TypeVar("V")
CACHE_CONTROL = "public, max-age=3600"


@cache
def data_digest() -> str:
    """Of all packaged files together."""
    digest = hashlib.sha256()
    for file in sorted(DATA.glob("*.csv")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()


def unchanged(request: Request, response: Response, *, on: date | None) -> Response | None:
    """Sets the caching headers; the 304 to give when the caller holds this very answer."""
    words = f"{data_digest()}|{request.url.path}?{request.url.query}|{on}"
    etag = f'"{hashlib.sha256(words.encode()).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": CACHE_CONTROL}
    asked = request.headers.get("if-none-match", "")
    if asked.strip() == "*" or etag in _tags(asked):
        return Response(status_code=304, headers=headers)
    response.headers.update(headers)
    return None


def _tags(header: str) -> Iterator[str]:
    for part in header.split(","):
        yield part.strip().removeprefix("W/")


def page_of(
    request: Request,
    response: Response,
    query: PageParameters,
    rows: Sequence[T],
    *,
    list_name: str,
    key: Callable[[T], tuple[Any, ...]],
    view: Callable[[T], V],
) -> Page[V]:
    """The page of sorted rows that the cursor asks for. `key` is the order of `rows`."""
    after = query.after(list_name)
    rest = rows if after is None else [row for row in rows if key(row) > after]
    shown, cursor = query.page(rest, list_name, key=key)
    link_next(request, response, cursor)
    return Page[V](items=[view(row) for row in shown], next=cursor, approximate_total=len(rows))
