"""Free names near a wish: makes some, checks each against the rules and the index.

Exists between suggestions.py, which knows no database, and service.py, which knows no taste. Must
not reserve anything.
"""

from dataclasses import replace
from datetime import date

from services.registration.names import store
from services.registration.names.regions import load_regions
from services.registration.names.rule_words import load_rule_words
from services.registration.names.service import Wish, check_name, examine
from services.registration.names.suggestions import suggest_trade_names, with_trade_name
from services.registration.names.verdicts import Level, Outcome

MOST_TRIED = 40  # each costs two look-ups


async def suggest_names(
    connection: store.Connection, wish: Wish, *, limit: int, on: date
) -> list[str]:
    """Up to `limit` whole names that would be `available` now; none where the wish breaks a rule
    that another trade name cannot mend (a form of another kind, a region elsewhere)."""
    examined = examine(wish, on=on)
    stopping = [*examined.verdict.at(Level.BLOCK), *examined.verdict.at(Level.APPROVAL)]
    if any(reason.part not in {"", "trade_name"} for reason in stopping):
        return []
    trades = suggest_trade_names(
        examined.parsed,
        regions=load_regions(on),
        lexicon=examined.lexicon,
        words=load_rule_words(),
    )
    found: list[str] = []
    for trade in trades[:MOST_TRIED]:
        name = with_trade_name(examined.parsed, trade)
        tried = await check_name(connection, replace(wish, name=name, ties={}), on=on)
        same_place = tried.parsed.trade_name == trade
        if same_place and tried.verdict.outcome is Outcome.AVAILABLE:
            found.append(name)
        if len(found) == limit:
            break
    return found
