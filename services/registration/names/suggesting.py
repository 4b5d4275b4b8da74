"""Free names near a wish: makes some, checks each against the rules and the index.

Exists between suggestions.py, which knows no database, and service.py, which knows no taste. Must not
reserve anything, and must not lead back to what was barred.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from services.registration.names import store
from services.registration.names.normalising import is_han
from services.registration.names.regions import load_regions
from services.registration.names.rule_words import load_finder
from services.registration.names.service import Examined, Wish, check_name, examine
from services.registration.names.suggestions import (
    near_trade_names,
    neutral_trade_names,
    with_industry,
    with_region,
    with_trade_name,
)
from services.registration.names.verdicts import Level, Outcome, Reason

MOST_TRIED = 40  # each costs two look-ups
# lines that any business may name itself by, for a name that says none
COMMON_LINES = ("科技", "商贸", "企业管理")
BY_REGION = frozenset(
    {"region_missing", "word_at_head", "region_elsewhere", "district_without_city"}
)
BY_INDUSTRY = frozenset({"industry_missing"})
WORDS = frozenset({"restricted_word", "well_known_name"})
HARMLESS = frozenset({Level.INFO, Level.WARN})


async def suggest_names(
    connection: store.Connection, wish: Wish, *, limit: int, on: date
) -> list[str]:
    """Up to `limit` whole names that would be `available` now; none where the wish breaks a rule
    that neither another trade name, nor the seat's region, nor an industry can mend."""
    wish = replace(wish, approval_document="", prior_approval=False)
    examined = examine(wish, on=on)
    found: list[str] = []
    for name in _names(examined, on=on):
        if await _is_free(connection, replace(wish, name=name, ties={}), on=on):
            found.append(name)
        if len(found) == limit:
            break
    return found


def _names(examined: Examined, *, on: date) -> Iterator[str]:
    """Whole names to try: the wish itself in a form that can be declared, then other trade names."""
    stopping = [
        reason
        for reason in examined.verdict.reasons
        if reason.level not in HARMLESS and reason.level is not Level.PROMISE
    ]
    mended = _mended(examined, stopping, on=on)
    if mended is None:
        return
    for name in mended:
        if name != examined.parsed.written:
            yield name
    barred = _barred_text(stopping, examined)
    tried = 0
    for start in mended:
        again = examine(replace(examined.wish, name=start), on=on)
        trades = (
            neutral_trade_names(again.parsed, avoid=barred)
            if barred
            else near_trade_names(again.parsed)
        )
        for trade in trades:
            if _may_be_tried(trade, again, on=on):
                tried += 1
                yield with_trade_name(again.parsed, trade)
            if tried == MOST_TRIED:
                return


def _mended(examined: Examined, stopping: list[Reason], *, on: date) -> list[str] | None:
    """The wish with the region or the industry that it lacks; None where that does not help."""
    codes = {reason.code for reason in stopping}
    elsewhere = {r.code for r in stopping if r.part not in {"", "trade_name"}}
    if elsewhere - BY_REGION - BY_INDUSTRY or examined.parsed.branch:
        return None
    name = examined.parsed.written
    if codes & BY_REGION:
        region = load_regions(on).by_code.get(examined.city)
        if region is None:
            return None
        name = with_region(examined.parsed, region.stem)
    if codes & BY_INDUSTRY:
        again = examine(replace(examined.wish, name=name), on=on)
        return [with_industry(again.parsed, line) for line in COMMON_LINES]
    return [name]


def _barred_text(stopping: Iterable[Reason], examined: Examined) -> str:
    """The characters that no suggestion may use again: of the trade name, where a listed word is in it."""
    if any(reason.code in WORDS for reason in stopping):
        return "".join(filter(is_han, examined.parsed.trade_name))
    return ""


def _may_be_tried(trade: str, examined: Examined, *, on: date) -> bool:
    return (
        trade not in examined.lexicon
        and not load_regions(on).is_region_word(trade)
        and not load_finder(on).barred(trade)
    )


async def _is_free(connection: store.Connection, wish: Wish, *, on: date) -> bool:
    """Available without a reservation of any kind: no listed word, however mild."""
    tried = await check_name(connection, wish, on=on)
    clean = not any(reason.code in WORDS for reason in tried.verdict.reasons)
    return (
        clean and tried.verdict.outcome is Outcome.AVAILABLE and tried.parsed.written == wish.name
    )
