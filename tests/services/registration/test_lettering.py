"""What may stand on a paper: everything that is let in can be set, and nothing unseen gets in."""

import unicodedata
from datetime import date

import pytest
from pydantic import ValidationError

from services.registration import lettering
from services.registration.filings.domicile import Domicile
from services.registration.filings.people import Contact
from services.registration.filings.reviewing import Correction, Reason
from services.registration.papers.service import STANDARDS, TEMPLATE
from services.registration.typesetting import typeset

PLACE = {"region_code": "980101", "kind": "leased", "area_m2": 80}


def taken(character: str) -> bool:
    try:
        lettering.on_paper(character)
    except ValueError:
        return False
    return True


def test_every_sign_that_is_let_in_can_be_set() -> None:
    signs = "".join(chr(c) for c in range(0x20, 0x10000) if not 0x3400 <= c <= 0x9FFF)
    signs = "".join(c for c in signs if not 0xD800 <= ord(c) <= 0xDFFF and taken(c))
    assert len(signs) > 250
    text = {"kind": "text", "text": signs}
    paper = dict.fromkeys(("title", "number", "authority", "date", "foot"), "样")
    made = typeset(
        TEMPLATE, {**paper, "is_demo": True, "blocks": [text]},
        day=date(2026, 11, 22), standards=STANDARDS,
    )  # fmt: skip
    assert made.startswith(b"%PDF-")


def test_nothing_unseen_is_let_in() -> None:
    unseen = [c for c in map(chr, range(0x110000)) if unicodedata.category(c) in ("Cc", "Cf", "Co")]
    assert [c for c in unseen if taken(c)] == ["\t", "\n"]


@pytest.mark.parametrize(
    "street", ["创业路😀88号", "创业路\u202e88号", "创业路\u200b88号", "창업로 88"]
)
def test_an_address_that_no_licence_can_show_is_refused_while_it_is_typed(street: str) -> None:
    with pytest.raises(ValidationError) as refused:
        Domicile.model_validate({**PLACE, "street": street})
    assert [e["type"] for e in refused.value.errors()] == ["character_not_printable"]


def test_a_name_and_a_notice_are_held_to_the_same() -> None:
    for model, fields in (
        (
            Contact,
            {"name": "林\u202e晓舟", "id_number": "980101199003071016", "phone": "00013800001"},
        ),
        (Reason, {"reason": "不符😀"}),
        (Correction, {"reason": "请补正", "items": ["住所证明\u2066"]}),
    ):
        with pytest.raises(ValidationError, match="cannot be printed"):
            model.model_validate(fields)


def test_rare_hanzi_and_lines_from_a_browser_are_let_in() -> None:
    assert lettering.on_paper("㛃䶮𫖯𠮷　路1号\r\n二层") == "㛃䶮𫖯𠮷　路1号\n二层"
