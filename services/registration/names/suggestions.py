"""Make names near a wish; whether one is free is found out by checking it.

Deterministic, so that a page shown twice shows the same. rapidfuzz only ranks. Must not promise:
a suggestion is checked when made, and again when reserved.
"""

from collections.abc import Iterator
from itertools import product

from rapidfuzz import fuzz

from services.registration.names.normalising import is_han, readings
from services.registration.names.parsing import ParsedName, Role, Segment

# characters of good meaning that often stand in trade names; all are standard characters
CHARACTERS = (
    "安邦宝博昌畅晨诚驰创淳达德鼎东端恩方飞丰福富广桂海瀚昊和恒弘鸿华汇惠慧吉佳嘉坚建健江杰捷金锦晋"
    "景敬静聚君峻凯康科乐磊立联亮林凌隆茂美明铭宁诺沛鹏平普齐启乾清庆荣融瑞润森尚晟盛世舒硕思松泰"
    "腾天通同万维文祥翔晓欣新信兴星旭轩雅阳洋尧易益毅银英盈永优友宇裕元远越跃云运泽展哲正志中众卓"
)
MOST = 300
STEP = 7  # the distance of two characters that are put together


def near_trade_names(name: ParsedName) -> list[str]:
    """Trade names that keep a character of the wish, the nearest first; neutral ones where it has none."""
    base = "".join(filter(is_han, name.trade_name))
    if not base:
        return list(neutral_trade_names(name))
    good = [trade for trade in dict.fromkeys(_made(base)) if not _holds(trade, base)]
    said = " ".join(readings(base)[0])
    return sorted(good, key=lambda trade: -_near(trade, base, said))


def neutral_trade_names(name: ParsedName, *, avoid: str = "") -> Iterator[str]:
    """Trade names that owe nothing to the wish; another business gets others. `avoid`: characters
    that none may have, nor one that sounds like them."""
    said = {way[0] for character in avoid for way in readings(character)}
    free = [
        character
        for character in CHARACTERS
        if character not in avoid and not {way[0] for way in readings(character)} & said
    ]
    start = int(name.phrase.division or "0") * STEP % max(len(free), 1)
    turned = free[start:] + free[:start]
    yield from ("".join(pair) for pair in zip(turned, turned[STEP:], strict=False))


def _made(base: str) -> Iterator[str]:
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
    return base in trade or trade in base


def _near(trade: str, base: str, said: str) -> float:
    sound = fuzz.ratio(" ".join(readings(trade)[0]), said)
    return fuzz.ratio(trade, base) + sound / 10 - 5 * abs(len(trade) - len(base))


def with_trade_name(name: ParsedName, trade: str) -> str:
    """The whole name with another trade name in the same place."""
    if not name.trade_name:
        return _joined(_put_behind_region(name, Segment(Role.TRADE_NAME, trade)))
    return "".join(
        trade if segment.role is Role.TRADE_NAME else segment.text for segment in name.segments
    )


def with_region(name: ParsedName, region: str) -> str:
    """The whole name with this region in front, instead of what stood for one."""
    others = [segment for segment in name.segments if segment.role is not Role.REGION]
    return _joined([Segment(Role.REGION, region), *others])


def with_industry(name: ParsedName, industry: str) -> str:
    """The whole name with an industry in front of its form."""
    before = [s for s in name.segments if s.role is not Role.FORM]
    after = [s for s in name.segments if s.role is Role.FORM]
    return _joined([*before, Segment(Role.INDUSTRY, industry), *after])


def _put_behind_region(name: ParsedName, segment: Segment) -> list[Segment]:
    before = [s for s in name.segments if s.role is Role.REGION]
    after = [s for s in name.segments if s.role is not Role.REGION]
    return [*before, segment, *after]


def _joined(segments: list[Segment]) -> str:
    return "".join(segment.text for segment in segments)
