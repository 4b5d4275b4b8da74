"""What a request says must be understood whole: no key twice, no parameter that nobody reads, no sign unseen.

A body with one key twice means one sum to us and another to a log in between; a misspelt filter would answer
with every row. Both are refused, as unknown fields are.
"""

import json
import re
from typing import Any

from fastapi.dependencies.models import Dependant
from starlette.datastructures import QueryParams
from starlette.requests import Request

from kit.errors import FieldError, InvalidRequest


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


def declared_parameters(dependant: Dependant) -> frozenset[str]:
    """The names of all query parameters that a route and its dependencies read."""
    names = {field.alias for field in dependant.query_params}
    for child in dependant.dependencies:
        names |= declared_parameters(child)
    return frozenset(names)


ANY_LIST = frozenset({"limit", "cursor"})
"""Whoever reads lists asks for a size; a list that is always whole is none the wiser for it."""


def refuse_unreadable(given: QueryParams, declared: frozenset[str]) -> None:
    """Raises InvalidRequest with a pointer `?name` for each parameter that nobody reads or can read."""
    known = declared | ANY_LIST
    faults = {name: "unknown_parameter" for name in given if name not in known}
    faults |= {n: "invisible_character" for n, v in given.multi_items() if _INVISIBLE.search(v)}
    if faults:
        named = sorted(faults.items())
        raise InvalidRequest(errors=[FieldError(pointer=f"?{n[:60]}", code=c) for n, c in named])
