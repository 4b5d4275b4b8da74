"""ETag and If-Match over integer versions: `"7"` is version 7, and so is `"7+…"`. Nothing else lives here."""

from typing import Annotated

from fastapi import Depends, Request, Response

from kit.errors import IfMatchRequired


def etag_of(version: int, also: str = "") -> str:
    """`"7"`, or `"7+also"` where a reply shows more than its version counts, such as free seats."""
    return f'"{version}+{also}"' if also else f'"{version}"'


async def require_if_match(request: Request) -> int:
    """The version that the caller last saw. 428 where the header is missing or does not name one version
    of ours: `*`, a list and a weak tag (RFC 9110, 13.1.1) do not say what the caller saw."""
    value = request.headers.get("if-match")
    if value is None:
        raise IfMatchRequired
    number = value.strip().strip('"').partition("+")[0]
    if not number.isascii() or not number.isdigit() or len(number) > 9:
        raise IfMatchRequired(
            detail_zh='If-Match 须为一个 ETag，照读取时所得填写，例如 "7"；不接受 *、多个值和弱标签',
            detail_en='If-Match names one ETag as a reply gave it, such as "7"; not *, a list or a weak one',
        )
    return int(number)


IfMatch = Annotated[int, Depends(require_if_match)]


def set_etag(response: Response, version: int, also: str = "") -> None:
    response.headers["etag"] = etag_of(version, also)


def is_unmodified(request: Request, version: int, also: str = "") -> bool:
    """Whether If-None-Match names what is shown now (answer 304)."""
    asked = request.headers.get("if-none-match", "")
    return etag_of(version, also) in [part.strip().removeprefix("W/") for part in asked.split(",")]
