"""What a request says must be understood whole: no key twice, no parameter that nobody reads, no sign unseen.

A body with one key twice means one sum to us and another to a log in between; a misspelt filter would answer
with every row. Both are refused, as unknown fields are.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from email.message import Message
from itertools import islice
from typing import Any

from fastapi._compat import field_annotation_is_sequence
from fastapi.dependencies.models import Dependant
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request

from kit.characters import unseen_in
from kit.errors import (
    FieldError,
    InvalidRequest,
    NotAcceptable,
    Problem,
    UnsupportedMediaType,
)

MOST_FAULTS = 20


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise json.JSONDecodeError(f"the key {twice[:60]!r} stands twice", "", 0)
    return found


def _no_constant(name: str) -> Any:
    raise json.JSONDecodeError(f"{name} is not JSON", "", 0)


def parsed(text: str) -> Any:
    """JSON with every key once and the numbers of RFC 8259. Raises JSONDecodeError, RecursionError."""
    return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)


def _unseen(value: Any, at: str = "") -> Iterator[FieldError]:
    """Where a JSON value holds what nobody can see, with JSON pointers."""
    if isinstance(value, str):
        if found := unseen_in(value):
            yield FieldError(
                pointer=at,
                code="invisible_character",
                detail=f"holds {found}, which nobody can see",
                values={"character": found},
            )
    elif isinstance(value, dict):
        for key, item in value.items():
            step = key.replace("~", "~0").replace("/", "~1")
            hidden = unseen_in(key)  # a key is not echoed where it could mislead
            yield from _unseen(key, at) if hidden else _unseen(item, f"{at}/{step}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _unseen(item, f"{at}/{index}")


class Refused(HTTPException):
    """A refusal from inside `json()`: the one kind of exception that FastAPI lets through from there."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.status)
        self.problem = problem


class StrictRequest(Request):
    """A request whose JSON is UTF-8, has every key once, only the numbers of RFC 8259 and no sign unseen."""

    async def json(self) -> Any:
        """The body. Raises JSONDecodeError (400 malformed_body) and Refused: 415 for another charset than
        UTF-8, 422 with a pointer for each text that holds what nobody can see."""
        if not hasattr(self, "_json"):
            text = self._decoded(await self.body())
            self._json = parsed(text)
            if "\\u" in text or unseen_in(text):
                found = list(islice(_unseen(self._json), MOST_FAULTS))
                if found:
                    raise Refused(InvalidRequest(errors=found))
        return self._json

    def _decoded(self, body: bytes) -> str:
        """What is checked is what is parsed: `json.loads` would also guess UTF-16 and UTF-32."""
        charset = Message()
        charset["content-type"] = self.headers.get("content-type", "")
        if (charset.get_content_charset() or "utf-8") not in ("utf-8", "utf8", "us-ascii"):
            raise Refused(UnsupportedMediaType())
        try:
            return body.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise json.JSONDecodeError("the body is not UTF-8", "", 0) from error


def declared_parameters(dependant: Dependant) -> dict[str, bool]:
    """The names of all query parameters that a route and its dependencies read, and whether each may come
    several times."""
    names = {
        field.alias: field_annotation_is_sequence(field.field_info.annotation)
        for field in dependant.query_params
    }
    for child in dependant.dependencies:
        names |= declared_parameters(child)
    return names


ANY_LIST = frozenset({"limit", "cursor"})
"""Whoever reads lists asks for a size; a list that is always whole is none the wiser for it."""


def refuse_unreadable(given: QueryParams, declared: Mapping[str, bool]) -> None:
    """Raises InvalidRequest with a pointer `?name` for each parameter that nobody reads or can read, and for
    one that comes twice where only one counts."""
    faults = {n: "unknown_parameter" for n in given if n not in declared and n not in ANY_LIST}
    if len(given.multi_items()) > len(given):
        several = Counter(name for name, _ in given.multi_items())
        faults |= {
            name: "stands_twice"
            for name, times in several.items()
            if times > 1 and name not in faults and not declared.get(name, False)
        }
    faults |= {n: "invisible_character" for n, v in given.multi_items() if unseen_in(v)}
    if faults:
        named = sorted(faults.items())
        raise InvalidRequest(errors=[FieldError(pointer=f"?{n[:60]}", code=c) for n, c in named])


def produced(
    responses: Mapping[int | str, Mapping[str, Any]], media_type: str | None
) -> frozenset[str]:
    """The media types that a route's good replies may have; empty where that is not known."""
    kinds = {
        kind for status, reply in responses.items() if str(status).startswith("2")
        for kind in reply.get("content", ())
    }  # fmt: skip
    return frozenset(kinds | {media_type.partition(";")[0]} if media_type else kinds)


def refuse_unacceptable(accept: str, kinds: frozenset[str]) -> None:
    """Raises NotAcceptable where a caller takes none of the media types that a route makes (RFC 9110,
    12.5.1). A problem is sent as it is: whoever asks for something else should still learn why."""
    if not accept or "*/*" in accept or any(kind in accept for kind in kinds):
        return
    wanted = {part.partition(";")[0].strip().lower() for part in accept.split(",")}
    if kinds and not any(k in wanted or f"{k.partition('/')[0]}/*" in wanted for k in kinds):
        raise NotAcceptable(detail_en=f"This address makes {', '.join(sorted(kinds))}")
