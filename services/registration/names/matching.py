"""Find barred words in a name however they are written: as they stand, with signs between, with split
characters, in letters, by words that sound the same.

    hits = finder.find(parse("青屿弓虽女干科技有限公司"))      # 强奸, Means.SPLIT, in the trade name

Exists apart from rule_words.py, which says what a hit does to the name. Pure. A word that only lies
across two other words (书法|院线) is none: `unless` lists what such a word is part of.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from services.registration.names.folding import (
    Folded,
    Means,
    foldings,
    latin,
    put_together,
    toned,
    toneless,
)
from services.registration.names.normalising import is_han, syllables
from services.registration.names.parsing import LEAST_TRADE_NAME, ParsedName
from services.registration.names.word_list import Place, RuleWord, Trick

LONG = 3  # characters from which a word counts across the joint of region, trade name and industry


@dataclass(frozen=True, slots=True)
class Hit:
    """A word that a name holds. `text`: what stands in the name. `joined`: trade name and industry
    only together make the word, and each is a word of its own (江泽|民宿)."""

    word: RuleWord
    part: str
    means: Means
    text: str
    joined: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    text: str
    foldings: list[Folded] = field(default_factory=list)


class WordFinder:
    """All words of one day, ready to be looked for: a name costs look-ups of its pieces, not a pass over
    the words."""

    def __init__(self, words: Iterable[RuleWord]) -> None:
        self.words = tuple(words)
        self._written: dict[str, list[RuleWord]] = defaultdict(list)
        self._heads: list[RuleWord] = []
        self._sounds: dict[str, list[tuple[tuple[str, ...], RuleWord]]] = defaultdict(list)
        self._spelt = [w for w in self.words if w.latin or Trick.LETTERS in w.tricks]
        for word in self.words:
            if word.position is Place.HEAD:
                self._heads.append(word)
                continue
            self._written[word.word].append(word)
            if Trick.SOUND in word.tricks:
                said = toned(word.word)
                self._sounds[toneless(said)[0]].append((said, word))
        self._sizes = sorted({len(text) for text in self._written})

    def find(self, name: ParsedName) -> list[Hit]:
        """Every word once, by its plainest means; a word inside a longer one that was found is left out."""
        trade = _part("trade_name", name.trade_name)
        industry = _part("industry", name.phrase.text)
        hits = [Hit(w, "region", Means.WRITTEN, w.word) for w in self._heads_of(name)]
        hits += self._in(trade)
        hits += self._in(industry)
        hits += self._across(name, trade, industry)
        hits += self._in_letters(name)
        hits += self._by_sound(trade)
        return _plainest(hits)

    def barred(self, text: str) -> bool:
        """Whether a trade name by itself holds any listed word, however mild."""
        part = _part("trade_name", text)
        return bool(self._in(part) or list(self._by_sound(part)))

    def _heads_of(self, name: ParsedName) -> Iterator[RuleWord]:
        return (word for word in self._heads if name.written.startswith(word.word))

    def _in(self, part: _Part, *, least: int = 1) -> list[Hit]:
        return [
            Hit(word, part.name, folded.means, piece)
            for folded in part.foldings
            for word, piece in self._pieces(folded, part.name, least)
        ]

    def _pieces(self, folded: Folded, part: str, least: int) -> Iterator[tuple[RuleWord, str]]:
        text = folded.text
        for size in self._sizes:
            if size < least or size > len(text):
                continue
            for start in range(len(text) - size + 1):
                for word in self._written.get(text[start : start + size], ()):
                    if _may_stand(word, folded, start) and _is_in_place(word, text, part):
                        yield word, word.word

    def _across(self, name: ParsedName, trade: _Part, industry: _Part) -> list[Hit]:
        """Long words that begin in one part and end in another."""
        body = name.written.removesuffix(name.form.text)
        if body in {trade.text, industry.text}:
            return []
        across = self._in(_part("trade_name", body), least=LONG)
        if not across:
            return []
        inner = trade.text + industry.text
        within = {hit.word.word for part in (trade, industry) for hit in self._in(part)}
        found = []
        for hit in across:
            if hit.word.position is not Place.ANY or hit.word.word in within:
                continue
            two_words = (
                hit.word.word in inner
                and len(trade.text) >= LEAST_TRADE_NAME
                and bool(name.phrase.words)
            )
            found.append(Hit(hit.word, "trade_name", hit.means, hit.text, joined=two_words))
        return found

    def _in_letters(self, name: ParsedName) -> list[Hit]:
        body = name.written.removesuffix(name.form.text)
        if not any(c.isalpha() and not is_han(c) for c in body):
            return []
        text = put_together(latin(body))
        runs = "".join(c if not is_han(c) else " " for c in text).split()
        found = [
            word
            for word in self._spelt
            if (word.word in runs if word.latin else _spells(text, word.word))
        ]
        heaviest = sorted(found, key=lambda word: (not word.latin, -word.weight, -len(word.word)))
        return [Hit(word, "trade_name", Means.LETTERS, text) for word in heaviest[:1]]

    def _by_sound(self, part: _Part) -> Iterator[Hit]:
        """Same syllables and tones anywhere; without tones only as the whole trade name."""
        text = "".join(filter(is_han, part.text))
        said = toned(text)
        bare = toneless(said)
        if len(said) != len(text):
            return
        for start, first in enumerate(bare):
            for sounds, word in self._sounds.get(first, ()):
                end = start + len(sounds)
                piece = text[start:end]
                if piece == word.word:
                    continue
                if said[start:end] == sounds:
                    yield Hit(word, part.name, Means.SAME_SOUND, piece)
                elif piece == text and bare == toneless(sounds):
                    yield Hit(word, part.name, Means.NEAR_SOUND, piece)


@lru_cache(maxsize=512)
def _part(name: str, text: str) -> _Part:
    return _Part(name, text, foldings(text) if text else [])


def _may_stand(word: RuleWord, folded: Folded, start: int) -> bool:
    """Whether the occurrence counts: the trick is looked for in this word, and it is not only a piece
    of an ordinary word."""
    if folded.means is Means.SPLIT and Trick.SPLIT not in word.tricks:
        return False
    end = start + len(word.word)
    for context in word.unless:
        at = folded.text.find(context)
        while at >= 0:
            if at <= start and end <= at + len(context):
                return False
            at = folded.text.find(context, at + 1)
    return True


def _is_in_place(word: RuleWord, text: str, part: str) -> bool:
    if word.position is Place.ANY:
        return True
    if part != "trade_name":
        return False
    return word.position is Place.TRADE_NAME or text == word.word


def _spells(text: str, word: str) -> bool:
    """Whether Han characters and letters together say the word (傻bi, 习jin平, shabi, 傻B): each
    character stands itself, by a syllable, or, where as many stand, by its first letter."""
    return any(_spelt_from(text, start, word, own=0, first=0) for start in range(len(text)))


def _spelt_from(text: str, at: int, rest: str, *, own: int, first: int) -> bool:
    if not rest:
        return first <= own
    character, left = rest[0], rest[1:]
    if text.startswith(character, at):
        return _spelt_from(text, at + 1, left, own=own + 1, first=first)
    for said in syllables(character):
        if text.startswith(said, at) and _spelt_from(
            text, at + len(said), left, own=own, first=first
        ):
            return True
        if text.startswith(said[0], at) and _spelt_from(
            text, at + 1, left, own=own, first=first + 1
        ):
            return True
    return False


def _plainest(hits: list[Hit]) -> list[Hit]:
    order = list(Means)
    best: dict[str, Hit] = {}
    for hit in sorted(hits, key=lambda hit: (order.index(hit.means), hit.joined)):
        best.setdefault(f"{hit.word.position is Place.HEAD}{hit.word.word}", hit)
    found = list(best.values())
    return [
        hit
        for hit in found
        if hit.word.position is Place.HEAD
        or not any(
            hit.word.word != other.word.word
            and hit.word.word in other.word.word
            and other.word.weight >= hit.word.weight
            and not other.joined
            for other in found
        )
    ]
