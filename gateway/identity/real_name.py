"""Asking the authority whether a name belongs to a resident ID number.

One call with a short patience. It must not retry by itself and must not log the number; what an
absent answer means is the caller's matter (`accounts.py`: the account waits, a job asks again).
Contract: `POST {DEPARTMENTS_URL}/real-name/checks`.
"""

from __future__ import annotations

from typing import Literal

import httpx
import structlog

Answer = Literal["match", "mismatch", "not_found", "no_answer"]
PATIENCE_S = 2.5
log = structlog.get_logger(__name__)


class RealNameAuthority:
    """A client of the real-name check. `url` is the base address of the departments."""

    def __init__(self, url: str, *, patience_s: float = PATIENCE_S) -> None:
        self._client = httpx.AsyncClient(
            base_url=url, timeout=patience_s, trust_env=False, follow_redirects=False
        )

    async def ask(self, *, name: str, id_number: str, reference: str) -> Answer:
        """What the authority says; `no_answer` for anything but a well-formed answer in time."""
        body = {"name": name, "id_number": id_number, "reference": reference}
        try:
            reply = await self._client.post("/real-name/checks", json=body)
            if reply.status_code == 422:
                return "not_found"
            reply.raise_for_status()
            result = reply.json()["result"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            log.warning("real_name_no_answer", error=type(error).__name__, reference=reference)
            return "no_answer"
        if result == "match":
            return "match"
        if result == "mismatch":
            return "mismatch"
        return "not_found" if result == "not_found" else "no_answer"

    async def close(self) -> None:
        await self._client.aclose()
