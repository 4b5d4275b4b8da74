"""The ways in which a barred word hides in a name, undone: signs between, split characters, letters.

Exists so that matching.py looks for words and knows nothing of tricks. Must not judge, and must not
be used for writing: what is folded here is no longer the name (normalising.py does that).
"""

import csv
import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from opencc import OpenCC
from pypinyin import Style, lazy_pinyin

from services.registration.names.normalising import is_han, normalise, standard_characters

SPLITS = Path(__file__).parent / "data" / "split_characters.csv"
DIGITS = str.maketrans("0123456789", "〇一二三四五六七八九")
# letters of other alphabets that look like Latin ones
# (escapes would hide what they are: Cyrillic, Armenian and Greek on the left)
LOOKS_LATIN = str.maketrans(
    "авсԁеɡһіıјкӏмпорԛгѕтѵѡхуαβεηικνορτυχωγ",
    "abcdeghiijklmnopqrstvwxyabenikvoptuxwy",
) | {ord("ш"): "sh", ord("щ"): "sh", ord("ч"): "ch", ord("ж"): "zh"}

_from_japanese = OpenCC("jp2t")


class Means(StrEnum):
    """How a word was written, plainest first."""

    WRITTEN = "written"
    SIGNS = "signs"
    SPLIT = "split"
    LETTERS = "letters"
    SAME_SOUND = "same_sound"
    NEAR_SOUND = "near_sound"


@dataclass(frozen=True, slots=True)
class Folded:
    """One reading of a text, and what was undone to get it."""

    text: str
    means: Means


@lru_cache(maxsize=1)
def split_characters() -> dict[str, str]:
    """Parts → the character that they make (女干 → 奸), longest parts first."""
    with SPLITS.open(encoding="utf-8", newline="") as lines:
        rows = [(row["parts"], row["character"]) for row in csv.DictReader(lines)]
    return dict(sorted(rows, key=lambda row: -len(row[0])))


def foldings(text: str) -> list[Folded]:
    """The text as it stands, without signs, and with split characters put together; no reading
    twice."""
    plain = _standard("".join(filter(is_han, text)))
    found = {plain: Means.WRITTEN if plain == text else Means.SIGNS}
    if any(c.isdigit() for c in text):
        numbered = _standard("".join(filter(is_han, text.translate(DIGITS))))
        found.setdefault(numbered, Means.SIGNS)
    for reading in tuple(found):
        found.setdefault(put_together(reading), Means.SPLIT)
    return [Folded(reading, means) for reading, means in found.items()]


def _standard(text: str) -> str:
    """Japanese forms, too (毛沢東): only where a character is not standard anyway."""
    if all(c in standard_characters() for c in text):
        return text
    turned: str = normalise(_from_japanese.convert(text))
    return turned if len(turned) == len(text) else text


@lru_cache(maxsize=1)
def _parts() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, split_characters())))


def put_together(text: str) -> str:
    """Split characters whole again (弓虽女干 → 强奸), longest parts first."""
    return _parts().sub(lambda found: split_characters()[found[0]], text)


def latin(text: str) -> str:
    """Lower-case Latin letters and Han characters of a text; marks fall away (shǎ → sha), look-alikes
    of other alphabets count as what they look like, signs and digits are dropped."""
    bare = "".join(
        c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)
    ).lower()
    turned = bare.translate(LOOKS_LATIN)
    return "".join(c for c in turned if is_han(c) or "a" <= c <= "z")


@lru_cache(maxsize=16_384)
def toned(text: str) -> tuple[str, ...]:
    """One syllable with its tone for each character, polyphones by the words around them (银行)."""
    return tuple(lazy_pinyin(text, style=Style.TONE3, neutral_tone_with_five=True))


def toneless(syllables: tuple[str, ...]) -> tuple[str, ...]:
    """The same without tones."""
    return tuple(one.rstrip("12345") for one in syllables)
