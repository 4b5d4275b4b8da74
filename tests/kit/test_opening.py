"""A file is what it opens as: whole, unlocked, without anything that runs, within time and memory."""

import io
import zlib

import pytest
from PIL import Image

from kit.documents import opening
from kit.documents.errors import (
    FileActive,
    FileBroken,
    FileLocked,
    FileTooComplex,
    FileTypeNotAllowed,
)
from kit.errors import Problem
from tests.fixtures.files import acting_pdf, pdf, picture

PDF, PNG, JPEG = pdf(2), picture(), picture("JPEG")


def png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds one line of it."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)

    header = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 2, 0, 0, 0])
    line = zlib.compress(b"\0" * (width * 3 + 1))
    return PNG[:8] + chunk(b"IHDR", header) + chunk(b"IDAT", line) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PDF, "application/pdf"),
        (b"\xef\xbb\xbf" + PDF, "application/pdf"),
        (b"\r\n" + PDF, "application/pdf"),
        (pdf(password=""), "application/pdf"),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
    ],
)  # fmt: skip
async def test_a_true_file_is_known_by_its_content(content: bytes, kind: str) -> None:
    opened = await opening.open_file(content)
    assert opened.media_type == kind
    assert opened.content.strip() in content


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", FileTypeNotAllowed),
        (b"GIF89a", FileTypeNotAllowed),
        (b"<script>", FileTypeNotAllowed),
        (b"PK\x03\x04", FileTypeNotAllowed),
        (b"%PDF-", FileBroken),
        (b"%PDF-1.7 demonstration", FileBroken),
        (b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n", FileBroken),
        (PDF[: len(PDF) // 2], FileBroken),
        (b"\xff\xd8\xff", FileBroken),
        (b"\x89PNG\r\n\x1a\n", FileBroken),
        (PNG[:-30], FileBroken),
        (JPEG[: len(JPEG) // 2], FileBroken),
        (pdf(password="secret"), FileLocked),
        (pdf(script="app.alert(1)"), FileActive),
        (png_of(65_535, 65_535), FileTooComplex),
        (png_of(30_000, 10_000), FileTooComplex),
    ],
)
async def test_what_only_looks_like_a_file_is_refused_with_its_reason(
    content: bytes, refusal: type[Problem]
) -> None:
    with pytest.raises(refusal):
        await opening.open_file(content)


@pytest.mark.parametrize(
    "acts",
    [
        {"opens": "/URI"}, {"opens": "/GoToR"}, {"opens": "/Launch"}, {"page_opens": "/URI"},
        {"link": "/GoToR"}, {"link": "/SubmitForm"}, {"link": "/Launch"}, {"plays": "/RichMedia"},
        {"plays": "/FileAttachment"}, {"attached": "setup.exe"}, {"attached": "lease.pdf"},
    ],
)  # fmt: skip
async def test_what_acts_unasked_plays_or_hides_a_file_is_refused(acts: dict[str, str]) -> None:
    with pytest.raises(FileActive):
        await opening.open_file(acting_pdf(**acts))


@pytest.mark.parametrize(
    "acts",
    [{"opens": "/GoTo"}, {"page_opens": "/Named"}, {"link": "/URI"}, {"attached": "invoice.xml"}],
)
async def test_links_turned_pages_and_an_invoices_figures_stay(acts: dict[str, str]) -> None:
    assert (await opening.open_file(acting_pdf(**acts))).media_type == "application/pdf"


async def test_too_many_pages_are_refused_and_as_many_as_may_be_are_not() -> None:
    assert (await opening.open_file(pdf(opening.MOST_PAGES))).media_type == "application/pdf"
    with pytest.raises(FileTooComplex):
        await opening.open_file(pdf(opening.MOST_PAGES + 1))


HIDDEN = b"<html><script>alert(1)</script></html>"


def test_a_pictures_end_is_not_where_a_hidden_text_says() -> None:
    for trailer in (HIDDEN + b"IEND\xae\x42\x60\x82", HIDDEN + b"\0\0\0\0IEND\xae\x42\x60\x82"):
        assert opening.examined(PNG + trailer) == ("image/png", PNG)


@pytest.mark.parametrize("content", [PDF, PNG, JPEG])
async def test_what_stands_behind_the_end_is_not_kept(content: bytes) -> None:
    opened = await opening.open_file(content + HIDDEN)
    assert b"script" not in opened.content
    assert opened.content.strip() == content.strip()


async def test_an_iphones_picture_is_told_what_to_do() -> None:
    with pytest.raises(FileTypeNotAllowed) as refused:
        await opening.open_file(b"\0\0\0\x18ftypheic" + b"\0" * 100)
    assert "HEIC" in refused.value.detail_zh


async def test_a_telephones_large_photograph_opens() -> None:
    made = io.BytesIO()
    Image.effect_noise((4_000, 3_000), 60).convert("RGB").save(made, "JPEG", quality=92)
    assert 4_000_000 < len(made.getvalue()) < 10_000_000
    assert (await opening.open_file(made.getvalue())).media_type == "image/jpeg"


async def test_a_file_that_takes_for_ever_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    await opening.open_file(PNG)  # the process is there
    monkeypatch.setattr(opening, "SECONDS", 0.000_01)
    with pytest.raises(FileTooComplex):
        await opening.open_file(pdf(200))
    monkeypatch.undo()
    assert (await opening.open_file(PNG)).media_type == "image/png"
