"""Tokens by which the index finds names that might be alike, without reading all of a city.

Padded bigrams of the trade name and of every way to say it, each prefixed with the city and the
industry's scope, so that a GIN index meets short lists (0.1 ms at a million names). Finding is all
they do: whether two names are alike is said by comparison.py.
"""

from collections.abc import Iterable
from itertools import pairwise

from services.registration.names.comparison import NO_INDUSTRY, NameKey

ANY = "*"
LONGEST_PART = 12  # characters of an existing trade name looked for inside a proposed one


def _bigrams(units: tuple[str, ...]) -> list[str]:
    return [f"{a} {b}" for a, b in pairwise(units)]


def _padded(units: tuple[str, ...]) -> list[str]:
    return _bigrams(("^", *units, "$"))


def tokens_of(key: NameKey, city: str) -> list[str]:
    """What a name is filed under: its scope, and `*` for those who ask across all industries."""
    units: set[str] = {f"h{token}" for token in _padded(tuple(key.trade_name))}
    for way in key.sounds:
        units.update(f"p{token}" for token in _padded(way))
        units.add("=" + " ".join(way))
    return sorted(f"{city}{scope}{unit}" for scope in (key.scope, ANY) for unit in units)


def scopes_for(key: NameKey, divisions_of_meaning: Iterable[str]) -> list[str]:
    """The scopes to look in: its own, its synonyms', and names without industry; or all."""
    if not key.industry:
        return [ANY]
    return sorted({key.scope, NO_INDUSTRY, *divisions_of_meaning})


def parts_of(trade_name: str) -> list[str]:
    """The trade name and every shorter one inside it that an existing name could be."""
    longest = min(len(trade_name), LONGEST_PART)
    parts = {
        trade_name[start : start + size]
        for size in range(2, longest + 1)
        for start in range(len(trade_name) - size + 1)
    }
    return sorted(parts | {trade_name})


def sounding_tokens(key: NameKey, city: str, scopes: Iterable[str]) -> list[str]:
    """Tokens of names that sound like the whole or a part of the trade name."""
    said = {
        " ".join(way[start : start + size])
        for way in key.sounds
        for size in range(2, min(len(way), LONGEST_PART) + 1)
        for start in range(len(way) - size + 1)
    }
    return sorted(f"{city}{scope}={one}" for scope in scopes for one in said)


def containing_tokens(key: NameKey, city: str, scopes: Iterable[str]) -> list[list[str]]:
    """For each scope and each way to say it: what a name holds that contains the trade name."""
    written = [f"h{token}" for token in _bigrams(tuple(key.trade_name))]
    spoken = [[f"p{token}" for token in _bigrams(way)] for way in sorted(key.sounds)]
    wanted = [written, *spoken]
    return [
        [f"{city}{scope}{unit}" for unit in units] for scope in scopes for units in wanted if units
    ]
