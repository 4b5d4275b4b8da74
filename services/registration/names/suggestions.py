"""Make trade names near a wish; whether one is free is found out by checking it.

Deterministic, so that a page shown twice shows the same. rapidfuzz only ranks. Must not promise:
a suggestion is checked when made, and again when reserved.
"""

from collections.abc import Iterator
from itertools import product

from rapidfuzz import fuzz

from services.registration.names.industries import Lexicon
from services.registration.names.normalising import is_han, readings
from services.registration.names.parsing import ParsedName, Role
from services.registration.names.regions import RegionTable
from services.registration.names.rule_words import RuleWord

# characters of good meaning that often stand in trade names; all are standard characters
CHARACTERS = (
    "安邦宝博昌畅晨诚驰创淳达德鼎东端恩方飞丰福富广桂海瀚昊和恒弘鸿华汇惠慧吉佳嘉坚建健江杰捷金锦晋"
    "景敬静聚君峻凯康科乐磊立联亮林凌隆茂美明铭宁诺沛鹏平普齐启乾清庆荣融瑞润森尚晟盛世舒硕思松泰"
    "腾天通同万维文祥翔晓欣新信兴星旭轩雅阳洋尧易益毅银英盈永优友宇裕元远越跃云运泽展哲正志中众卓"
)
MOST = 300


def suggest_trade_names(
    name: ParsedName, *, regions: RegionTable, lexicon: Lexicon, words: tuple[RuleWord, ...]
) -> list[str]:
    """Trade names to try, the nearest to the wish first; empty where the name has no industry."""
    base = "".join(filter(is_han, name.trade_name))
    made = dict.fromkeys(_made(base))
    banned = tuple(word.word for word in words)
    good = [
        trade
        for trade in made
        if not _holds(trade, base)
        and trade not in lexicon
        and not regions.is_region_word(trade)
        and not any(word in trade for word in banned)
    ]
    said = " ".join(readings(base)[0]) if base else ""
    return sorted(good, key=lambda trade: -_near(trade, base, said))


def _made(base: str) -> Iterator[str]:
    if not base:
        yield from ("".join(pair) for pair in zip(CHARACTERS, CHARACTERS[7:], strict=False))
        return
    first, last = base[0], base[-1]
    for character in CHARACTERS:
        yield first + character
        yield character + last
    for count, (a, b) in enumerate(product(CHARACTERS, repeat=2)):
        if count >= MOST:
            return
        if a != b:
            yield a + first + b


def _holds(trade: str, base: str) -> bool:
    """Containment would be 相近 to whatever stands in the way of the wish."""
    return bool(base) and (base in trade or trade in base)


def _near(trade: str, base: str, said: str) -> float:
    if not base:
        return 0.0
    sound = fuzz.ratio(" ".join(readings(trade)[0]), said)
    return fuzz.ratio(trade, base) + sound / 10 - 5 * abs(len(trade) - len(base))


def with_trade_name(name: ParsedName, trade: str) -> str:
    """The whole name with another trade name in the same place."""
    if not name.trade_name:
        before = [s.text for s in name.segments if s.role is Role.REGION]
        after = [s.text for s in name.segments if s.role is not Role.REGION]
        return "".join([*before, trade, *after])
    return "".join(
        trade if segment.role is Role.TRADE_NAME else segment.text for segment in name.segments
    )
