"""Where a matter's description is found, kept for a minute: it changes only with a release."""

import time
from typing import Any

from gateway.window.services import Refusal, Service, Services

SOURCES: tuple[Service, ...] = ("registration", "finance", "carriers")
KEEP_S = 60.0

# matter code -> (until, service, description). Descriptions are public and the same for everybody.
_KEPT: dict[str, tuple[float, Service, dict[str, Any]]] = {}


async def matter_of(services: Services, code: str) -> tuple[Service, dict[str, Any]]:
    """The service that has the matter, and its description. Raises Refusal 404 where none has it."""
    kept = _KEPT.get(code)
    if kept and kept[0] > time.monotonic():
        return kept[1], kept[2]
    unreachable: Refusal | None = None
    for source in SOURCES:
        try:
            answer = await services.get(source, f"/api/{source}/v1/matters/{code}")
        except Refusal as refusal:
            if refusal.status >= 500:
                unreachable = refusal
            continue
        if len(_KEPT) > 500:
            _KEPT.clear()
        _KEPT[code] = (time.monotonic() + KEEP_S, source, answer.body)
        return source, answer.body
    raise unreachable or Refusal(404, {})
