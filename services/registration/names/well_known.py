"""Names of well-known enterprises and brands: who uses one is warned, or looked at by a person.

实施办法 art. 16 item 3 bars the name of another that has some influence in the same line of business;
商标法 art. 58 and 反不正当竞争法 art. 7 make a court forbid it in any. Exists because no index of one city
holds them. An authority edits data/well_known_names.csv. Must not bar: a name may be its holder's own.
"""

import csv
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path

from services.registration.names.folding import toned
from services.registration.names.industries import Lexicon
from services.registration.names.parsing import ParsedName
from services.registration.names.verdicts import Authority, Level, Reason

DATA = Path(__file__).parent / "data" / "well_known_names.csv"
LAW = "企业名称登记管理规定实施办法第十六条第（三）项；商标法第五十八条；反不正当竞争法第七条"
TELLING = 3  # characters from which a name is known wherever it stands in a trade name
# what is put in front of or behind another's name and leaves it the same name
IN_FRONT = ("新", "大", "小", "老", "真", "正", "金")
BEHIND = ("云", "达", "之家", "优选", "到家", "在线", "生活", "商城", "旗舰", "中国", "集团")


@dataclass(frozen=True, slots=True)
class WellKnown:
    """`divisions`: GB/T 4754 大类 in which it is known. `ordinary_in`: where the word means itself (小米
    among grain); empty for a name that is no ordinary word."""

    core: str
    holder: str
    divisions: frozenset[str]
    ordinary_in: frozenset[str]
    valid_from: date
    valid_to: date | None

    def in_force(self, day: date) -> bool:
        """Whether the row counts on that day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


@lru_cache(maxsize=1)
def well_known_names() -> tuple[WellKnown, ...]:
    """The shipped table."""
    with DATA.open(encoding="utf-8", newline="") as lines:
        return tuple(
            WellKnown(
                core=row["core"],
                holder=row["holder"],
                divisions=frozenset(row["divisions"].split()),
                ordinary_in=frozenset(row["ordinary_in"].split()),
                valid_from=date.fromisoformat(row["valid_from"]),
                valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
            )
            for row in csv.DictReader(lines)
        )


@lru_cache(maxsize=1)
def _by_text_and_sound() -> tuple[dict[str, WellKnown], dict[tuple[str, ...], list[WellKnown]]]:
    sounds: dict[tuple[str, ...], list[WellKnown]] = defaultdict(list)
    for known in well_known_names():
        sounds[toned(known.core)].append(known)
    return {known.core: known for known in well_known_names()}, sounds


def well_known_reasons(name: ParsedName, lexicon: Lexicon, *, on: date) -> list[Reason]:
    """One reason for the longest well-known name that the trade name is, contains or sounds like."""
    for known in _candidates(name):
        level = _level(name, known, lexicon) if known.in_force(on) else None
        if level:
            return [_reason(known, level)]
    return []


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(len(known.core) for known in well_known_names())


def _candidates(name: ParsedName) -> list[WellKnown]:
    texts, sounds = _by_text_and_sound()
    whole = name.region + name.trade_name + name.industry
    longest = _longest()
    pieces = {
        whole[start:end]
        for start in range(len(whole))
        for end in range(start + 2, min(len(whole), start + longest) + 1)
    }
    found = [texts[piece] for piece in pieces & texts.keys()]
    found += sounds.get(toned(name.trade_name), []) if name.trade_name else []
    return sorted(found, key=lambda known: (-len(known.core), known.core))


def _level(name: ParsedName, known: WellKnown, lexicon: Lexicon) -> Level | None:
    trade = name.trade_name
    near = _same_line(name, known, lexicon)
    if _is_it(name, known):
        if not near and name.phrase.division in known.ordinary_in:
            return None
        return Level.JUDGEMENT if near else Level.CAUTION
    if known.ordinary_in and not near:
        return None
    if _holds(trade, known, lexicon):
        return Level.CAUTION
    heard = len(trade) == len(known.core) and toned(trade) == toned(known.core)
    return Level.CAUTION if heard and near else None


def _is_it(name: ParsedName, known: WellKnown) -> bool:
    """The trade name itself, or what it says with its region or first industry words (青岛|啤酒)."""
    trade, core = name.trade_name, known.core
    if trade == core:
        return True
    behind = trade + name.industry
    return len(core) > len(trade) and (behind.startswith(core) or _with_region(name, core))


def _with_region(name: ParsedName, core: str) -> bool:
    whole = name.region + name.trade_name + name.industry
    return len(core) > len(name.region) and whole.startswith(core)


def _same_line(name: ParsedName, known: WellKnown, lexicon: Lexicon) -> bool:
    """The same line of business; 科技 or 发展 says none, so meets every line."""
    words = [lexicon.words[word] for word in name.phrase.words if word in lexicon]
    if all(word.kind != "specific" for word in words):
        return not known.ordinary_in or name.phrase.division in known.divisions
    return name.phrase.division in known.divisions


def _holds(trade: str, known: WellKnown, lexicon: Lexicon) -> bool:
    if len(known.core) >= TELLING:
        return known.core in trade
    if trade.startswith(known.core):
        rest = trade.removeprefix(known.core)
        return rest in lexicon or rest in BEHIND
    return trade.endswith(known.core) and trade.removesuffix(known.core) in IN_FRONT


def _reason(known: WellKnown, level: Level) -> Reason:
    held = f"“{known.core}”是{known.holder}在先使用、有一定影响的名称"
    held_en = f"{known.core} is a well-known name of {known.holder}"
    if level is Level.JUDGEMENT:
        zh = f"{held}，用在相同行业可能构成混淆，由登记机关核实"
        en = f"{held_en}; in the same line of business it may mislead, so the authority looks at it"
    else:
        zh = f"{held}，使用后可能被认定混淆或者侵权，承担改名、赔偿等责任"
        en = f"{held_en}; using it may be found to mislead or infringe, with renaming and damages"
    return Reason(
        code="well_known_name",
        level=level,
        legal_basis=LAW,
        zh=zh,
        en=en,
        part="trade_name",
        authority=Authority.REGISTRATION if level is Level.JUDGEMENT else None,
    )
