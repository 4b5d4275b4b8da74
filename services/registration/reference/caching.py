"""ETags and pages for data that only changes with a release.

The tag is a digest of the files, the address and the day that the answer speaks of, so a copy stays
good exactly as long as the answer would be the same. Only for public data: replies may be cached by
anybody for an hour.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cache
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response

from kit.paging import Page, PageQuery
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


def _by_code(row: Any) -> tuple[Any, ...]:
    return (row.code,)


class Listing:
    """One request for a list of reference data: a dependency of its route."""

    def __init__(self, request: Request, response: Response, query: PageQuery) -> None:
        self._request, self._response, self._query = request, response, query

    def day(self, on: date | None) -> date:
        """The day that the answer is for."""
        today: date = self._request.app.state.clock.today()
        return on or today

    def unchanged(self, *, on: date | None = None) -> Response | None:
        return unchanged(self._request, self._response, on=on)

    def page(
        self,
        rows: Sequence[T],
        view: Callable[[T], V],
        *,
        name: str,
        key: Callable[[T], tuple[Any, ...]] = _by_code,
        ranked: bool = False,
    ) -> Page[V]:
        """The page of sorted rows that the cursor asks for. `key` is the order of `rows`; `ranked` ones
        keep their place, which a release may change as it may their order."""
        if ranked:
            places = {id(row): place for place, row in enumerate(rows)}
            name, key = f"{name}:ranked", lambda row: (places[id(row)],)
        after = self._query.after(name)
        rest = rows if after is None else [row for row in rows if key(row) > after]
        return self._query.page(rest, name, key=key, view=view, approximate_total=len(rows))


Asked = Annotated[Listing, Depends()]
