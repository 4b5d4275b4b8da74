"""What may stand on a paper: everything that is let in can be set, and nothing unseen gets in."""

import unicodedata
from datetime import date

import pytest
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from contracts.values.characters import is_drawn, on_paper, printed_line
from services.registration.filings.domicile import Domicile
from services.registration.filings.people import Contact
from services.registration.filings.reviewing import Correction, Reason
from services.registration.licences import build_drawn
from services.registration.papers.service import STANDARDS, TEMPLATE
from services.registration.typesetting import GlyphMissing, typeset

PLACE = {"region_code": "980101", "kind": "leased", "area_m2": 80}


def taken(character: str) -> bool:
    try:
        on_paper(character)
    except ValueError:
        return False
    return True


def test_the_list_is_the_fonts_own() -> None:
    """Whoever changes a font runs `python -m services.registration.licences.build_drawn`."""
    assert build_drawn.TARGET.read_text(encoding="ascii") == build_drawn.written()


def _set(text: str) -> bytes:
    block = {"kind": "text", "text": text}
    paper = dict.fromkeys(("title", "number", "authority", "date", "foot"), "样")
    return typeset(
        TEMPLATE, {**paper, "is_demo": True, "blocks": [block]},
        day=date(2026, 11, 22), standards=STANDARDS,
    )  # fmt: skip


def test_every_character_that_is_let_in_can_be_set() -> None:
    let_in = [c for c in map(chr, range(0x20, 0x32400)) if taken(c)]
    assert len(let_in) > 90_000
    assert _set("".join(map(on_paper, let_in))).startswith(b"%PDF-")


@pytest.mark.parametrize(
    "text", ["王𰀀", "张𮯰", "青屿𱍐科技有限公司", "创业路ễ号", "Łódź", "あ", "Ω", "😀"]
)
def test_what_no_font_draws_is_refused_and_named(text: str) -> None:
    strange = [c for c in text if not is_drawn(c)]
    with pytest.raises(PydanticCustomError) as refused:
        on_paper(text)
    assert refused.value.type == "character_not_printable"
    named = (refused.value.context or {})["characters"]
    assert all(f"{c}（U+{ord(c):04X}）" in named for c in strange)
    with pytest.raises(GlyphMissing):
        _set(text)  # the refusal is no whim: the fonts do lack it


@pytest.mark.parametrize("text", ["李〇", "𬱖燕", "㛃䶮𫖯", "𪚥", "𮯠", "鿿", "Zoë Ångström", "①℃"])
def test_what_a_font_draws_is_let_in(text: str) -> None:
    assert on_paper(text) == text
    assert _set(text).startswith(b"%PDF-")


def test_an_address_is_printed_in_one_spelling() -> None:
    assert printed_line(" 创业路８８号　Ａ座\u00a0３０２室（东）") == "创业路88号 A座 302室（东）"
    place = Domicile.model_validate({**PLACE, "street": "创业路８８号　ＡＢ－２"})
    assert place.street == "创业路88号 AB-2"


def test_nothing_unseen_is_let_in() -> None:
    unseen = [c for c in map(chr, range(0x110000)) if unicodedata.category(c) in ("Cc", "Cf", "Co")]
    assert [c for c in unseen if taken(c)] == ["\t", "\n"]


@pytest.mark.parametrize(
    "street",
    ["创业路\u30008𰀀号", "创业路😀88号", "创业路\u202e88号", "创业路\u200b88号", "창업로 88"],
)
def test_an_address_that_no_licence_can_show_is_refused_while_it_is_typed(street: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Domicile.model_validate({**PLACE, "street": street})
    assert [e["type"] for e in refused.value.errors()] == ["character_not_printable"]


def test_a_name_and_a_notice_are_held_to_the_same() -> None:
    for model, fields in (
        (
            Contact,
            {"name": "林𰀀舟", "id_number": "980101199003071016", "phone": "00013800001"},
        ),
        (Reason, {"reason": "不符😀"}),
        (Correction, {"reason": "请补正", "items": ["住所证明\u2066"]}),
    ):
        with pytest.raises(ValidationError, match="cannot be printed"):
            model.model_validate(fields)


def test_rare_hanzi_and_lines_from_a_browser_are_let_in() -> None:
    assert on_paper("㛃䶮𫖯𠮷　路1号\r\n二层") == "㛃䶮𫖯𠮷　路1号\n二层"
