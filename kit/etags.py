"""ETag and If-Match over integer versions: `"7"` is version 7. Nothing else lives here."""

from typing import Annotated

from fastapi import Depends, Request, Response

from kit.errors import IfMatchRequired, StaleEtag


def etag_of(version: int) -> str:
    return f'"{version}"'


async def require_if_match(request: Request) -> int:
    """The version that the caller last saw. 428 where the header is missing, 412 where it is no version
    of ours (`*` and lists are not taken: an edit names what it edits)."""
    value = request.headers.get("if-match")
    if value is None:
        raise IfMatchRequired
    number = value.strip().strip('"')  # a weak tag (W/…) never matches here: RFC 9110, 13.1.1
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        raise StaleEtag
    return int(number)


IfMatch = Annotated[int, Depends(require_if_match)]


def set_etag(response: Response, version: int) -> None:
    response.headers["etag"] = etag_of(version)


def is_unmodified(request: Request, version: int) -> bool:
    """Whether If-None-Match names the present version (answer 304)."""
    asked = request.headers.get("if-none-match", "")
    return etag_of(version) in [part.strip().removeprefix("W/") for part in asked.split(",")]
