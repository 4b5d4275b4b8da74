"""Words that a name may not, or not freely, contain (名称规定 arts. 11, 12), read from data.

An authority extends data/name_rule_words.csv; no rule needs to change. Must not look at other names.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from services.registration.names.parsing import ParsedName
from services.registration.names.verdicts import Level, Reason

DATA = Path(__file__).parent / "data" / "name_rule_words.csv"
ITEMS = "一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class RuleWord:
    """`rule`: article and item, 11.3 is art. 11 item 3. `position`: any (trade name or industry),
    trade_name, or head (the first characters of the whole name)."""

    word: str
    rule: str
    level: Level
    position: str
    note: str

    @property
    def legal_basis(self) -> str:
        article, _, item = self.rule.partition(".")
        if article == "11":
            return f"企业名称登记管理规定第十一条第（{ITEMS[int(item) - 1]}）项"
        return "企业名称登记管理规定第十二条"

    def found_in(self, *, written: str, trade_name: str, industry: str) -> str:
        """The part of the name that holds the word, or nothing."""
        if self.position == "head":
            return "region" if written.startswith(self.word) else ""
        if self.word in trade_name:
            return "trade_name"
        return "industry" if self.position == "any" and self.word in industry else ""


@lru_cache(maxsize=1)
def load_rule_words() -> tuple[RuleWord, ...]:
    """The shipped table."""
    with DATA.open(encoding="utf-8", newline="") as lines:
        return tuple(
            RuleWord(
                word=row["word"],
                rule=row["rule"],
                level=Level(row["level"]),
                position=row["position"],
                note=row["note"],
            )
            for row in csv.DictReader(lines)
        )


def rule_word_reasons(
    name: ParsedName, words: tuple[RuleWord, ...], *, approved: bool = False
) -> list[Reason]:
    """A reason for every listed word that stands where it may not.

    `approved`: the applicant has the approval that art. 18 speaks of; words that need one (银行) then
    only remind that it is checked when registering. Approval by the State Council (art. 12) is not
    this one.
    """
    reasons = []
    trade_name, industry = name.trade_name, name.phrase.text
    for word in words:
        part = word.found_in(written=name.written, trade_name=trade_name, industry=industry)
        if part:
            reasons.append(
                Reason(
                    code="word_at_head" if word.position == "head" else "restricted_word",
                    level=_level(word, approved=approved),
                    legal_basis=word.legal_basis,
                    zh=f"“{word.word}”：{word.note}",
                    en=f"“{word.word}” is a restricted word ({word.legal_basis})",
                    part=part,
                )
            )
    return reasons


def _level(word: RuleWord, *, approved: bool) -> Level:
    if approved and word.level is Level.APPROVAL and word.rule.startswith("11"):
        return Level.WARN
    return word.level
