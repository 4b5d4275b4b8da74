"""How carriers are found by text: tokens for a GIN index, and how a query is understood.

Name and address are cut into single characters and pairs of characters; the name also into trigrams of
its pinyin and its initials (the first reading of each character: a register of places does not need every
polyphone). Pure. A token match alone is no match: the whole text is checked afterwards.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

_LATIN = re.compile(r"[a-z']+")
_RUNS = re.compile(r"[0-9]+|[^0-9]+")
_NOISE = re.compile(r"[\s()（）\[\]【】·,，。、\-]+")


@dataclass(frozen=True)
class CarrierWords:
    """What is stored of a carrier for search."""

    words: list[str]
    search_text: str
    pinyin: str
    initials: str


@dataclass(frozen=True)
class Query:
    """`tokens` that must all be there; then `contains` in the text, or `letters` in pinyin or initials."""

    tokens: tuple[str, ...] = ()
    contains: str | None = None
    letters: str | None = None
    pinyin_tokens: tuple[str, ...] = ()
    initial_tokens: tuple[str, ...] = ()


def compact(text: str) -> str:
    """NFKC, lower case, without spaces, brackets and control characters: 听潮 众创（演示） → 听潮众创演示."""
    plain = _NOISE.sub("", unicodedata.normalize("NFKC", text).lower())
    return "".join(c for c in plain if not unicodedata.category(c).startswith("C"))


def _grams(text: str, size: int) -> Iterable[str]:
    return (text[i : i + size] for i in range(len(text) - size + 1))


def words_of(name: str, address: str) -> CarrierWords:
    """The search keys of a carrier."""
    parts = [compact(name), compact(address)]
    tokens = {f"u:{c}" for part in parts for c in part}
    tokens |= {f"b:{pair}" for part in parts for pair in _grams(part, 2)}
    sounds = [_sounds(run) for run in _RUNS.findall(parts[0])]
    pinyin, initials = (
        ("".join(sound) for sound in zip(*sounds, strict=True)) if sounds else ("", "")
    )
    tokens |= {f"p:{g}" for g in _grams(pinyin, 3)}
    tokens |= {f"i:{g}" for g in _grams(initials, 3)}
    return CarrierWords(sorted(tokens), "\n".join(parts), pinyin, initials)


@lru_cache(maxsize=4_096)
def _sounds(run: str) -> tuple[str, str]:
    """Pinyin and initials of a run of characters: a word's sound depends on its neighbours (长风)."""
    return "".join(lazy_pinyin(run)), "".join(lazy_pinyin(run, style=Style.FIRST_LETTER))


def understand(text: str) -> Query | None:
    """How a typed text is searched; None where nothing is left to look for."""
    plain = compact(text)
    if not plain:
        return None
    letters = plain.replace("'", "")
    if _LATIN.fullmatch(plain) and len(letters) > 2:
        return Query(
            contains=letters,
            tokens=tuple(sorted({f"b:{g}" for g in _grams(letters, 2)})),
            letters=letters,
            pinyin_tokens=tuple(sorted({f"p:{g}" for g in _grams(letters, 3)})),
            initial_tokens=tuple(sorted({f"i:{g}" for g in _grams(letters, 3)})),
        )
    if len(plain) == 1:
        return Query(contains=plain, tokens=(f"u:{plain}",))
    return Query(contains=plain, tokens=tuple(sorted({f"b:{g}" for g in _grams(plain, 2)})))
