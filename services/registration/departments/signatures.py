"""Whether a callback was signed by the departments' exchange (Standard Webhooks 1.0). Pure."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

TOLERANCE_SECONDS = 300


def message_id_if_signed(
    headers: Mapping[str, str], body: bytes, *, key: str, now_seconds: int
) -> str | None:
    """The message's id when one of its signatures is ours and it is fresh, else None.

    `headers` are lower-cased; `now_seconds` since 1970, by the machine's clock (a signature is not
    business time).
    """
    message_id = headers.get("webhook-id", "")
    timestamp = headers.get("webhook-timestamp", "")
    if not 1 <= len(message_id) <= 200 or not (timestamp.isascii() and timestamp.isdigit()):
        return None
    if len(timestamp) > 12 or abs(now_seconds - int(timestamp)) > TOLERANCE_SECONDS:
        return None
    signed = f"{message_id}.{timestamp}.".encode() + body
    expected = hmac.new(key.encode(), signed, hashlib.sha256).digest()
    for part in headers.get("webhook-signature", "").split(" ")[:10]:
        version, _, value = part.partition(",")
        try:
            given = base64.b64decode(value, validate=True)
        except (binascii.Error, ValueError):
            continue
        if version == "v1" and hmac.compare_digest(given, expected):
            return message_id
    return None
