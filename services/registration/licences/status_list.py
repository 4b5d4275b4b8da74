"""Status lists: one signed, compressed list says of every licence whether it still stands.

Form: IETF Token Status List (draft-ietf-oauth-status-list), 4 bits an entry. Four bits and not two,
because the draft fixes the meaning of 0 (valid), 1 (invalid for good) and 2 (suspended);
"superseded" and "cancelled" are neither, and the values set apart for an application begin at 0xB. A
reader that knows only the draft therefore still reads 0 as valid and everything else as not. Must
not know who may change a status.
"""

import base64
import json
import zlib
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.registration.licences.keys import NotSigned, SigningKey, check, sign

TYP = "statuslist+jwt"
BITS = 4
ENTRIES = 131_072
"""Entries in one list: 64 KiB before compression, so that it stays one quick download."""
LIFE_SECONDS = 24 * 3600
TTL_SECONDS = 300


class LicenceStatus(StrEnum):
    """`superseded` by a newer version, `revoked` (吊销/撤销), `cancelled` (注销)."""

    valid = "valid"
    superseded = "superseded"
    revoked = "revoked"
    cancelled = "cancelled"


VALUES = {
    LicenceStatus.valid: 0x0,
    LicenceStatus.revoked: 0x1,
    LicenceStatus.superseded: 0xB,
    LicenceStatus.cancelled: 0xC,
}
_STATUS = {value: status for status, value in VALUES.items()}


def place(index: int) -> tuple[int, int]:
    """The list and the entry in it that belong to a licence's running index."""
    return divmod(index, ENTRIES)


def build(entries: Iterable[tuple[int, LicenceStatus]]) -> bytes:
    """The uncompressed list; `entries` are the places that are not valid, as (entry, status)."""
    data = bytearray(ENTRIES * BITS // 8)
    for entry, status in entries:
        at, half = divmod(entry, 2)  # the draft fills bytes from the least significant bits
        data[at] |= VALUES[status] << (4 * half)
    return bytes(data)


def sign_list(data: bytes, *, uri: str, key: SigningKey, now: datetime) -> str:
    """The signed list. `now` is the machine's instant: a list lives 24 hours."""
    packed = base64.urlsafe_b64encode(zlib.compress(data, 9)).rstrip(b"=").decode()
    issued = int(now.timestamp())
    claims = {
        "sub": uri,
        "iat": issued,
        "exp": issued + LIFE_SECONDS,
        "ttl": TTL_SECONDS,
        "status_list": {"bits": BITS, "lst": packed},
    }
    return sign(json.dumps(claims, separators=(",", ":")).encode(), key=key, typ=TYP)


def read_status(
    token: str, *, keys: dict[str, dict[str, Any]], index: int, now: datetime
) -> LicenceStatus:
    """The status of the licence with that running index. Raises NotSigned.

    Reasons: those of `keys.check`, and `status_list_expired`, `_other`, `_broken`.
    """
    claims = json.loads(check(token, keys=keys, typ=TYP))
    list_number, entry = place(index)
    if not str(claims.get("sub", "")).endswith(f"/{list_number}"):
        raise NotSigned("status_list_other")
    if not isinstance(claims.get("exp"), int) or claims["exp"] <= now.timestamp():
        raise NotSigned("status_list_expired")
    try:
        packed = claims["status_list"]["lst"]
        unpacker = zlib.decompressobj()
        raw = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
        data = unpacker.decompress(raw, ENTRIES * BITS // 8 + 1)
        return _STATUS[(data[entry // 2] >> (4 * (entry % 2))) & 0xF]
    except (KeyError, IndexError, ValueError, TypeError, zlib.error) as error:
        raise NotSigned("status_list_broken") from error
