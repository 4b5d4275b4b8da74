"""What a request says must be understood whole: no key twice, no parameter that nobody reads, no sign unseen.

A body with one key twice means one sum to us and another to a log in between; a misspelt filter would answer
with every row. Both are refused, as unknown fields are.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from fastapi._compat import field_annotation_is_sequence
from fastapi.dependencies.models import Dependant
from starlette.datastructures import QueryParams
from starlette.requests import Request

from kit.errors import FieldError, InvalidRequest, NotAcceptable


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise json.JSONDecodeError(f"the key {twice[:60]!r} stands twice", "", 0)
    return found


def _no_constant(name: str) -> Any:
    raise json.JSONDecodeError(f"{name} is not JSON", "", 0)


# What a text may not hold: control characters but tab and line ends (the database refuses U+0000), and the
# marks that turn the reading direction, with which one name can be made to look like another.
_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_SUSPECT = re.compile(
    rb"\\u00[01][0-9a-fA-F]|\\u007[fF]|\\u20[26]|\x7f|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]"
)


def _refuse_invisible(value: Any) -> None:
    if isinstance(value, str):
        found = _INVISIBLE.search(value)
        if found:
            raise json.JSONDecodeError(f"a text holds U+{ord(found[0]):04X}", "", 0)
    elif isinstance(value, dict):
        for key, item in value.items():
            _refuse_invisible(key)
            _refuse_invisible(item)
    elif isinstance(value, list):
        for item in value:
            _refuse_invisible(item)


class StrictRequest(Request):
    """A request whose JSON has every key once and only the numbers of RFC 8259."""

    async def json(self) -> Any:
        """The body. Raises JSONDecodeError, which is answered with 400 malformed_body."""
        if not hasattr(self, "_json"):
            body = await self.body()
            self._json = json.loads(body, object_pairs_hook=_once, parse_constant=_no_constant)
            if _SUSPECT.search(body):
                _refuse_invisible(self._json)
        return self._json


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
    faults |= {n: "invisible_character" for n, v in given.multi_items() if _INVISIBLE.search(v)}
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
