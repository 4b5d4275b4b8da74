"""The words by which names tell an industry, with their division (大类) of GB/T 4754.

Exists so that the dictionary is data and its reading one place. Must not parse whole names.
"""

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
# between words (软件与技术服务), and the mark that some groups carry inside (稀土（集团）高科技)
JOINTS = ("与", "和", "及", "、", "（集团）")
WEIGHT = {"specific": 3, "new": 3, "generic": 2, "modifier": 1}


@dataclass(frozen=True, slots=True)
class IndustryWord:
    """`division`: GB/T 4754 大类, two digits. `synonyms`: words that share it mean the same."""

    word: str
    division: str
    kind: str
    synonyms: str


@dataclass(frozen=True, slots=True)
class IndustryPhrase:
    """What an industry text says. Empty when nothing was said (`text == ""`)."""

    text: str = ""
    division: str = ""
    meanings: frozenset[str] = frozenset()
    words: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The same words in whatever order are one industry (比对规则: 排列顺序不同)."""
        return tuple(sorted(self.words)) or (self.text,)


class Lexicon:
    """Industry words, ready to cut the tail of a text."""

    def __init__(self, words: Iterable[IndustryWord]) -> None:
        self.words = {word.word: word for word in words}
        self._longest = max(map(len, self.words), default=0)
        self._divisions: dict[str, set[str]] = defaultdict(set)
        for word in self.words.values():
            self._divisions[word.synonyms or word.word].add(word.division)

    def divisions_of(self, meanings: Iterable[str]) -> set[str]:
        """Every division in which some word has one of these meanings."""
        return {division for one in meanings for division in self._divisions.get(one, ())}

    def __contains__(self, text: str) -> bool:
        return text in self.words

    def cuts(self, text: str) -> list[int]:
        """Positions from which the rest of the text is nothing but industry words, ascending."""
        size = len(text)
        reachable = [False] * (size + 1)
        reachable[size] = True
        good = []
        for start in range(size - 1, -1, -1):
            if self._word_from(text, start, reachable):
                reachable[start] = True
                good.append(start)
            else:
                reachable[start] = self._joint_from(text, start, reachable)
        return good[::-1]

    def _word_from(self, text: str, start: int, reachable: list[bool]) -> bool:
        last = min(len(text), start + self._longest)
        return any(
            reachable[end] and text[start:end] in self.words for end in range(last, start, -1)
        )

    @staticmethod
    def _joint_from(text: str, start: int, reachable: list[bool]) -> bool:
        return any(
            text.startswith(joint, start)
            and start + len(joint) < len(text)
            and reachable[start + len(joint)]
            for joint in JOINTS
        )

    def phrase(self, text: str) -> IndustryPhrase:
        """Words, division and meanings of an industry text.

        The division is that of the last of the heaviest words: 新能源科技 is energy, not 科技;
        中发展控股 has only modifiers and counts as 72 商务服务业 (企业总部管理).
        """
        words = self._longest_words(text)
        if not words:
            return IndustryPhrase(text=text)
        heaviest = max(WEIGHT[word.kind] for word in words)
        telling = [word for word in words if WEIGHT[word.kind] == heaviest]
        return IndustryPhrase(
            text=text,
            division=telling[-1].division,
            meanings=frozenset(word.synonyms or word.word for word in telling),
            words=tuple(word.word for word in words),
        )

    def _longest_words(self, text: str) -> list[IndustryWord]:
        """The fewest, hence longest, words that cover the text; what no word covers is skipped."""
        best: list[tuple[int, int, tuple[str, ...]]] = [(0, 0, ())] * (len(text) + 1)
        for start in range(len(text) - 1, -1, -1):
            skipped, count, rest = best[start + 1]
            options = [(skipped + 1, count, rest)]
            for end in range(start + 1, min(len(text), start + self._longest) + 1):
                if text[start:end] in self.words:
                    skipped, count, rest = best[end]
                    options.append((skipped, count + 1, (text[start:end], *rest)))
            best[start] = min(options, key=lambda option: option[:2])
        return [self.words[word] for word in best[0][2]]


def _read(file: str) -> list[IndustryWord]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return [
            IndustryWord(
                word=row["word"],
                division=row["division"],
                kind=row["kind"],
                synonyms=row["synonyms"],
            )
            for row in csv.DictReader(lines)
        ]


@lru_cache(maxsize=2)
def load_lexicon(*, incubatee: bool = False) -> Lexicon:
    """The dictionary; with the new-industry words that only incubatees may use (policy C 五)."""
    words = _read("industry_words.csv")
    if incubatee:
        words = [*words, *_read("new_industry_words.csv")]
    return Lexicon(words)
