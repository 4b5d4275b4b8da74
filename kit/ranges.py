"""One range of bytes of a file (RFC 9110, 14), so that a broken download goes on where it broke."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass

from kit.errors import Problem

_ONE = re.compile(r"bytes=(?:(?P<first>[0-9]{1,15})-(?P<last>[0-9]{0,15})|-(?P<tail>[0-9]{1,15}))")


class RangeNotSatisfiable(Problem):
    """The range that is asked for begins behind the end; `Content-Range` says how long the file is."""

    code = "range_not_satisfiable"
    status = 416
    title_zh = "所要求的字节范围超出文件"
    title_en = "The range asked for lies behind the end of the file"


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes `first` to `last`, both included, of `total`."""

    first: int
    last: int
    total: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "content-range": f"bytes {self.first}-{self.last}/{self.total}",
            "content-length": str(self.last - self.first + 1),
        }


def part_asked(asked: str, if_range: str, *, etag: str, total: int) -> Part | None:
    """The part that `Range` asks for; None for the whole: no range, several, one that nobody can read, or an
    `If-Range` of another version. Raises RangeNotSatisfiable 416."""
    found = _ONE.fullmatch(asked.strip())
    if found is None or (if_range and if_range.strip() != etag):
        return None
    if found["tail"]:
        first, last = max(0, total - int(found["tail"])), total - 1
    else:
        first = int(found["first"])
        last = min(int(found["last"]), total - 1) if found["last"] else total - 1
        if found["last"] and int(found["last"]) < first:
            return None
    if first >= total or last < first:
        raise RangeNotSatisfiable(headers={"content-range": f"bytes */{total}"})
    return Part(first, last, total)


async def cut(chunks: AsyncIterator[bytes], part: Part) -> AsyncIterator[bytes]:
    """The part of a stream."""
    at = 0
    async for chunk in chunks:
        begin, end = max(part.first - at, 0), part.last + 1 - at
        if begin < len(chunk):
            yield chunk[begin:end]
        at += len(chunk)
        if at > part.last:
            return
