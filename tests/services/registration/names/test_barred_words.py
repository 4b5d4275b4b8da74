"""Barred words however they are written, and harmless names that only look like them."""

from datetime import date
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

from services.registration.names.folding import split_characters
from services.registration.names.normalising import standard_characters, syllables
from services.registration.names.parsing import parse
from services.registration.names.rules import Asked, judge
from services.registration.names.verdicts import Level, Outcome, Verdict
from services.registration.names.word_list import (
    Place,
    RuleWord,
    Trick,
    load_rule_words,
    word_kinds,
)
from tests.services.registration.names.barred import BAD, HARMLESS
from tests.services.registration.names.reserving import SEAT

TODAY = date(2026, 12, 1)
GREEN = {Outcome.AVAILABLE}
BARRING = [
    word
    for word in load_rule_words()
    if word.level is Level.BLOCK and word.position is Place.ANY and not word.latin
]
SPLITS: dict[str, list[str]] = {}
for parts, whole in split_characters().items():
    SPLITS.setdefault(whole, []).append(parts)
to_traditional = OpenCC("s2t").convert


def verdict(name: str, on: date = TODAY, **asked: Any) -> Verdict:
    return judge(parse(name), Asked(seat=SEAT, **asked), on=on)


def about_words(found: Verdict) -> list[Any]:
    return [reason for reason in found.reasons if reason.code == "restricted_word"]


def test_there_are_sixty_of_each() -> None:
    assert (len(BAD), len(set(HARMLESS))) == (60, 60)


@pytest.mark.parametrize(("name", "outcome"), BAD.items())
def test_a_barred_name_is_barred_and_says_why(name: str, outcome: str) -> None:
    found = verdict(name)
    assert found.outcome == outcome, [reason.zh for reason in found.reasons]
    said = about_words(found)
    assert said
    assert all(reason.legal_basis and reason.zh and reason.en for reason in said)


@pytest.mark.parametrize("name", HARMLESS)
def test_a_name_that_only_looks_barred_is_free(name: str) -> None:
    found = verdict(name)
    assert found.outcome is Outcome.AVAILABLE, [reason.zh for reason in found.reasons]


SIGNS = st.sampled_from(
    ["·", "•", "-", "_", ".", "x", "X", "7", "８", "в", "λ", "　", "，", "*", "☆"]
)


@st.composite
def disguised(draw: st.DrawFn) -> tuple[RuleWord, str]:
    """A barred word, each character of it written by some means that the check knows."""
    word = draw(st.sampled_from(BARRING))
    written = []
    for character in word.word:
        ways = ["plain", "traditional"]
        if Trick.SPLIT in word.tricks and character in SPLITS:
            ways.append("split")
        if Trick.LETTERS in word.tricks:
            ways.append("letters")
        how = draw(st.sampled_from(ways))
        if how == "traditional":
            character = to_traditional(character)
        elif how == "split":
            character = draw(st.sampled_from(SPLITS[character]))
        elif how == "letters":
            character = draw(st.sampled_from(syllables(character)))
            character = draw(st.sampled_from([character, character.upper(), character.title()]))
        written.append(character)
    between = draw(st.lists(SIGNS, min_size=len(written), max_size=len(written)))
    signed = draw(st.booleans())
    if signed and all(c < "a" or c > "z" for c in "".join(written).lower()):
        return word, "".join(a + b for a, b in zip(written, between, strict=True))
    return word, "".join(written)


@settings(max_examples=400, deadline=None)
@given(disguised(), st.sampled_from(["", "星河", "缘"]), st.sampled_from(["食品", "科技", "物流"]))
def test_no_disguise_makes_a_barred_word_green(
    made: tuple[RuleWord, str], behind: str, industry: str
) -> None:
    word, written = made
    assume(not any(word.word + (behind + industry)[:n] in word.unless for n in (1, 2, 3)))
    found = verdict(f"青屿市{written}{behind}{industry}有限公司")
    assert found.outcome not in GREEN | {Outcome.CAUTION}
    assert about_words(found), (word.word, written)


def same_sounding(word: str) -> list[str]:
    """Standard characters of the same sound and tone, one list of choices a character."""
    wanted = lazy_pinyin(word, style=Style.TONE3, neutral_tone_with_five=True)
    return [
        "".join(
            c
            for c in sorted(standard_characters())
            if c != own
            and syllables(c) == (said.rstrip("12345"),)
            and lazy_pinyin(c, style=Style.TONE3, neutral_tone_with_five=True) == [said]
        )
        for own, said in zip(word, wanted, strict=True)
    ]


HEARD = [word for word in BARRING if Trick.SOUND in word.tricks]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_what_sounds_like_a_leader_or_a_vulgar_word_is_looked_at(data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(HEARD))
    written = "".join(
        data.draw(st.sampled_from(choices)) if choices and data.draw(st.booleans()) else own
        for own, choices in zip(word.word, same_sounding(word.word), strict=True)
    )
    said = lazy_pinyin(written, style=Style.TONE3, neutral_tone_with_five=True)
    assume(said == lazy_pinyin(word.word, style=Style.TONE3, neutral_tone_with_five=True))
    found = verdict(f"青屿市{written}食品有限公司")
    assert found.outcome not in GREEN, (word.word, written)


def test_a_word_that_is_only_heard_is_not_printed() -> None:
    """莎碧 is a decent name: its holder is warned of the sound, and need not read the other word."""
    [reason] = about_words(verdict("青屿莎碧服饰有限公司"))
    assert reason.level is Level.CAUTION
    assert "逼" not in reason.zh


def test_a_word_counts_from_its_first_day_to_its_last() -> None:
    strategy = next(w for w in load_rule_words() if w.word == "一带一路")
    assert strategy.valid_from == date(2023, 10, 1)  # 实施办法 came into force
    assert not about_words(verdict("青屿一带一路物流有限公司", on=date(2023, 9, 30)))
    assert about_words(verdict("青屿一带一路物流有限公司", on=date(2023, 10, 1)))


def test_every_word_has_a_clause_a_source_and_texts_in_both_languages() -> None:
    for word in load_rule_words():
        assert word.legal_basis
    for kind in word_kinds().values():
        assert kind.source
        assert kind.zh
        assert kind.en.isascii()
    rows = [(word.word, word.position is Place.HEAD, word.valid_from) for word in load_rule_words()]
    assert len(rows) == len(set(rows))


def test_every_exception_contains_its_word() -> None:
    for word in load_rule_words():
        for context in word.unless:
            assert word.word in context, (word.word, context)
            assert context != word.word


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("青屿华为科技有限公司", Outcome.JUDGEMENT_REQUIRED),
        ("青屿茅台酒业有限公司", Outcome.JUDGEMENT_REQUIRED),
        ("青屿茅臺酒业有限公司", Outcome.JUDGEMENT_REQUIRED),
        ("青屿腾迅软件有限公司", Outcome.CAUTION),
        ("青屿老干妈食品有限公司", Outcome.JUDGEMENT_REQUIRED),
        ("青屿小米软件有限公司", Outcome.JUDGEMENT_REQUIRED),
        ("青屿海底捞月餐饮有限公司", Outcome.CAUTION),
        ("青屿新华为电子有限公司", Outcome.CAUTION),
        ("青屿星巴克物流有限公司", Outcome.CAUTION),
        ("青屿阿里巴巴服饰有限公司", Outcome.CAUTION),
        ("青屿老板电器有限公司", Outcome.JUDGEMENT_REQUIRED),
    ],
)
def test_a_well_known_name_is_never_green(name: str, outcome: Outcome) -> None:
    found = verdict(name)
    assert found.outcome is outcome
    [reason] = [reason for reason in found.reasons if reason.code == "well_known_name"]
    assert "商标法第五十八条" in reason.legal_basis
