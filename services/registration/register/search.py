"""How names are found: tokens for a GIN index, and how a query is understood.

A name is cut into single characters, pairs of characters padded at both ends (^a, ab, b$), and trigrams
of its pinyin and of its initials, all readings of polyphones included; region, industry, kind and
state are tokens too, so that a filtered search is one look into one index. Pure. Candidates are always
checked against the whole text afterwards: a token match alone is no match.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from services.registration.names.normalising import compact, readings

READINGS = 6
_LATIN = re.compile(r"[a-z' ]+")
_CODE = re.compile(r"[0-9A-HJ-NP-RTUWXY]{8,18}")


@dataclass(frozen=True)
class NameKeys:
    """What is stored of a name for search. `pinyin` and `initials` hold readings joined by `|`."""

    compact: str
    pinyin: str
    initials: str
    tokens: tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """How a query is read: `tokens` that must all be there, and what the text must contain.

    `either` holds the two ways to read Latin letters (pinyin, initials).
    """

    code_prefix: str | None = None
    contains: str | None = None
    tokens: tuple[str, ...] = ()
    letters: str | None = None
    pinyin_tokens: tuple[str, ...] = ()
    initial_tokens: tuple[str, ...] = ()
    filters: tuple[str, ...] = field(default_factory=tuple)


def _grams(text: str, size: int) -> Iterable[str]:
    return (text[i : i + size] for i in range(len(text) - size + 1))


def _pairs(text: str) -> Iterable[str]:
    return _grams(text, 2)


def filter_tokens(
    *, region_code: str, industry_code: str, entity_kind: str, state: str
) -> tuple[str, ...]:
    """Region at every level, industry by division and by whole code, kind and state."""
    regions = {f"r:{region_code[:n]}" for n in (2, 4, 6)}
    industries = {f"g:{industry_code[:2]}", f"g:{industry_code}"}
    return (*sorted(regions | industries), f"k:{entity_kind}", f"s:{state}")


def name_keys(name: str) -> NameKeys:
    """The search keys of a name (without filters)."""
    plain = compact(name)
    ways = readings(plain)[:READINGS]
    pinyin = sorted({"".join(way) for way in ways})
    initials = sorted({"".join(s[:1] for s in way) for way in ways})
    tokens = {f"u:{c}" for c in plain} | {f"b:{p}" for p in _pairs(f"^{plain}$")}
    tokens |= {f"p:{g}" for text in pinyin for g in _grams(text, 3)}
    tokens |= {f"i:{g}" for text in initials for size in (2, 3) for g in _grams(text, size)}
    return NameKeys(plain, "|".join(pinyin), "|".join(initials), tuple(sorted(tokens)))


def understand(text: str) -> Query | None:
    """How a typed text is searched; None where it is too short to say anything (one letter).

    A run of 8 to 18 code characters with a digit is a code; Latin letters are pinyin or initials;
    everything else is a fragment of the name.
    """
    plain = compact(text)
    if not plain:
        return None
    upper = plain.upper()
    if _CODE.fullmatch(upper) and any(c.isdigit() for c in upper):
        return Query(code_prefix=upper)
    if _LATIN.fullmatch(plain.lower()):
        return _letters("".join(c for c in plain.lower() if c.isalpha()))
    if len(plain) == 1:
        return Query(contains=plain, tokens=(f"u:{plain}",))
    return Query(contains=plain, tokens=tuple(sorted({f"b:{p}" for p in _pairs(plain)})))


def _letters(letters: str) -> Query | None:
    if len(letters) < 2:
        return None
    size = 2 if len(letters) == 2 else 3
    return Query(
        letters=letters,
        pinyin_tokens=tuple(sorted({f"p:{g}" for g in _grams(letters, 3)})),
        initial_tokens=tuple(sorted({f"i:{g}" for g in _grams(letters, size)})),
    )
