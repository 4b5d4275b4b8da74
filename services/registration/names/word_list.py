"""Words that a name may not, or not freely, contain, from data (规定 arts. 11, 12; 实施办法 art. 16).

An authority edits data/name_rule_words.csv and data/name_word_kinds.csv; no rule needs to change. Each
row is dated, so that a check says what held on its day. Must not look for words (matching.py).
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from services.registration.names.verdicts import Level

DATA = Path(__file__).parent / "data"
ITEMS = "一二三四五六七八九"
DECREES = {
    "11": "企业名称登记管理规定第十一条第（{}）项",
    "12": "企业名称登记管理规定第十二条",
    "r16": "企业名称登记管理规定实施办法第十六条第（{}）项",
}


class Place(StrEnum):
    """Where a word counts: anywhere, in the trade name, as the whole of it, or at the name's head."""

    ANY = "any"
    TRADE_NAME = "trade_name"
    WHOLE = "whole"
    HEAD = "head"


class Trick(StrEnum):
    """Which ways of hiding a word are looked for, beside signs between its characters."""

    SPLIT = "x"  # 拆字: 弓虽 for 强
    LETTERS = "l"  # pinyin: 傻bi
    SOUND = "s"  # other characters of the same sound


@dataclass(frozen=True, slots=True)
class WordKind:
    """Why words of a kind are listed; `source`: where the list comes from."""

    code: str
    zh: str
    en: str
    source: str


@dataclass(frozen=True, slots=True)
class RuleWord:
    """`rule`: article and item, 11.3 is 规定 art. 11 item 3, r16.1 实施办法 art. 16 item 1. `unless`:
    ordinary words that contain it. `valid_to`: last day, None where it still holds."""

    word: str
    kind: WordKind
    rule: str
    level: Level
    position: Place
    tricks: frozenset[Trick]
    unless: tuple[str, ...]
    valid_from: date
    valid_to: date | None

    @property
    def legal_basis(self) -> str:
        """The clause as a reason cites it."""
        article, _, item = self.rule.partition(".")
        return DECREES[article].format(ITEMS[int(item) - 1])

    @property
    def latin(self) -> bool:
        """Written in letters: compared with the letters of a name, not with its characters."""
        return self.word.isascii()

    @property
    def weight(self) -> int:
        """Place of the level among all levels, heavier is higher."""
        return list(Level).index(self.level)

    def in_force(self, day: date) -> bool:
        """Whether the row counts on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@lru_cache(maxsize=1)
def word_kinds() -> dict[str, WordKind]:
    """Kinds by code."""
    return {
        row["kind"]: WordKind(row["kind"], row["zh"], row["en"], row["source"])
        for row in _rows("name_word_kinds.csv")
    }


@lru_cache(maxsize=1)
def load_rule_words() -> tuple[RuleWord, ...]:
    """The shipped table, every row whatever its dates."""
    kinds = word_kinds()
    return tuple(
        RuleWord(
            word=row["word"],
            kind=kinds[row["kind"]],
            rule=row["rule"],
            level=Level(row["level"]),
            position=Place(row["position"]),
            tricks=frozenset(map(Trick, row["means"])),
            unless=tuple(filter(None, row["unless"].split("|"))),
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        )
        for row in _rows("name_rule_words.csv")
    )


def _rows(file: str) -> Iterator[dict[str, str]]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)
