"""What a barred word does to a name: a reason for each, with its clause and what to do.

Exists between matching.py, which finds words, and rules.py, which asks for reasons. Must not look at
other names.
"""

from datetime import date
from functools import lru_cache

from services.registration.names.folding import Means
from services.registration.names.matching import Hit, WordFinder
from services.registration.names.parsing import ParsedName
from services.registration.names.verdicts import Authority, Level, Reason
from services.registration.names.word_list import Place, load_rule_words

# what the same word is worth when it is only heard, or only stands across two words
HEARD = {
    Means.SAME_SOUND: {Level.BLOCK: Level.JUDGEMENT, Level.JUDGEMENT: Level.CAUTION},
    Means.NEAR_SOUND: {Level.BLOCK: Level.CAUTION, Level.JUDGEMENT: Level.CAUTION},
}
SAID = {
    Means.SIGNS: ("（夹杂了其他字符）", " (with other signs between)"),
    Means.SPLIT: ("（拆字写法）", " (written as split characters)"),
    Means.LETTERS: ("（以字母代替汉字）", " (letters in the place of characters)"),
}


@lru_cache(maxsize=8)
def load_finder(on: date) -> WordFinder:
    """The words in force on a day."""
    return WordFinder(word for word in load_rule_words() if word.in_force(on))


def rule_word_reasons(
    name: ParsedName, finder: WordFinder, *, approved: bool = False
) -> list[Reason]:
    """A reason for every listed word that stands where it may not.

    `approved`: the applicant has the approval that art. 18 speaks of; words that need one (银行) then
    only remind that it is checked when registering. Approval by the State Council (art. 12) is not
    this one.
    """
    return [_reason(hit, approved=approved) for hit in finder.find(name)]


def _reason(hit: Hit, *, approved: bool) -> Reason:
    word = hit.word
    head = word.position is Place.HEAD
    level = _level(hit, approved=approved)
    zh, en = _sentence(hit)
    return Reason(
        code="word_at_head" if head else "restricted_word",
        level=level,
        legal_basis=word.legal_basis,
        zh=zh,
        en=en,
        part=hit.part,
        authority=_authority(level, head=head),
    )


def _level(hit: Hit, *, approved: bool) -> Level:
    level = hit.word.level
    if approved and level is Level.APPROVAL and hit.word.position is not Place.HEAD:
        return Level.WARN
    if hit.joined and level is Level.BLOCK:
        return Level.JUDGEMENT  # two ordinary words: a person sees which was meant
    return HEARD.get(hit.means, {}).get(level, level)


def _authority(level: Level, *, head: bool) -> Authority | None:
    if level is Level.APPROVAL:
        return Authority.STATE_COUNCIL if head else Authority.REGULATOR
    return Authority.REGISTRATION if level is Level.JUDGEMENT else None


def _sentence(hit: Hit) -> tuple[str, str]:
    word, kind = hit.word, hit.word.kind
    if hit.means is Means.SAME_SOUND:
        return f"“{hit.text}”与不得使用的字词同音：{kind.zh}", f"“{hit.text}” sounds like {kind.en}"
    if hit.means is Means.NEAR_SOUND:
        return (
            f"“{hit.text}”与不得使用的字词读音接近：{kind.zh}",
            f"“{hit.text}” sounds much like {kind.en}",
        )
    zh, en = SAID.get(hit.means, ("", ""))
    if hit.joined:
        zh, en = "（字号与行业连读）", " (trade name and industry read together)"
    return f"“{word.word}”{zh}：{kind.zh}", f"“{word.word}”{en}: {kind.en}"
