"""What of a request's headers reaches a service, and what of a reply's reaches the caller.

A service believes no header about who is asking (it verifies the token), but logs and proxies in
between might; so every header that could be mistaken for identity or routing is dropped and the
few that are wanted are written anew. Pure: no socket, no settings.
"""

import re
import secrets
from collections.abc import Iterable
from typing import Final

from multidict import CIMultiDict

from gateway.edge.errors import MalformedHeader

Headers = Iterable[tuple[bytes, bytes]]

# RFC 9110 7.6.1 and its ancestors: they describe one connection, not the message.
_HOP_BY_HOP: Final = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
        b"http2-settings",
    }
)
_DROPPED_FROM_REQUEST: Final = _HOP_BY_HOP | {
    b"host",  # the service's own; the public one goes in X-Forwarded-Host
    b"expect",  # the server has answered it already
    b"cookie",  # a page's session is the gateway's affair; services take bearer tokens
    b"forwarded",
    b"via",
    b"remote-user",
    b"x-real-ip",
    b"x-client-ip",
    b"x-cluster-client-ip",
    b"true-client-ip",
    b"x-original-url",
    b"x-rewrite-url",
    b"x-http-method-override",
    b"x-method-override",
    b"x-http-method",
    b"x-request-id",
    b"traceparent",
    b"content-length",  # framing is written by the client from the body that it sends
}
_DROPPED_PREFIXES: Final = (
    b"proxy-",
    b"x-user",
    b"x-forwarded-",
    b"x-auth-",
    b"x-remote-",
    b"x-ssl-",
    b"x-client-cert",
)
# Repeating one of these makes two readers see two requests.
_SINGLE: Final = frozenset(
    {
        b"host",
        b"authorization",
        b"content-length",
        b"content-type",
        b"transfer-encoding",
        b"idempotency-key",
        b"if-match",
        b"dpop",
    }
)
_DROPPED_FROM_REPLY: Final = _HOP_BY_HOP | {
    b"server",
    b"date",  # the gateway's server writes its own
    b"set-cookie",  # services have no sessions
    b"x-request-id",
    b"traceparent",
}
_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9._\-]{8,128}")
_TRACEPARENT: Final = re.compile(rb"00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")


def check_single(headers: Headers) -> None:
    """Refuse a header that decides meaning when it comes twice, and a coding of the transfer that nobody here
    undoes. Raises: MalformedHeader."""
    seen: set[bytes] = set()
    for name, value in headers:
        if name == b"transfer-encoding" and value.strip().lower() != b"chunked":
            raise MalformedHeader(detail_en="transfer-encoding is chunked alone")
        if name in _SINGLE:
            if name in seen:
                raise MalformedHeader(detail_en=f"{name.decode()} is repeated")
            seen.add(name)
    if b"host" not in seen:
        raise MalformedHeader(detail_en="host is missing")


def named_by_connection(headers: Headers) -> frozenset[bytes]:
    """The header names that `Connection` declares to be of this hop only, in lower case."""
    return frozenset(
        token.strip().lower()
        for name, value in headers
        if name == b"connection"
        for token in value.split(b",")
    )


def request_headers(headers: Headers, forwarded: Iterable[tuple[str, str]]) -> CIMultiDict[str]:
    """The headers for the service: the caller's without those dropped, plus `forwarded`."""
    hop = named_by_connection(headers)
    kept: CIMultiDict[str] = CIMultiDict()
    for name, value in headers:
        if name in _DROPPED_FROM_REQUEST or name in hop or name.startswith(_DROPPED_PREFIXES):
            continue
        if b"_" in name:  # some frameworks read X_User and X-User as one
            continue
        try:
            kept.add(name.decode("ascii"), value.decode("utf-8"))
        except UnicodeDecodeError:
            raise MalformedHeader(detail_en="a header is not UTF-8") from None
    kept.extend(forwarded)
    return kept


def reply_headers(headers: Headers) -> list[tuple[bytes, bytes]]:
    """A service's headers without those of the hop; names in lower case, as ASGI wants them."""
    lowered = [(name.lower(), value) for name, value in headers]
    hop = named_by_connection(lowered)
    return [
        (name, value)
        for name, value in lowered
        if name not in _DROPPED_FROM_REPLY and name not in hop
    ]


def header(headers: Headers, wanted: bytes) -> bytes | None:
    """The first value of a header whose name is already in lower case."""
    for name, value in headers:
        if name == wanted:
            return value
    return None


def request_id(headers: Headers) -> bytes:
    """The caller's `X-Request-Id` when it is 8–128 harmless characters, else a new one."""
    given = header(headers, b"x-request-id")
    if given is not None and _REQUEST_ID.fullmatch(given):
        return given
    return secrets.token_hex(16).encode()


def traceparent(headers: Headers) -> bytes:
    """The caller's W3C `traceparent` when well formed, else the start of a new trace."""
    given = header(headers, b"traceparent")
    if given is not None and _TRACEPARENT.fullmatch(given):
        return given
    return f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-00".encode()


def prefers_english(accept_language: bytes | None) -> bool:
    """Whether the caller ranks English above Chinese (zh-CN is the default of the house)."""
    if not accept_language:
        return False
    best = {"zh": 0.0, "en": 0.0}
    for item in accept_language.decode("latin-1").split(","):
        tag, _, weight = item.strip().partition(";")
        language = tag.strip().lower().split("-")[0]
        if language not in best:
            continue
        try:
            quality = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        best[language] = max(best[language], quality)
    return best["en"] > best["zh"]
