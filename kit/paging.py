"""Lists: keyset cursors, opaque and signed. No OFFSET, no exact counts.

    query: PageQuery                limit 1–200 (default 50), cursor
    after = query.after("things")   the last row's key values, or None on the first page
    return query.page(rows, "things", key=lambda row: (row.created_at, row.id), view=view)

`page` also sets `Link: <…>; rel="next"`: a route of a list needs neither request nor response for
it. A cursor names the list it came from; one from elsewhere or altered is 400 `invalid_cursor`.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Depends, Query, Request, Response

from kit.crypto import derive
from kit.errors import InvalidCursor
from kit.schemas import Out

T = TypeVar("T")
V = TypeVar("V")
_PARSERS: dict[str, Callable[[Any], Any]] = {
    "t": datetime.fromisoformat,
    "d": date.fromisoformat,
    "u": UUID,
    "s": str,
    "i": int,
    "n": lambda _: None,
}


class Page(Out, Generic[T]):
    """One page of a list. `next` is the cursor of the following page or null."""

    items: list[T]
    next: str | None = None
    approximate_total: int | None = None


def _tagged(value: Any) -> list[Any]:
    match value:
        case None:
            return ["n", None]
        case datetime():
            return ["t", value.isoformat()]
        case date():
            return ["d", value.isoformat()]
        case UUID():
            return ["u", str(value)]
        case int():
            return ["i", value]
    return ["s", str(value)]


@dataclass(frozen=True)
class CursorCodec:
    """Signs and reads cursors of one list. `secret` is the service's SECRET_KEY."""

    secret: str
    list_name: str

    def _sign(self, payload: bytes) -> bytes:
        key = derive(self.secret, f"cursor:{self.list_name}")
        return hmac.new(key, payload, hashlib.sha256).digest()[:12]

    def encode(self, key: Sequence[Any]) -> str:
        payload = orjson.dumps([_tagged(value) for value in key])
        return base64.urlsafe_b64encode(self._sign(payload) + payload).decode().rstrip("=")

    def decode(self, cursor: str) -> tuple[Any, ...]:
        try:
            data = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
            if not hmac.compare_digest(data[:12], self._sign(data[12:])):
                raise InvalidCursor
            return tuple(_PARSERS[tag](value) for tag, value in orjson.loads(data[12:]))
        except (ValueError, KeyError, TypeError) as error:
            raise InvalidCursor from error


@dataclass(frozen=True)
class PageParameters:
    """What the caller asked of a list, and the reply that gets the link to the following page."""

    limit: int
    cursor: str | None
    _request: Request = field(repr=False)
    _response: Response = field(repr=False)

    def after(self, list_name: str) -> tuple[Any, ...] | None:
        """The key of the last row already seen, or None. Raises InvalidCursor."""
        return self._codec(list_name).decode(self.cursor) if self.cursor else None

    def page(
        self,
        rows: Sequence[T],
        list_name: str,
        *,
        key: Callable[[T], Sequence[Any]],
        view: Callable[[T], V],
        approximate_total: int | None = None,
    ) -> Page[V]:
        """The page of up to `limit + 1` fetched rows; `key` is the order they came in."""
        shown, following = self.cut(rows, list_name, key=key)
        items = [view(row) for row in shown]
        return Page(items=items, next=following, approximate_total=approximate_total)

    def cut(
        self, rows: Sequence[T], list_name: str, *, key: Callable[[T], Sequence[Any]]
    ) -> tuple[list[T], str | None]:
        """`page` for whoever has to fetch more for the rows shown: those, and the next cursor."""
        shown = list(rows[: self.limit])
        last = key(shown[-1]) if len(rows) > self.limit else None
        return shown, self.following(list_name, last)

    def following(self, list_name: str, key: Sequence[Any] | None) -> str | None:
        """The next cursor, where the database cut the page: `key` is the last row's, if more follow."""
        cursor = self._codec(list_name).encode(key) if key else None
        self._response.headers.update(self._link(cursor))
        return cursor

    def written(self, items: bytes, cursor: str | None, **beside: bytes) -> Response:
        """A page whose rows are JSON already. FastAPI adds no header to it, so it has its own link."""
        head = b'{"items":%b,"next":%b,"approximate_total":null' % (items, orjson.dumps(cursor))
        more = b"".join(b',"%b":%b' % (name.encode(), value) for name, value in beside.items())
        headers = self._link(cursor)
        return Response(head + more + b"}", headers=headers, media_type="application/json")

    def _codec(self, list_name: str) -> CursorCodec:
        return CursorCodec(self._request.app.state.secret, list_name)

    def _link(self, cursor: str | None) -> dict[str, str]:
        """`Link: <…>; rel="next"` (RFC 8288)."""
        if cursor is None:
            return {}
        url = self._request.url.include_query_params(cursor=cursor)
        return {"link": f'<{url.path}?{url.query}>; rel="next"'}


async def page_parameters(
    request: Request,
    response: Response,
    limit: Annotated[int, Query(ge=1, le=200, description="Rows on a page")] = 50,
    cursor: Annotated[str | None, Query(max_length=1000, description="`next` of a page")] = None,
) -> PageParameters:
    return PageParameters(limit, cursor, request, response)


PageQuery = Annotated[PageParameters, Depends(page_parameters)]
