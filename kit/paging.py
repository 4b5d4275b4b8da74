"""Lists: keyset cursors, opaque and signed. No OFFSET, no exact counts.

    query: PageQuery           limit 1–200 (default 50), cursor
    keyset = query.after(codec)       the last row's key values, or None on the first page
    page = query.page(rows, codec, key=lambda row: (row.created_at, row.id))

A cursor names the list it came from; one from elsewhere or altered is 400 `invalid_cursor`.
"""

import base64
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Generic, TypeVar
from uuid import UUID

import orjson
from fastapi import Depends, Query, Request, Response

from kit.crypto import derive
from kit.errors import InvalidCursor
from kit.schemas import Out

T = TypeVar("T")
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
    """What the caller asked of a list."""

    limit: int
    cursor: str | None
    secret: str
    path: str

    def _codec(self, list_name: str) -> CursorCodec:
        return CursorCodec(self.secret, list_name)

    def after(self, list_name: str) -> tuple[Any, ...] | None:
        """The key of the last row already seen, or None. Raises InvalidCursor."""
        return self._codec(list_name).decode(self.cursor) if self.cursor else None

    def page(
        self, rows: Sequence[Any], list_name: str, *, key: Callable[[Any], Sequence[Any]]
    ) -> tuple[list[Any], str | None]:
        """The page's rows and the next cursor, from up to `limit + 1` fetched rows."""
        shown = list(rows[: self.limit])
        more = len(rows) > self.limit
        return shown, self._codec(list_name).encode(key(shown[-1])) if more and shown else None


async def page_parameters(
    request: Request,
    limit: Annotated[int, Query(ge=1, le=200, description="Rows on a page")] = 50,
    cursor: Annotated[str | None, Query(max_length=1000, description="`next` of a page")] = None,
) -> PageParameters:
    return PageParameters(limit, cursor, request.app.state.secret, request.url.path)


PageQuery = Annotated[PageParameters, Depends(page_parameters)]


def link_next(request: Request, response: Response, cursor: str | None) -> None:
    """Sets `Link: <…>; rel="next"` (RFC 8288)."""
    if cursor:
        url = request.url.include_query_params(cursor=cursor)
        response.headers["link"] = f'<{url.path}?{url.query}>; rel="next"'
