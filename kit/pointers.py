"""Reading one place of a JSON document by its pointer (RFC 6901)."""

from collections.abc import Mapping
from typing import Any

MISSING = object()


def read(document: Any, pointer: str) -> Any:
    """The value at `pointer`, or MISSING where the path does not exist."""
    here = document
    for raw in pointer.split("/")[1:]:
        step = raw.replace("~1", "/").replace("~0", "~")
        if isinstance(here, Mapping):
            here = here.get(step, MISSING)
        elif isinstance(here, list) and step.isdecimal() and int(step) < len(here):
            here = here[int(step)]
        else:
            return MISSING
        if here is MISSING:
            return MISSING
    return here


def general(pointer: str) -> str:
    """`/people/0/phone` → `/people/*/phone`, as a form's description writes it."""
    return "/".join("*" if step.isdecimal() else step for step in pointer.split("/"))
