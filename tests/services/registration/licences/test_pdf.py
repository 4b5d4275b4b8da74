"""The paper: PDF/A, rare characters, the attached signature, PAdES and its tampering."""

import io
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pypdf
import pytest

from services.registration import typesetting
from services.registration.licences import pades, pdf, qr
from services.registration.licences.document import (
    LicenceDocument,
    canonical,
    digest,
    sign_document,
)
from services.registration.licences.keys import generate_key
from tests.services.registration.licences.samples import SCOPE, URL, sample

KEY = generate_key()
NOW = datetime.now(UTC)
RARE_NAMES = "㛃䶮𫖯𬱖𬭎𠮷𤧛"


def rendered(document: LicenceDocument) -> tuple[bytes, str]:
    jws = sign_document(document, key=KEY)
    summary = qr.summarise(
        uscc=document.licence.uscc,
        version=document.version,
        name=document.licence.name,
        status_index=document.status.status_list.idx,
        digest_hex=digest(canonical(document)),
    )
    token = qr.paper_token(summary, key=KEY)
    return pdf.render_licence(document, jws=jws, qr_token=token, public_url=URL), jws


def text_of(data: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(data)).pages
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))


@cache
def authority() -> pades.Authority:
    return pades.create_authority(environment="test", now=NOW)


@cache
def signed() -> bytes:
    made, _ = rendered(sample())
    return pades.sign_pdf(made, authority=authority(), reason="营业执照核发")


@pytest.mark.policy("A093")
def test_the_paper_says_everything_the_law_lists() -> None:
    made, _ = rendered(sample())
    text = text_of(made)
    for part in (
        "营业执照",
        "91980101XY00000123",
        "青屿云帆智造科技有限公司",
        "林㛃䶮",
        "有限责任公司（自然人投资或控股）",
        "人民币伍佰万元整",
        "2026年11月21日",
        "创客路18号",
        "青屿市江湾区市场监督管理局",
        "演示数据",
    ):
        assert part in text


def test_a_real_licence_carries_no_demo_mark() -> None:
    made, _ = rendered(sample(is_demo=False))
    assert "演示" not in text_of(made)


def test_the_file_declares_pdf_a_3a_and_carries_the_signed_data() -> None:
    made, jws = rendered(sample())
    reader = pypdf.PdfReader(io.BytesIO(made))
    xmp = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part>" in xmp
    assert ">A</pdfaid:conformance>" in xmp
    assert reader.attachments["licence.jws"][0].decode() == jws
    assert len(made) < 200_000


@pytest.mark.parametrize("character", RARE_NAMES + "𪚲鿫𮯠㐀")
def test_rare_characters_of_names_are_printed(character: str) -> None:
    made, _ = rendered(sample(name=f"青屿{character}科技有限公司"))
    assert character in text_of(made)


def test_the_fonts_draw_gb18030_level_3() -> None:
    blocks = [
        (0x4E00, 0x9FEF),
        (0x3400, 0x4DB5),
        (0x20000, 0x2A6D6),
        (0x2A700, 0x2B734),
        (0x2B740, 0x2B81D),
        (0x2B820, 0x2CEA1),
        (0x2CEB0, 0x2EBE0),
    ]
    points = [n for low, high in blocks for n in (*range(low, high, 61), high)]
    compatibility = "﨎﨏﨑﨓﨔﨟﨡﨣﨤﨧﨨﨩"
    text = "".join(map(chr, points)) + compatibility
    for start in range(0, len(text), 700):
        rendered(sample(business_scope=text[start : start + 700]))


def test_a_character_that_no_font_has_stops_the_printing() -> None:
    with pytest.raises(pdf.GlyphMissing):
        rendered(sample(name="青屿\U0003134b科技有限公司"))


def test_a_very_long_scope_goes_whole_to_a_second_page() -> None:
    made, _ = rendered(sample(business_scope=SCOPE * 20))
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == 2
    assert "见附页" in text_of(made)
    assert text_of(made).count("人工智能应用软件开发") == 20


def test_a_scope_of_five_hundred_characters_stays_on_one_page() -> None:
    made, _ = rendered(sample(business_scope=SCOPE * 7))
    assert len(pypdf.PdfReader(io.BytesIO(made)).pages) == 1


def test_every_label_has_its_bold_glyphs() -> None:
    for role in ("operator", "principal", "executive_partner", "investor"):
        rendered(sample(head={"role": role, "name": "林某"}))


def test_the_same_licence_gives_the_same_bytes() -> None:
    document = sample()
    jws = sign_document(document, key=KEY)
    arguments = {"jws": jws, "qr_token": "a.b.c", "public_url": URL}
    first = pdf.render_licence(document, **arguments)
    assert pdf.render_licence(document, **arguments) == first


def test_our_signature_holds_under_our_root_and_no_other() -> None:
    root = authority().root_certificate
    assert pades.signature_holds(signed(), root_certificate=root, now=NOW)
    other = pades.create_authority(environment="test", now=NOW).root_certificate
    assert not pades.signature_holds(signed(), root_certificate=other, now=NOW)


def test_the_signed_file_is_still_pdf_1_7() -> None:
    reader = pypdf.PdfReader(io.BytesIO(signed()))
    assert reader.pdf_header == "%PDF-1.7"
    assert "/Version" not in reader.trailer["/Root"]


def test_an_unsigned_a_bent_a_longer_and_a_broken_file_do_not_hold() -> None:
    root = authority().root_certificate
    whole = signed()
    unsigned, _ = rendered(sample())
    bent = [bytearray(whole) for _ in range(4)]
    for data, part in zip(bent, (0.05, 0.3, 0.6, 0.85), strict=True):
        data[int(len(unsigned) * part)] ^= 1
    for data in (unsigned, *map(bytes, bent), whole + b"\n%", whole[:-40], b"%PDF-1.7", b""):
        assert not pades.signature_holds(data, root_certificate=root, now=NOW)


def test_a_bent_rare_font_in_a_shared_folder_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("YICHUANG_DATA", str(tmp_path))
    target = typesetting._unpacked_rare_font()
    target.write_bytes(b"not a font")
    assert typesetting._unpacked_rare_font() == target
    assert target.stat().st_size > 30_000_000
