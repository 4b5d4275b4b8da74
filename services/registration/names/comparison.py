"""Compare a proposed name with one that exists: identical, similar, or neither.

The rules are 名称规定 art. 17 and 企业名称相同相近比对规则 (工商企注字〔2017〕133号). Pure. Must not
decide what follows (rules.py) nor rank by likeness: a likeness has a reason or is none.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property

from services.registration.names.normalising import readings
from services.registration.names.parsing import ParsedName

NO_INDUSTRY = "-"


class SameIndustry(StrEnum):
    """When two names count as 同行业 under art. 17 (a parameter of the authority)."""

    DIVISION = "division"  # the same GB/T 4754 大类: the default
    WORDING = "wording"  # only the same words


class NameState(StrEnum):
    """Where an existing name stands in its life."""

    RESERVED = "reserved"
    REGISTERED = "registered"
    FORMER = "former"


class FormerKind(StrEnum):
    """Why a former name is one; the three have different exceptions in art. 17."""

    DEREGISTERED = "deregistered"
    RENAMED = "renamed"
    REVOKED = "revoked"


class Likeness(StrEnum):
    """How two names are alike, strongest first. The first five are 相同, the rest 相近."""

    WHOLE_NAME = "whole_name"
    OTHER_ORDER = "same_words_in_other_order"
    SAME_TRADE_NAME_AND_INDUSTRY = "same_trade_name_and_industry"
    SAME_TRADE_NAME_SAME_DIVISION = "same_trade_name_same_division"
    SAME_TRADE_NAME_NO_INDUSTRY = "same_trade_name_without_industry"
    SAME_TRADE_NAME_SAME_MEANING = "same_trade_name_industry_of_same_meaning"
    SAME_SOUND = "same_sound"
    CONTAINS = "contains_trade_name"
    CONTAINED = "contained_in_trade_name"
    CONTAINS_SOUND = "contains_same_sound"
    CONTAINED_SOUND = "contained_in_same_sound"


IDENTICAL = frozenset(
    {
        Likeness.WHOLE_NAME,
        Likeness.OTHER_ORDER,
        Likeness.SAME_TRADE_NAME_AND_INDUSTRY,
        Likeness.SAME_TRADE_NAME_SAME_DIVISION,
        Likeness.SAME_TRADE_NAME_NO_INDUSTRY,
    }
)


@dataclass(frozen=True)
class NameKey:
    """What of a name takes part in comparisons. `division` is empty where no industry is said."""

    written: str
    region: str
    trade_name: str
    industry: str
    form: str
    division: str
    meanings: frozenset[str]
    industry_words: tuple[str, ...]

    @property
    def whole(self) -> tuple[str, ...]:
        """The same for every order of the same parts."""
        return tuple(sorted((self.region, self.trade_name, *self.industry_words, self.form)))

    @property
    def scope(self) -> str:
        """The industry as claims and search tokens carry it."""
        return self.division or (self.industry or NO_INDUSTRY)

    @cached_property
    def sounds(self) -> frozenset[tuple[str, ...]]:
        """Every toneless way to say the trade name."""
        return frozenset(readings(self.trade_name))


def key_of(parsed: ParsedName) -> NameKey:
    """The comparable part of a parsed name."""
    return NameKey(
        written=parsed.written,
        region=parsed.region,
        trade_name=parsed.trade_name,
        industry=parsed.phrase.text,
        form=parsed.form.text,
        division=parsed.phrase.division,
        meanings=parsed.phrase.meanings,
        industry_words=parsed.phrase.key,
    )


@dataclass(frozen=True)
class ExistingName:
    """A name that was found in the index. `reference`: reservation or USCC, public either way.

    `blocked_until`: last day on which a former name still blocks (art. 17 items 2 and 3).
    """

    id: str
    reference: str
    key: NameKey
    state: NameState
    former_kind: FormerKind | None = None
    blocked_until: date | None = None

    def counts_on(self, day: date) -> bool:
        """Whether the name stands in anyone's way on that day."""
        if self.state is not NameState.FORMER:
            return True
        return self.blocked_until is not None and day <= self.blocked_until


def same_industry(a: NameKey, b: NameKey, *, by: SameIndustry = SameIndustry.DIVISION) -> bool:
    """同行业; a name that says no industry meets every industry (art. 17; 比对规则)."""
    if not a.industry or not b.industry:
        return True
    if a.industry_words == b.industry_words:
        return True
    return by is SameIndustry.DIVISION and bool(a.division) and a.division == b.division


def same_meaning(a: NameKey, b: NameKey) -> bool:
    """行业表述不同但含义相同: the words share a group of synonyms (地产, 房地产, 置业)."""
    return not a.meanings.isdisjoint(b.meanings)


def compare(
    proposed: NameKey, existing: NameKey, *, by: SameIndustry = SameIndustry.DIVISION
) -> Likeness | None:
    """The strongest likeness of two names of one authority, or None."""
    if proposed.written == existing.written:
        return Likeness.WHOLE_NAME
    if proposed.whole == existing.whole:
        return Likeness.OTHER_ORDER
    if not proposed.trade_name or not existing.trade_name:
        return _without_trade_name(proposed, existing)
    if proposed.trade_name == existing.trade_name:
        return _same_trade_name(proposed, existing, by=by)
    if not (same_industry(proposed, existing, by=by) or same_meaning(proposed, existing)):
        return None
    return _alike(proposed, existing)


def _without_trade_name(proposed: NameKey, existing: NameKey) -> Likeness | None:
    """Without a trade name the industry is all there is: equal only with equal industry."""
    same = proposed.trade_name == existing.trade_name
    if same and proposed.industry_words == existing.industry_words:
        return Likeness.SAME_TRADE_NAME_AND_INDUSTRY
    return None


def _same_trade_name(proposed: NameKey, existing: NameKey, *, by: SameIndustry) -> Likeness | None:
    if not proposed.industry or not existing.industry:
        both = not proposed.industry and not existing.industry
        return (
            Likeness.SAME_TRADE_NAME_AND_INDUSTRY if both else Likeness.SAME_TRADE_NAME_NO_INDUSTRY
        )
    if proposed.industry_words == existing.industry_words:
        return Likeness.SAME_TRADE_NAME_AND_INDUSTRY
    if same_industry(proposed, existing, by=by):
        return Likeness.SAME_TRADE_NAME_SAME_DIVISION
    if same_meaning(proposed, existing):
        return Likeness.SAME_TRADE_NAME_SAME_MEANING
    return None


def _alike(proposed: NameKey, existing: NameKey) -> Likeness | None:
    """Sound and containment, once the industries meet."""
    if not proposed.sounds.isdisjoint(existing.sounds):
        return Likeness.SAME_SOUND
    if existing.trade_name in proposed.trade_name:
        return Likeness.CONTAINS
    if proposed.trade_name in existing.trade_name:
        return Likeness.CONTAINED
    if _sound_within(existing.sounds, proposed.sounds):
        return Likeness.CONTAINS_SOUND
    if _sound_within(proposed.sounds, existing.sounds):
        return Likeness.CONTAINED_SOUND
    return None


def _sound_within(inner: frozenset[tuple[str, ...]], outer: frozenset[tuple[str, ...]]) -> bool:
    return any(_contiguous(short, long) for short in inner for long in outer)


def _contiguous(short: tuple[str, ...], long: tuple[str, ...]) -> bool:
    size = len(short)
    return any(long[at : at + size] == short for at in range(len(long) - size + 1))
