"""Finding what people mean: 写程序 finds 软件开发, 我想开一家奶茶店 finds 餐饮服务, ruanjian finds 软件.

Exists because the official wordings are nobody's own words. The synonyms are data (search_words.csv). Only
finds and orders; what an item means is said by its row.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Protocol, TypeVar

from pypinyin import Style, lazy_pinyin

from services.registration.reference.store import rows_of

SAID, NAMED, MEANT, SOUNDS = 500, 400, 300, 200
LEAST_PINYIN = 3
"""Fewer letters than this would find nearly everything by its sound."""


class Named(Protocol):
    """What can be found."""

    @property
    def code(self) -> str: ...
    @property
    def name_zh(self) -> str: ...
    @property
    def name_en(self) -> str: ...


T = TypeVar("T", bound=Named)


@cache
def _said() -> Mapping[str, tuple[str, ...]]:
    """Everyday words, each with the codes that it may mean, best first."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows_of("search_words.csv"):
        for word in row["words"].split("|"):
            found[word.casefold()] = tuple(row["codes"].split("|"))
    return found


@cache
def _sounds(name: str) -> tuple[str, str]:
    """Full pinyin and initials without tones."""
    full = lazy_pinyin(name, errors="ignore")
    return "".join(full), "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore"))


def search(query: str, rows: Sequence[T]) -> list[T]:
    """Rows that the query may mean, best first: whose everyday word it is, in whose wording it stands, and
    only where there is none of these, what sounds like it or shares a piece with it."""
    spelt = query.casefold().strip()
    asked = "".join(spelt.split())
    plain = _ranked(rows, lambda row: _said_so(asked, row) or _named(asked, spelt, row))
    if plain:
        return plain
    meant = _meant(asked)
    return _ranked(rows, lambda row: meant.get(row.code, 0) or _sounding(asked, row))


def _ranked(rows: Sequence[T], score: Callable[[T], int]) -> list[T]:
    ranked = [(score(row), row) for row in rows]
    return [row for points, row in sorted(ranked, key=lambda r: (-r[0], r[1].code)) if points]


def _said_so(asked: str, row: Named) -> int:
    codes = _said().get(asked, ())
    return SAID - codes.index(row.code) if row.code in codes else 0


def _named(asked: str, spelt: str, row: Named) -> int:
    found = asked in row.name_zh or spelt in row.name_en.casefold() or asked in row.code.casefold()
    return max(1, NAMED - len(row.name_zh)) if found else 0


def _meant(asked: str) -> dict[str, int]:
    """The codes of every everyday word in the query, longer words first; else of words that share a piece."""
    words = [w for w in _said() if w in asked or (len(asked) > 1 and asked in w)]
    words = words or [w for w in _said() if _shared(asked, w)]
    found: dict[str, int] = {}
    for word in sorted(words, key=len, reverse=True):
        for place, code in enumerate(_said()[word]):
            found.setdefault(code, MEANT + 10 * len(word) - place)
    return found


def _sounding(asked: str, row: Named) -> int:
    latin = asked.isascii() and asked.isalpha() and len(asked) >= LEAST_PINYIN
    if latin and any(asked in sound for sound in _sounds(row.name_zh)):
        return max(1, SOUNDS - len(row.name_zh))
    return _shared(asked, row.name_zh)


def _shared(asked: str, name: str) -> int:
    """Characters of the longest piece, of two or more, that both have; nothing for a query in Latin."""
    if asked.isascii():
        return 0
    for size in range(min(len(asked), len(name)), 1, -1):
        if any(asked[at : at + size] in name for at in range(len(asked) - size + 1)):
            return size
    return 0
