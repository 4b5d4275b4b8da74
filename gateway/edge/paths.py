"""Which service a path belongs to, and which paths are refused before anybody interprets them.

Two programs that read one path differently are how access rules are walked around
(`/api/x/..%2fadmin`), so a path that is not in normal form is refused instead of repaired. Pure:
bytes in, a value out.
"""

import re
from typing import Final
from urllib.parse import unquote_to_bytes

MAX_TARGET_BYTES: Final = 8 * 1024

# %2F and %5C hide a separator; encoded controls have no place in an address; an encoded unreserved
# character (RFC 3986, 2.3) is the same path under a second name, which would escape route classes.
_REFUSED_ESCAPE = re.compile(
    rb"%(?:2[fF]|5[cC]|[01][0-9A-Fa-f]|7[fF]|2[dDeE]|3[0-9]|4[1-9A-Fa-f]|5[0-9aAfF]"
    rb"|6[1-9A-Fa-f]|7[0-9aAeE])"
)
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_REFUSED_PLAIN = re.compile(rb"//|/\.{1,2}(?:/|$)|[\x00-\x20\x7f-\xff\\]")


def malformed(raw_path: bytes, query: bytes = b"") -> bool:
    """Whether a request target is not in the one normal form that every reader agrees on."""
    if not raw_path.startswith(b"/") or _REFUSED_PLAIN.search(raw_path):
        return True
    if any(byte > 0x7E or byte < 0x21 for byte in query):
        return True
    if b"%" not in raw_path:
        return False
    if _REFUSED_ESCAPE.search(raw_path) or _BROKEN_ESCAPE.search(raw_path):
        return True
    try:
        unquote_to_bytes(raw_path).decode("utf-8")
    except UnicodeDecodeError:
        return True
    return False


def service_of(raw_path: bytes) -> bytes | None:
    """`b"finance"` for `/api/finance/v1/loans`; None when the path is not under `/api/`."""
    if not raw_path.startswith(b"/api/"):
        return None
    return raw_path[5:].split(b"/", 1)[0]


def route_class(method: str, raw_path: bytes) -> str:
    """The class whose quota a request uses: `sign_in`, `token`, `search`, `read`, `write` or `page`."""
    reading = method in ("GET", "HEAD", "OPTIONS")
    if not raw_path.startswith(b"/api/"):
        if reading:
            return "page"
        if raw_path.startswith(b"/oauth2/"):
            return "token"
        return "sign_in" if raw_path.startswith(b"/sign-") else "write"
    if raw_path.endswith((b"/search", b"/suggestions")):
        return "search"
    return "read" if reading else "write"
