"""What nobody can see: named for a program, taken out of what a person pasted; what is seen stays."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.characters import UNSEEN, cleaned, folded, unseen_in

SEEN_CONTROLS = "\t\n\r"


def test_every_control_and_format_character_of_unicode_is_known() -> None:
    unseen = [
        c
        for c in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp") and c not in SEEN_CONTROLS
    ]
    assert len(unseen) > 200
    assert [f"{ord(c):X}" for c in unseen if unseen_in(f"甲{c}乙") is None] == []


@pytest.mark.parametrize(
    "c",
    "\u2800\U0001d159\u034f\u115f\u1160\u3164\uffa0\ufe00\ufe0f\U000e0100\U000e0041\ufeff\ud800",
)
def test_fillers_selectors_tags_and_halves_count_too(c: str) -> None:
    assert unseen_in(f"林{c}晓舟") == f"U+{ord(c):04X}"


@pytest.mark.parametrize(
    "text", ["❤️", "👨\u200d👩\u200d👧 好", "一行\r\n\t二行", "Zoë·“林”—〇", "", "👍🏽"]
)
def test_what_is_seen_stays(text: str) -> None:
    assert unseen_in(text) is None
    assert cleaned(text) == text


def test_what_an_address_book_puts_around_a_number_goes() -> None:
    assert cleaned("\u202d13800138000\u202c") == "13800138000"
    assert cleaned("\u2068林晓舟\u2069\u200b") == "林晓舟"
    assert cleaned("一行\u2028二行") == "一行\n二行"


@given(st.text(alphabet=st.characters(codec="utf-8")))
def test_what_is_cleaned_holds_nothing_unseen(text: str) -> None:
    assert UNSEEN.search(cleaned(text)) is None
    assert (cleaned(text) == text) == (unseen_in(text) is None)


def test_full_width_and_blanks_are_folded() -> None:
    assert folded(" ９１９８　０１\u00a0ＸＹ ") == "9198 01 XY"
