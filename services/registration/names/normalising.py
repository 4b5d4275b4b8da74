"""Bring a name into the one written form in which names are parsed, stored and compared.

Exists so that 瀋陽（Ａ）, 沈阳(A) and 沈阳 （A） are one name everywhere. Must not judge: whether a
character may stand in a name is a rule (rules.py), not a matter of writing.
"""

import unicodedata
from functools import lru_cache

from opencc import OpenCC
from pypinyin.contrib.tone_convert import to_normal
from pypinyin_dict.pinyin_data import ktghz2013

OPENING = "([［【〔〈《{"
CLOSING = ")]］】〕〉》}"
BRACKETS = str.maketrans(OPENING + CLOSING, "（" * len(OPENING) + "）" * len(CLOSING))
READINGS_LIMIT = 24  # a name of many polyphones would multiply without end

_to_simplified = OpenCC("t2s")


@lru_cache(maxsize=1)
def standard_characters() -> frozenset[str]:
    """The 8,105 characters of 通用规范汉字表 (2013), as Unihan's kTGHZ2013 carries them."""
    return frozenset(chr(code) for code in ktghz2013.pinyin_dict)


def is_han(character: str) -> bool:
    """Any Han ideograph, standard or not (Unicode blocks URO, extensions A to I, 〇)."""
    code = ord(character)
    return (
        0x4E00 <= code <= 0x9FFF
        or 0x3400 <= code <= 0x4DBF
        or 0x20000 <= code <= 0x323AF
        or character == "〇"
    )


def normalise(text: str) -> str:
    """NFKC, one kind of bracket （）, no spaces or invisible characters, simplified characters.

    A character that is itself standard stays although OpenCC would change it: 乾 in 乾照 is a
    standard character and another word than 干. Idempotent.
    """
    folded = unicodedata.normalize("NFKC", text).translate(BRACKETS)
    kept = "".join(
        character
        for character in folded
        if not character.isspace() and unicodedata.category(character) not in {"Cf", "Cc"}
    )
    # what a space held apart may now compose (´ becomes space + accent)
    return _simplified(unicodedata.normalize("NFC", kept))


def compact(text: str) -> str:
    """The written form without brackets: what two names are compared by."""
    return normalise(text).replace("（", "").replace("）", "")


def _simplified(text: str) -> str:
    standard = standard_characters()
    if all(character in standard or not is_han(character) for character in text):
        return text
    converted: str = _to_simplified.convert(text)
    if len(converted) != len(text):
        converted = "".join(_one_character(character) for character in text)
    return "".join(
        old if old in standard else new for old, new in zip(text, converted, strict=True)
    )


def _one_character(character: str) -> str:
    converted: str = _to_simplified.convert(character)
    return converted if len(converted) == 1 else character


@lru_cache(maxsize=16_384)
def syllables(character: str) -> tuple[str, ...]:
    """Every toneless reading of one character (长 → chang, zhang); itself when it has none."""
    marked = ktghz2013.pinyin_dict.get(ord(character))
    if not marked:
        return (character.lower(),)
    return tuple(sorted({to_normal(reading) for reading in marked.split(",")}))


@lru_cache(maxsize=65_536)
def readings(text: str) -> tuple[tuple[str, ...], ...]:
    """Every toneless way to say a text, as syllable sequences; at most READINGS_LIMIT."""
    ways: list[tuple[str, ...]] = [()]
    for character in text:
        ways = [(*way, syllable) for way in ways for syllable in syllables(character)]
        ways = ways[:READINGS_LIMIT]
    return tuple(ways)
