"""Reading and writing one place of a JSON document by its pointer (RFC 6901), and naming inputs by it.

An input's `name` is the pointer itself; its `id` is the pointer with characters that an address may hold.
"""

from copy import deepcopy
from itertools import pairwise
from typing import Any

MISSING = object()


def parts(pointer: str) -> list[str]:
    """`/shareholders/0/name` → ["shareholders", "0", "name"]."""
    if not pointer:
        return []
    return [p.replace("~1", "/").replace("~0", "~") for p in pointer.lstrip("/").split("/")]


def read(document: Any, pointer: str, default: Any = None) -> Any:
    """The value at `pointer`, or `default` where the path does not exist."""
    here = document
    for part in parts(pointer):
        if isinstance(here, dict):
            here = here.get(part, MISSING)
        elif isinstance(here, list) and part.isdigit() and int(part) < len(here):
            here = here[int(part)]
        else:
            return default
        if here is MISSING:
            return default
    return here


def written(document: Any, pointer: str, value: Any) -> Any:
    """A copy of `document` with `value` at `pointer`; objects and lists on the way are made.

    `MISSING` removes the key: an unanswered question is absent, not empty.
    """
    copy = deepcopy(document) if document is not None else {}
    steps = parts(pointer)
    if not steps:
        return value
    here = copy
    for step, following in pairwise(steps):
        here = _step(here, step, following)
    last = steps[-1]
    if isinstance(here, list):
        _set_in_list(here, int(last), value)
    elif value is MISSING:
        here.pop(last, None)
    else:
        here[last] = value
    return copy


def _step(here: Any, step: str, following: str) -> Any:
    empty: Any = [] if following.isdigit() else {}
    if isinstance(here, list):
        index = int(step)
        _set_in_list(here, index, here[index] if index < len(here) else empty)
        if here[index] is None:
            here[index] = empty
        return here[index]
    if not isinstance(here.get(step), (dict, list)):
        here[step] = empty
    return here[step]


def _set_in_list(here: list[Any], index: int, value: Any) -> None:
    if value is MISSING:
        if index < len(here):
            del here[index]
        return
    while len(here) <= index:
        here.append({})
    here[index] = value


def input_id(pointer: str) -> str:
    """`/shareholders/0/name` → `shareholders-0-name`, safe as an HTML id and in an address."""
    return "-".join(parts(pointer)).replace("_", "-") or "form"


def belongs(pointer: str, under: str) -> bool:
    """Whether `pointer` is `under` or inside it."""
    return pointer == under or pointer.startswith(under.rstrip("/") + "/")
