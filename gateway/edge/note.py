"""What is remembered of one request while it runs, for its log line and its counters.

Carried in `scope["edge"]`. It holds no personal data: no query, no body, no full address.
"""

from dataclasses import dataclass


@dataclass(slots=True)
class Note:
    """Filled by the envelope first, then by whoever learns more."""

    request_id: str
    traceparent: str
    method: str
    path: str
    address: str
    english: bool
    wants_page: bool = False  # a person's browser, not a program
    route_class: str = "page"
    caller: str | None = None
    upstream: str | None = None
    upstream_ms: float | None = None
    status: int = 0  # 0 until a reply has started
    reply_bytes: int = 0
    code: str | None = None
    fault: str | None = None
    extra_headers: tuple[tuple[bytes, bytes], ...] = ()
