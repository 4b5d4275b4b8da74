"""Labels of a service's code lists (`GET …/codes`), kept for some minutes: they change with a release."""

import time
from typing import Any

from gateway.window.services import Refusal, Service
from gateway.window.visit import Visiting

KEEP_S = 300.0
_KEPT: dict[Service, tuple[float, dict[str, Any]]] = {}


async def meanings(visit: Visiting, service: Service) -> dict[str, str]:
    """code → label of everything that a rule of the service may find (`…_findings`, `…_judgements`)."""
    await labels_of(visit, service, "")
    lists = _KEPT[service][1] if service in _KEPT else {}
    found: dict[str, str] = {}
    for name in lists:
        if name.endswith(("_findings", "_judgements")):
            found |= await labels_of(visit, service, name)
    return found


async def labels_of(visit: Visiting, service: Service, name: str) -> dict[str, str]:
    """code → label of one list in the reader's language; empty where the service has no such list."""
    kept = _KEPT.get(service)
    if kept is None or kept[0] < time.monotonic():
        try:
            answer = await visit.services.get(service, f"/api/{service}/v1/codes")
        except Refusal:
            return {}
        kept = _KEPT[service] = (time.monotonic() + KEEP_S, answer.body.get("lists") or {})
    return {row["code"]: visit.label(row["label"]) for row in kept[1].get(name) or ()}
