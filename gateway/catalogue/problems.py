"""What an error code means: the `type` of every problem document leads here (RFC 9457 section 3.1.1).

Read from the committed documents of the services and from the gateway's own errors; no service is asked.
"""

import inspect
from collections import defaultdict
from functools import lru_cache
from typing import Any

import orjson

from gateway.catalogue.routes import DOCUMENTS, SERVICES
from kit.errors import catalogue
from kit.schemas import Label, Out


class ProblemMeaning(Out):
    """An error code: its status, its title, what it says more, and which operations can give it."""

    code: str
    status: int
    title: Label
    meaning: str | None = None
    given_by: list[str]


@lru_cache(maxsize=1)
def meanings() -> dict[str, ProblemMeaning]:
    """Every code of the platform; made once per process."""
    given: dict[str, list[str]] = defaultdict(list)
    found: dict[str, dict[str, Any]] = {}
    for name in SERVICES:
        path = DOCUMENTS / f"{name}.json"
        document = orjson.loads(path.read_bytes()) if path.is_file() else {"paths": {}}
        for address, operations in document["paths"].items():
            for method, operation in operations.items():
                for reply in operation.get("responses", {}).values():
                    for code in reply.get("x-error-codes", ()):
                        given[code].append(f"{method.upper()} {address}")
        found |= document.get("x-problems", {})
    own = {
        kind.code: {
            "status": kind.status,
            "title": {"zh": kind.title_zh, "en": kind.title_en},
            "meaning": inspect.cleandoc(kind.__doc__) if kind.__doc__ else None,
        }
        for kind in catalogue()
    }
    return {
        code: ProblemMeaning(code=code, given_by=sorted(set(given[code])), **said)
        for code, said in (own | found).items()
    }
