"""The one door to the departments outside: sends a filing, asks about one, reads what comes back.

Every failure becomes a value of answers.py; nothing raises. It never decides what follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from services.registration.departments.answers import (
    Accepted,
    Answer,
    Receipted,
    Refused,
    Rejected,
    Unsure,
)

TIMEOUT = httpx.Timeout(10.0, connect=3.0)
_LONGEST_REPLY_BYTES = 100_000
_KEPT_TEXT = 500


@dataclass(frozen=True, slots=True)
class Exchange:
    """An answer, and what the wire said (for the attempt's record)."""

    answer: Answer
    http_status: int | None


class DepartmentClient:
    """Talks to the departments' exchange at `base_url`. One per process."""

    def __init__(self, base_url: str, *, timeout: httpx.Timeout = TIMEOUT) -> None:
        # trust_env=False: a proxy meant for browsers must not see filings.
        self._http = httpx.AsyncClient(base_url=base_url, timeout=timeout, trust_env=False)

    async def close(self) -> None:
        """Release the connections."""
        await self._http.aclose()

    async def file(self, department_path: str, body: Mapping[str, Any]) -> Exchange:
        """Send a filing. Safe to repeat: the body carries our reference."""
        reference = str(body["reference"])
        url = f"/{department_path}/filings"
        return await self._exchange("POST", url, reference=reference, json=dict(body))

    async def look(self, department_path: str, external_id: str, *, reference: str) -> Exchange:
        """Ask how a filing stands. A number that now belongs to another filing is `not_found_there`."""
        url = f"/{department_path}/filings/{external_id}"
        return await self._exchange("GET", url, reference=reference)

    async def _exchange(self, method: str, url: str, *, reference: str, **kwargs: Any) -> Exchange:
        try:
            reply = await self._http.request(method, url, **kwargs)
        except httpx.TimeoutException:
            return Exchange(Unsure("no_answer_in_time"), None)
        except httpx.HTTPError:
            return Exchange(Unsure("connection_lost"), None)
        return Exchange(read_reply(reply, reference=reference), reply.status_code)


def read_reply(reply: httpx.Response, *, reference: str) -> Answer:
    """What a reply means. An unreadable one says nothing, whatever its status."""
    if reply.status_code == 429 or reply.status_code >= 500:
        code = {429: "department_throttles", 503: "department_closed"}.get(
            reply.status_code, "department_failed"
        )
        return Unsure(code, retry_after_seconds=_retry_after(reply))
    body = _json_object(reply)
    if reply.is_success:
        if body is not None and body.get("reference") != reference:
            return Unsure("not_found_there")
        return Unsure("unreadable_answer") if body is None else read_filing(body)
    if reply.status_code == 404 or body is None:
        return Unsure("not_found_there" if reply.status_code == 404 else "unreadable_answer")
    return _read_refusal(body, reply.status_code)


def read_filing(body: Mapping[str, Any]) -> Answer:
    """A filing as a department tells it, in a reply or in a callback."""
    external_id, state = body.get("external_id"), body.get("state")
    if not isinstance(external_id, str) or not 1 <= len(external_id) <= 100:
        return Unsure("unreadable_answer")
    if state == "receipted" and isinstance(body.get("receipt_number"), str):
        return Receipted(
            external_id, body["receipt_number"][:100], _instant(body.get("decided_at"))
        )
    if state == "rejected":
        reason = str(body.get("reason") or "")[:_KEPT_TEXT]
        return Rejected(external_id, str(body.get("reason_code") or "unspecified")[:60], reason)
    if state == "processing":
        wait = body.get("poll_after_s")
        return Accepted(external_id, float(wait) if isinstance(wait, int | float) else None)
    return Unsure("unreadable_answer")


def _read_refusal(body: Mapping[str, Any], status: int) -> Answer:
    code = str(body.get("code") or f"http_{status}")[:60]
    errors = body.get("errors")
    details = [
        f"{error.get('pointer')}: {error.get('code')}"
        for error in (errors if isinstance(errors, list) else [])
        if isinstance(error, dict)
    ]
    existing = body.get("existing")
    if isinstance(existing, dict):
        details.append(f"{existing.get('external_id')} {existing.get('receipt_number')}")
    return Refused(code, "; ".join(details)[:_KEPT_TEXT])


def _json_object(reply: httpx.Response) -> dict[str, Any] | None:
    if len(reply.content) > _LONGEST_REPLY_BYTES:
        return None
    try:
        body = reply.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


def _retry_after(reply: httpx.Response) -> float | None:
    value = reply.headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() and len(value) < 8 else None


def _instant(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return moment if moment.tzinfo else None
