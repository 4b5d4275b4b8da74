"""Setting a paper with typst in our own fonts: the licence, notices, articles.

Only these fonts are used, so that every machine prints the same paper. The font for CJK extensions B to F is
31 MB and wanted by few names: it is unpacked and loaded only when a text asks for it.
"""

import hashlib
import json
import lzma
import os
import tempfile
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import typst

FONTS = Path(str(files("services.registration.licences"))) / "fonts"
RARE_FONT = "HanaMinB.ttf"
RARE_FONT_SHA256 = "829543436cdf7b4c6730e2af5806fa406f8ddf0d4b656e0cd49c58d4db1c8d3c"


class GlyphMissing(Exception):
    """A text holds a character that none of our fonts can draw: no paper is printed with a hole."""


def typeset(template: bytes, data: Mapping[str, Any], *, day: date, standards: Any) -> bytes:
    """PDF bytes of a template with `data` as JSON in sys.inputs.data; the same input, the same bytes.

    `standards` are typst's names (`a-3a`, `ua-1`). Raises GlyphMissing.
    """
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    moment = datetime(day.year, day.month, day.day, tzinfo=UTC)
    try:
        return _compile(template, _fonts(rare=False), inputs, moment, standards)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    try:
        return _compile(template, _fonts(rare=True), inputs, moment, standards)
    except typst.TypstError as error:
        if "could not be displayed" in str(error):
            raise GlyphMissing(str(error)) from error
        raise


def _compile(
    template: bytes, fonts: typst.Fonts, inputs: dict[str, str], moment: datetime, standards: Any
) -> bytes:
    compiler = typst.Compiler(
        input=template, font_paths=fonts, ignore_system_fonts=True, sys_inputs=inputs
    )
    made = compiler.compile(format="pdf", pdf_standards=standards, timestamp=moment)
    assert isinstance(made, bytes)
    return made


@cache
def _fonts(*, rare: bool) -> typst.Fonts:
    paths: list[Path] = [FONTS, *([_unpacked_rare_font().parent] if rare else [])]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)


def _unpacked_rare_font() -> Path:
    """The rare font unpacked once per machine; complete and ours, or written anew.

    It may lie in a shared temporary folder, so what is found there is believed by its digest only.
    """
    base = Path(os.environ.get("YICHUANG_DATA") or tempfile.gettempdir())
    folder = base / f"licence-fonts-{RARE_FONT_SHA256[:16]}"
    target = folder / RARE_FONT
    if target.is_file() and hashlib.sha256(target.read_bytes()).hexdigest() == RARE_FONT_SHA256:
        return target
    unpacked = lzma.decompress((FONTS / f"{RARE_FONT}.xz").read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    with os.fdopen(handle, "wb") as out:
        out.write(unpacked)
    Path(name).replace(target)
    return target


def chinese_date(day: date) -> str:
    """`2026年11月21日`, as papers write it."""
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"
