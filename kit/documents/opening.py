"""What a file is, is found by opening it: its content decides, not its name, its type or its first bytes.

Runs in a process of its own with bounds on time and memory, since a hostile file is made to use up both. Must
not import anything of a service.
"""

import io
import re
import resource
import warnings
from dataclasses import dataclass
from typing import Any

import anyio
import anyio.to_process

from kit.documents.errors import (
    FileActive,
    FileBroken,
    FileLocked,
    FileTooComplex,
    FileTypeNotAllowed,
)
from kit.errors import Problem

MOST_PAGES = 300
MOST_PIXELS = 64_000_000
MOST_OBJECTS = 100_000
SECONDS = 8
MEMORY_BYTES = 1_500_000_000
_ACTIVE = {"/JS", "/JavaScript", "/XFA", "/RichMediaContent"}
_RUNS = {
    "/JavaScript",
    "/Launch",
    "/SubmitForm",
    "/ImportData",
    "/GoToR",
    "/GoToE",
    "/Rendition",
    "/Movie",
}
_RUNS |= {"/Sound", "/RichMediaExecute"}
"""Actions (ISO 32000-1, 12.6.4) that run, send or fetch. A link to the web does, where it opens itself."""
_PLAYS = {"/RichMedia", "/FileAttachment", "/Movie", "/Screen", "/Sound", "/3D"}
_TURNS_PAGES = {"", "/GoTo", "/Named"}
_DATA = (".xml", ".xbrl")
"""Electronic invoices carry their figures as an attachment; nobody would look at any other."""
_END = re.compile(rb"%%EOF[\r\n]{0,2}")
_APPLE = (b"heic", b"heix", b"hevc", b"mif1", b"msf1", b"heif", b"avif")
_HEIC = (
    "这是 iPhone 的 HEIC 照片；请在“设置 → 相机 → 格式”里选“兼容性最佳”，或另存为 JPEG 后再传",
    "This is an iPhone photo (HEIC); choose Settings, Camera, Formats, Most Compatible, or save it as JPEG",
)
_REFUSALS: dict[str, type[Problem]] = {
    kind.code: kind
    for kind in (FileActive, FileBroken, FileLocked, FileTooComplex, FileTypeNotAllowed)
}


@dataclass(frozen=True, slots=True)
class Opened:
    """A file that opens: its media type, and its content without what stood behind its end."""

    media_type: str
    content: bytes


class _Refused(Exception):
    """The code of a refusal; a Problem does not travel between processes."""


async def open_file(content: bytes) -> Opened:
    """Opens a file that somebody sent. Raises FileTypeNotAllowed 415, FileBroken, FileLocked, FileActive and
    FileTooComplex 422."""
    try:
        try:
            kind, kept = await _in_a_process(content)
        except anyio.BrokenWorkerProcess:  # it may have died of the file before
            kind, kept = await _in_a_process(content)
    except (TimeoutError, anyio.BrokenWorkerProcess):
        raise FileTooComplex from None
    if kind == FileTypeNotAllowed.code and is_apples(content):
        raise FileTypeNotAllowed(detail_zh=_HEIC[0], detail_en=_HEIC[1])
    if kept is None:
        raise _REFUSALS[kind]
    return Opened(kind, kept)


async def _in_a_process(content: bytes) -> tuple[str, bytes | None]:
    async with anyio.to_process.current_default_process_limiter():  # waiting is not counted
        with anyio.fail_after(SECONDS):
            return await anyio.to_process.run_sync(
                _bounded, content, cancellable=True, limiter=anyio.CapacityLimiter(1)
            )


def examined(content: bytes) -> tuple[str, bytes | None]:
    """The media type and the content to keep, or the code of a refusal and None."""
    try:
        start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\0")
        if start.startswith(b"%PDF-"):
            return "application/pdf", _pdf(content)
        if start.startswith(b"\x89PNG\r\n\x1a\n"):
            return "image/png", _image(content, "PNG")
        if start.startswith(b"\xff\xd8\xff"):
            return "image/jpeg", _image(content, "JPEG")
    except _Refused as refused:
        return str(refused), None
    except (MemoryError, RecursionError):
        return FileTooComplex.code, None
    except Exception:  # a parser's own complaint, of which there are many kinds
        return FileBroken.code, None
    return FileTypeNotAllowed.code, None


def _bounded(content: bytes) -> tuple[str, bytes | None]:
    """In a process of its own only: the bound stays with the process that is given it."""
    _bound_memory()
    return examined(content)


def is_apples(content: bytes) -> bool:
    """Whether it is a photograph as iPhones keep it (HEIC), of which people do not know that it is none."""
    return content[4:8] == b"ftyp" and content[8:12] in _APPLE


def _bound_memory() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft == resource.RLIM_INFINITY or soft > MEMORY_BYTES:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, hard))


def _pdf(content: bytes) -> bytes:
    """A PDF with pages, whole, not locked, without scripts. What stands behind its end is cut off."""
    import logging

    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    ends = [found.end() for found in _END.finditer(content)]
    if not ends:
        raise _Refused(FileBroken.code)  # cut off on its way
    kept = content[: ends[-1]]
    reader = PdfReader(io.BytesIO(kept), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise _Refused(FileLocked.code)
    pages = len(reader.pages)
    if not pages:
        raise _Refused(FileBroken.code)
    if pages > MOST_PAGES:
        raise _Refused(FileTooComplex.code)
    _look_for_scripts(reader.trailer)
    for page in reader.pages:
        if page.mediabox.width <= 0 or page.mediabox.height <= 0:
            raise _Refused(FileBroken.code)
    return kept


def _look_for_scripts(trailer: Any) -> None:
    """Walks all that can be reached from the trailer, each object once."""
    from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

    seen: set[tuple[int, int]] = set()
    ahead: list[Any] = [trailer]
    while ahead:
        one = ahead.pop()
        if isinstance(one, IndirectObject):
            place = (one.idnum, one.generation)
            if place in seen:
                continue
            seen.add(place)
            if len(seen) > MOST_OBJECTS:
                raise _Refused(FileTooComplex.code)
            one = one.get_object()
        if isinstance(one, DictionaryObject):
            if _is_active(one):
                raise _Refused(FileActive.code)
            ahead += [one.raw_get(key) for key in one]
        elif isinstance(one, ArrayObject):
            ahead += list(one)


def _is_active(one: Any) -> bool:
    """Whether a dictionary runs something, plays something, does something unasked or hides a file."""
    if _ACTIVE & one.keys() or str(one.get("/S")) in _RUNS or str(one.get("/Subtype")) in _PLAYS:
        return True
    if "/EF" in one and not str(one.get("/UF") or one.get("/F", "")).lower().endswith(_DATA):
        return True
    unasked = [one.get("/OpenAction"), *(one.get("/AA") or {}).values()]
    actions = [step.get_object() for step in unasked if step is not None]
    return any(str(a.get("/S", "")) not in _TURNS_PAGES for a in actions if hasattr(a, "get"))


def _image(content: bytes, kind: str) -> bytes:
    """A picture that decodes to its last line. What stands behind its end is cut off."""
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # the size is judged before anything is decoded
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with Image.open(io.BytesIO(content), formats=(kind,)) as picture:
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise _Refused(FileTooComplex.code)
            picture.load()
    return content[: _end_of_png(content)] if kind == "PNG" else _without_trailer(content)


def _end_of_png(content: bytes) -> int:
    """Behind the first IEND as the chunks are counted (length, name, data, checksum)."""
    at = 8
    while content[at + 4 : at + 8] != b"IEND":
        at += 12 + int.from_bytes(content[at : at + 4])
        if at >= len(content):
            raise _Refused(FileBroken.code)
    return at + 12 + int.from_bytes(content[at : at + 4])


def _without_trailer(content: bytes) -> bytes:
    """A telephone puts a second picture behind the first; anything else there is not a picture's."""
    end = content.rindex(b"\xff\xd9") + 2
    return content[:end]
