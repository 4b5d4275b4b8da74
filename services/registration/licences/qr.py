"""The two QR codes of a licence: the lasting one on paper and the five-minute one on a phone.

A QR holds little, so paper carries a signed summary (code, name, version, status index, digest),
not the licence. The name is in it because a forger can print a genuine QR under another name: whoever
scans it, even offline, must see whose it is. Must not decide whether a licence is valid.
"""

import base64
import io
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import segno

from services.registration.licences.keys import SigningKey, check, sign

PAPER_TYP = "licence-qr+jws"
PHONE_TYP = "licence-phone+jwt"
PHONE_LIFE_SECONDS = 300
NAME_CHARS = 24
"""Longer names are cut on the QR (the digest covers the whole): modules must stay readable."""


@dataclass(frozen=True)
class Summary:
    """What a QR says. `digest_head` is the first 16 bytes of the licence's SHA-256, base64url."""

    uscc: str
    version: int
    name_head: str
    status_index: int
    digest_head: str
    expires_at: int | None = None


def digest_head(digest_hex: str) -> str:
    """16 of the digest's 32 bytes: 128 bits are enough against a second licence like it."""
    return base64.urlsafe_b64encode(bytes.fromhex(digest_hex)[:16]).rstrip(b"=").decode()


def summarise(*, uscc: str, version: int, name: str, status_index: int, digest_hex: str) -> Summary:
    return Summary(uscc, version, name[:NAME_CHARS], status_index, digest_head(digest_hex))


def _claims(summary: Summary) -> dict[str, Any]:
    return {
        "c": summary.uscc,
        "v": summary.version,
        "n": summary.name_head,
        "i": summary.status_index,
        "d": summary.digest_head,
    }


def _compact(claims: dict[str, Any]) -> bytes:
    return json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()


def paper_token(summary: Summary, *, key: SigningKey) -> str:
    """The token for paper: it has no end, because paper has none; its status is looked up."""
    return sign(_compact(_claims(summary)), key=key, typ=PAPER_TYP)


def phone_token(summary: Summary, *, key: SigningKey, now: datetime, nonce: str) -> str:
    """The token for a phone's screen: dies 5 minutes after `now` (the machine's instant)."""
    ends = int(now.timestamp()) + PHONE_LIFE_SECONDS
    return sign(_compact(_claims(summary) | {"exp": ends, "jti": nonce}), key=key, typ=PHONE_TYP)


def read_token(token: str, *, keys: dict[str, dict[str, Any]], typ: str) -> Summary:
    """The summary in a token, once its signature holds. Raises NotSigned or ValueError."""
    claims = json.loads(check(token, keys=keys, typ=typ))
    expected = {"c", "v", "n", "i", "d"} | ({"exp", "jti"} if typ == PHONE_TYP else set())
    if set(claims) != expected or not isinstance(claims["i"], int) or claims["i"] < 0:
        raise ValueError("not a summary")
    return Summary(
        uscc=str(claims["c"]),
        version=int(claims["v"]),
        name_head=str(claims["n"]),
        status_index=claims["i"],
        digest_head=str(claims["d"]),
        expires_at=claims.get("exp"),
    )


def verify_url(public_url: str, token: str) -> str:
    """What the QR holds: the public verify page's address with the token in it."""
    return f"{public_url.rstrip('/')}/verify?t={token}"


def token_in(text: str) -> str:
    """The token in what a scanner read: our own address, or the bare token."""
    text = text.strip()
    if text.startswith(("https://", "http://")):
        found = parse_qs(urlsplit(text).query).get("t", [""])
        return found[0]
    return text


def svg(text: str, *, dark: str = "#1b1b1b") -> bytes:
    """The QR as SVG, error correction M, without a quiet zone of its own (the layout keeps one)."""
    buffer = io.BytesIO()
    code = segno.make(text, error="m", micro=False, boost_error=False)
    code.save(buffer, kind="svg", border=0, dark=dark, xmldecl=False, svgns=True, omitsize=True)
    return buffer.getvalue()
