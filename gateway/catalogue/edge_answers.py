"""What the edge itself can answer to any request, written into every operation that lies behind it.

A caller who reads only an operation must not be surprised by a 429 or a 504 that the service's own
document cannot know of.
"""

from typing import Any, Final

from gateway.edge import errors
from kit.errors import BodyTooLarge, InternalError, Problem
from kit.openapi.headers import add_components, declare
from kit.problems import PROBLEM_JSON

Document = dict[str, Any]

_ANYWHERE: Final[tuple[type[Problem], ...]] = (
    errors.MalformedPath,
    errors.MalformedHeader,
    errors.AddressTooLong,
    errors.HeadersTooLarge,
    errors.RateLimited,
    InternalError,
)
_WITH_BODY: Final[tuple[type[Problem], ...]] = (BodyTooLarge, errors.BodyTooSlow)
_PROXIED: Final[tuple[type[Problem], ...]] = (
    errors.Overloaded,
    errors.UpstreamUnavailable,
    errors.UpstreamFailed,
    errors.UpstreamTimeout,
)
_HEADERS: Final = ("X-Request-Id", "RateLimit", "RateLimit-Policy")
_SCHEMA: Final = {"schema": {"$ref": "#/components/schemas/ProblemView"}}


def add_edge_answers(document: Document, *, proxied: bool) -> None:
    """Adds the edge's refusals to every operation; `proxied` when a service stands behind it."""
    add_components(document, *_HEADERS, "Retry-After")
    for item in document.get("paths", {}).values():
        for operation in item.values():
            if not isinstance(operation, dict) or "responses" not in operation:
                continue
            kinds = [*_ANYWHERE, *(_PROXIED if proxied else ())]
            kinds += _WITH_BODY if "requestBody" in operation else ()
            for kind in kinds:
                _add(operation["responses"], kind)
            for status, response in operation["responses"].items():
                declare(response, *_HEADERS)
                if status in ("429", "503"):
                    declare(response, "Retry-After")


def _add(responses: Document, kind: type[Problem]) -> None:
    entry = responses.setdefault(str(kind.status), {"description": ""})
    line = f"`{kind.code}`: {kind.title_en}"
    if line not in entry["description"]:
        entry["description"] = "; ".join(part for part in (entry["description"], line) if part)
    entry["x-error-codes"] = sorted({*entry.get("x-error-codes", []), kind.code})
    entry["content"] = {**entry.get("content", {}), PROBLEM_JSON: _SCHEMA}
