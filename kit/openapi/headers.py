"""The headers of replies, said where a route itself sets them, so that a generated client offers them."""

from types import CodeType
from typing import Any

Json = dict[str, Any]
_HEADERS = {
    "X-Request-Id": "Names this request in every log; tell it to whoever helps you",
    "ETag": "The version shown; send it back in If-Match, or in If-None-Match to hear only of changes",
    "Location": "The address of what was made",
    "Link": 'The next page, as `<…>; rel="next"` (RFC 8288)',
    "Retry-After": "Seconds after which to come back",
    "WWW-Authenticate": "What to authenticate with, and where to learn it (RFC 9110, 9449, 9728)",
    "RateLimit": "What is left of the quota (draft-ietf-httpapi-ratelimit-headers)",
    "RateLimit-Policy": "The quota of this class of routes",
}


def add_components(document: Json, *names: str) -> None:
    """The headers of these names (all, when none is given), each once, to be referred to."""
    document["components"].setdefault("headers", {}).update(
        {
            name: {"description": _HEADERS[name], "schema": {"type": "string", "maxLength": 1024}}
            for name in names or _HEADERS
        }
    )


def declare(response: Json, *names: str) -> None:
    """Adds headers to a response; one that its author described stays."""
    for name in names:
        response.setdefault("headers", {}).setdefault(
            name, {"$ref": f"#/components/headers/{name}"}
        )


def add_headers(operation: Json, endpoint: Any) -> None:
    """What each reply of `endpoint` carries, by status and by what the function says that it sets."""
    said = _words(endpoint.__code__) if hasattr(endpoint, "__code__") else frozenset()
    for status, response in operation["responses"].items():
        if status.startswith("2") and ({"set_etag", "etag"} & said):
            declare(response, "ETag")
        if status.startswith("2") and "location" in said:
            declare(response, "Location")
        if status == "401":
            declare(response, "WWW-Authenticate")
        if status in ("429", "503"):
            declare(response, "Retry-After")


def _words(code: CodeType) -> frozenset[str]:
    """The names and texts in a function."""
    return frozenset(code.co_names) | {word for word in code.co_consts if isinstance(word, str)}
