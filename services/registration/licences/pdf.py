"""The licence on paper: typst sets it as PDF/A-3a + PDF/UA-1 with our own fonts.

PDF/A-3 and not 2, because the signed data (JWS) rides inside the file as an attachment, so that the
paper's reader and a machine get the same licence. Pure: the same input gives the same bytes. It must
not sign (`pades.py`) and must not decide what a licence says (`document.py`).
"""

import hashlib
import json
import lzma
import os
import tempfile
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import typst

from services.registration.licences import qr
from services.registration.licences.document import (
    HeadRole,
    LicenceDocument,
    canonical,
    digest,
)
from services.registration.licences.keys import read_header
from services.registration.licences.money import capital_in_words

FONTS = Path(str(files("services.registration.licences"))) / "fonts"
TEMPLATE = (FONTS.parent / "licence.typ").read_bytes()
RARE_FONT = "HanaMinB.ttf"
STANDARDS: Any = ["a-3a", "ua-1"]
HEAD_LABELS = {
    HeadRole.legal_representative: "法定代表人",
    HeadRole.operator: "经营者",
    HeadRole.principal: "负责人",
    HeadRole.executive_partner: "执行事务合伙人",
    HeadRole.investor: "投资人",
}


class GlyphMissing(Exception):
    """A text holds a character that none of our fonts can draw: no licence is printed with a hole."""


def render_licence(document: LicenceDocument, *, jws: str, qr_token: str, public_url: str) -> bytes:
    """PDF/A-3a bytes of one licence, unsigned. Raises GlyphMissing.

    `qr_token` is the lasting paper token; `public_url` is where the verify page lives.
    """
    data = _face(document, jws=jws, qr_token=qr_token, public_url=public_url)
    inputs = {"data": json.dumps(data, ensure_ascii=False)}
    moment = datetime(
        document.issued_on.year, document.issued_on.month, document.issued_on.day, tzinfo=UTC
    )
    try:
        return _compile(_fonts(rare=False), inputs, moment)
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
    try:
        return _compile(_fonts(rare=True), inputs, moment)
    except typst.TypstError as error:
        if "could not be displayed" in str(error):
            raise GlyphMissing(str(error)) from error
        raise


def _compile(fonts: typst.Fonts, inputs: dict[str, str], moment: datetime) -> bytes:
    compiler = typst.Compiler(
        input=TEMPLATE, font_paths=fonts, ignore_system_fonts=True, sys_inputs=inputs
    )
    made = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=moment)
    assert isinstance(made, bytes)
    return made


@cache
def _fonts(*, rare: bool) -> typst.Fonts:
    """Our fonts and no others, so that every machine prints the same licence.

    The font for CJK extensions B to F is 31 MB and wanted by few names: it is unpacked and loaded
    only when a text asks for it.
    """
    paths: list[Path] = [FONTS, *([_unpacked_rare_font().parent] if rare else [])]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)


def _unpacked_rare_font() -> Path:
    """The rare font unpacked, in a folder named by its digest; complete or absent, never half."""
    packed = (FONTS / f"{RARE_FONT}.xz").read_bytes()
    base = Path(os.environ.get("YICHUANG_DATA") or tempfile.gettempdir())
    folder = base / f"licence-fonts-{hashlib.sha256(packed).hexdigest()[:16]}"
    target = folder / RARE_FONT
    if not target.exists():
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
        with os.fdopen(handle, "wb") as out:
            out.write(lzma.decompress(packed))
        Path(name).replace(target)
    return target


def chinese_date(day: date) -> str:
    """`2026年11月21日`, as licences write it."""
    return f"{day.year}年{day.month:02d}月{day.day:02d}日"


def _size(text: str, *, base: float, fits: int) -> float:
    """Points for a value: smaller where the text is longer than `fits` characters, never under 7."""
    return base if len(text) <= fits else max(7.0, round(base * (fits / len(text)) ** 0.5, 1))


def _row(label: str, value: str, *, base: float = 14, fits: int = 44) -> dict[str, object]:
    return {"label": label, "value": value, "size": _size(value, base=base, fits=fits)}


def _face(
    document: LicenceDocument, *, jws: str, qr_token: str, public_url: str
) -> dict[str, object]:
    content = document.licence
    sole = content.head.role is HeadRole.operator
    left = [
        _row("名称", content.name, base=16, fits=30),
        _row("组成形式" if sole else "类型", content.type_text),
        _row(HEAD_LABELS[content.head.role], content.head.name),
    ]
    right = [_row("成立日期", chinese_date(content.founded_on))]
    if content.registered_capital_fen is not None:
        company = content.head.role in (HeadRole.legal_representative,)
        words = capital_in_words(content.registered_capital_fen)
        right.insert(0, _row("注册资本" if company else "出资额", words))
    right.append(_row("经营场所" if sole else "住所", content.domicile))
    return {
        "title": f"营业执照 {content.name}",
        "keywords": [content.uscc, f"v{document.version}"],
        "authority": content.registration_authority,
        "uscc": content.uscc,
        "version": str(document.version),
        "issued": chinese_date(document.issued_on),
        "is_demo": document.is_demo,
        "name": content.name,
        "scope": content.business_scope,
        "left": left,
        "right": right,
        "qr": qr.svg(qr.verify_url(public_url, qr_token)).decode(),
        "verify_host": urlsplit(public_url).netloc + "/verify",
        "kid": read_header(jws)["kid"],
        "digest": digest(canonical(document))[:32],
        "jws": jws,
    }
