"""Reading an OAuth form post: one spelling of each parameter, or a refusal.

RFC 6749 3.2: parameters must not be repeated, empty ones count as absent. Must not log values.
"""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request

from gateway.identity.oauth_errors import invalid_request

MAX_FORM_BYTES = 32_768


async def read_form(request: Request) -> dict[str, str]:
    """The parameters of a form post. Raises OAuthRefusal `invalid_request`."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        raise invalid_request("send application/x-www-form-urlencoded")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM_BYTES:
            raise invalid_request("the form is too long")
    return parameters(bytes(body))


def parameters(encoded: bytes) -> dict[str, str]:
    """Form-encoded parameters without empty ones. Raises OAuthRefusal."""
    try:
        pairs = parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=bool(encoded),
            errors="strict",
            max_num_fields=64,
        )
    except ValueError as error:
        raise invalid_request("the parameters cannot be read") from error
    found = dict(pairs)
    if len(found) != len(pairs):
        raise invalid_request("a parameter is repeated")
    if any("\x00" in name or "\x00" in value for name, value in pairs):
        raise invalid_request("a parameter holds NUL")
    return {name: value for name, value in found.items() if value}
