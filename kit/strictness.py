"""What a request says must be understood whole: no key twice in a body, no parameter that nobody reads.

A body with one key twice means one sum to us and another to a log in between; a misspelt filter would answer
with every row. Both are refused, as unknown fields are.
"""

import json
from collections.abc import Iterable
from typing import Any

from fastapi.dependencies.models import Dependant
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


class StrictRequest(Request):
    """A request whose JSON has every key once and only the numbers of RFC 8259."""

    async def json(self) -> Any:
        """The body. Raises JSONDecodeError, which is answered with 400 malformed_body."""
        if not hasattr(self, "_json"):
            body = await self.body()
            self._json = json.loads(body, object_pairs_hook=_once, parse_constant=_no_constant)
        return self._json


def declared_parameters(dependant: Dependant) -> frozenset[str]:
    """The names of all query parameters that a route and its dependencies read."""
    names = {field.alias for field in dependant.query_params}
    for child in dependant.dependencies:
        names |= declared_parameters(child)
    return frozenset(names)


def refuse_unknown(given: Iterable[str], declared: frozenset[str]) -> None:
    """Raises InvalidRequest with a pointer `?name` for each parameter that nobody reads."""
    unknown = sorted(set(given) - declared)
    if unknown:
        raise InvalidRequest(
            errors=[
                FieldError(pointer=f"?{name[:60]}", code="unknown_parameter") for name in unknown
            ]
        )
