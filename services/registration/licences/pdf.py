"""The licence on paper: typst sets it as PDF/A-3a + PDF/UA-1 with our own fonts.

PDF/A-3 and not 2, because the signed data (JWS) rides inside the file as an attachment, so that the
paper's reader and a machine get the same licence. Pure: the same input gives the same bytes. It must
not sign (`pades.py`) and must not decide what a licence says (`document.py`).
"""

from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from services.registration.licences import qr
from services.registration.licences.document import (
    HeadRole,
    LicenceDocument,
    canonical,
    digest,
)
from services.registration.licences.keys import read_header
from services.registration.licences.money import capital_in_words
from services.registration.typesetting import GlyphMissing, chinese_date, typeset

TEMPLATE = Path(str(files("services.registration.licences"))).joinpath("licence.typ").read_bytes()
__all__ = ["GlyphMissing", "render_licence"]
STANDARDS: Any = ["a-3a", "ua-1"]
HEAD_LABELS = {
    HeadRole.legal_representative: "法定代表人",
    HeadRole.operator: "经营者",
    HeadRole.principal: "负责人",
    HeadRole.executive_partner: "执行事务合伙人",
    HeadRole.investor: "投资人",
}


def render_licence(document: LicenceDocument, *, jws: str, qr_token: str, public_url: str) -> bytes:
    """PDF/A-3a bytes of one licence, unsigned. Raises GlyphMissing.

    `qr_token` is the lasting paper token; `public_url` is where the verify page lives.
    """
    data = _face(document, jws=jws, qr_token=qr_token, public_url=public_url)
    return typeset(TEMPLATE, data, day=document.issued_on, standards=STANDARDS)


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
