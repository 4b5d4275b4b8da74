"""What schemathesis cannot know by itself; loaded by name through SCHEMATHESIS_HOOKS."""

from typing import Any

import schemathesis


@schemathesis.serializer("application/pdf", "image/png", "image/jpeg", "application/octet-stream")
def raw(_context: schemathesis.SerializationContext, value: Any) -> bytes:
    """An upload's body is bytes as they are; generated text becomes its UTF-8."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@schemathesis.hook
def map_query(_context: schemathesis.HookContext, query: Any) -> Any:
    """A long poll is a good answer that takes its time; the fuzzer has none."""
    return {name: value for name, value in query.items() if name != "wait"} if query else query


@schemathesis.hook
def before_call(
    _context: schemathesis.HookContext, case: schemathesis.Case, _kwargs: dict[str, Any]
) -> None:
    """A stream goes on for minutes; the page of the same address is asked for instead."""
    if "event-stream" in str((case.headers or {}).get("Accept", "")):
        case.headers["Accept"] = "application/json"
