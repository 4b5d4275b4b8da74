"""Region codes in words, kept for some minutes: the reference list is registration's and public."""

import asyncio
import time
from collections.abc import Iterable

from gateway.window.services import Refusal
from gateway.window.visit import Visiting

KEEP_S = 600.0
MOST = 2_000
_KEPT: dict[str, tuple[float, dict[str, str]]] = {}


async def regions_of(visit: Visiting, codes: Iterable[str]) -> dict[str, str]:
    """code → name in the reader's language; a code that is not known stays out."""
    now = time.monotonic()
    wanted = set(codes)
    asked = [c for c in wanted if c not in _KEPT or _KEPT[c][0] < now]
    if len(_KEPT) > MOST:
        _KEPT.clear()
    await asyncio.gather(*(_keep(visit, code, now + KEEP_S) for code in asked))
    return {code: visit.label(_KEPT[code][1]) for code in wanted if code in _KEPT}


async def _keep(visit: Visiting, code: str, until: float) -> None:
    try:
        answer = await visit.services.get("registration", f"/api/registration/v1/regions/{code}")
    except Refusal:
        return
    here = answer.body.get("present") or answer.body
    _KEPT[code] = (until, here.get("name") or {})
