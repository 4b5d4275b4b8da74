"""One JSON line per request, written in batches so that no request waits for a disk.

Errors and slow requests are always written; of the rest the share that is asked for. No query, no
body, and of an address only the network: paths name resources by id, never by personal data.
"""

import asyncio
import contextlib
import ipaddress
import random
import sys
from collections import Counter
from datetime import UTC, datetime
from functools import lru_cache
from typing import BinaryIO, Final

from gateway.edge.note import Note
from kit.logs import render

_FLUSH_SECONDS: Final = 0.2
_FLUSH_LINES: Final = 256
_SLOW_SECONDS: Final = 1.0


class AccessLog:
    """Writes to `stream` (default: standard output). `sample` is the share of good, quick requests
    that get a line, 0 to 1."""

    def __init__(self, *, sample: float = 1.0, stream: BinaryIO | None = None) -> None:
        self._sample = sample
        self._stream = stream
        self._lines: list[bytes] = []
        self._flush_due: asyncio.TimerHandle | None = None
        self.counts: Counter[str] = Counter()

    def write(self, note: Note, seconds: float) -> None:
        """Take the line of one finished request; it is on the stream within 0.2 s."""
        where = note.upstream or "gateway"
        self.counts[f"{where}.{note.route_class}.{note.status // 100}xx"] += 1
        dull = note.status < 500 and note.fault is None and seconds < _SLOW_SECONDS
        if dull and self._sample < 1 and random.random() >= self._sample:  # noqa: S311  no secret
            return
        self._lines.append(render(None, "", _line(note, seconds)) + b"\n")
        if len(self._lines) >= _FLUSH_LINES:
            self.flush()
        elif self._flush_due is None:
            loop = asyncio.get_running_loop()
            self._flush_due = loop.call_later(_FLUSH_SECONDS, self.flush)

    def flush(self) -> None:
        """Write what is waiting."""
        if self._flush_due is not None:
            self._flush_due.cancel()
            self._flush_due = None
        lines, self._lines = self._lines, []
        if not lines:
            return
        stream = self._stream or sys.stdout.buffer
        with contextlib.suppress(OSError, ValueError):  # a closed pipe, a full disk: requests go on
            stream.write(b"".join(lines))
            stream.flush()


def _line(note: Note, seconds: float) -> dict[str, object]:
    line: dict[str, object] = {
        "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "level": "info",
        "event": "request",
        "request_id": note.request_id,
        "trace": note.traceparent[3:35],
        "method": note.method,
        "path": note.path,
        "status": note.status,
        "ms": round(seconds * 1000, 2),
        "upstream": note.upstream,
        "upstream_ms": note.upstream_ms,
        "class": note.route_class,
        "caller": note.caller,
        "network": _network(note.address),
        "bytes": note.reply_bytes,
        "code": note.code,
        "fault": note.fault,
    }
    return {name: value for name, value in line.items() if value is not None}


@lru_cache(maxsize=4096)
def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False))
