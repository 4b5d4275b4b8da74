"""May this name be used? Every rule of 企业名称登记管理规定 (国务院令第734号) that a machine can ask.

    verdict = judge(parse("青屿星河科技有限公司"), asked, existing, on=date(2026, 11, 21))

Pure: existing names and the day are passed in. Must not know how a name is stored or who asks; what
the law leaves to a human (deception, custom) is only pointed at by word lists.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from services.registration.names import reasons as say
from services.registration.names.comparison import (
    IDENTICAL,
    ExistingName,
    FormerKind,
    Likeness,
    NameState,
    SameIndustry,
    compare,
    key_of,
)
from services.registration.names.forms import EntityKind
from services.registration.names.industries import Lexicon, load_lexicon
from services.registration.names.normalising import is_han, standard_characters
from services.registration.names.parsing import LEAST_TRADE_NAME, ParsedName
from services.registration.names.regions import RegionTable, load_regions
from services.registration.names.rule_words import load_finder, rule_word_reasons
from services.registration.names.verdicts import (
    HIGHER,
    Conflict,
    Level,
    Reason,
    Verdict,
    verdict_of,
)
from services.registration.names.well_known import well_known_reasons

OTHER_MEANINGS = Path(__file__).parent / "data" / "region_words_other_meaning.csv"
LONGEST_NAME = 100
# marks that may stand in a name besides characters, but not in its trade name
ALLOWED_MARKS = frozenset("（）")
NATIONAL_QUALIFIER = "中国"
MAY_LACK_REGION = frozenset({EntityKind.INDIVIDUAL_BUSINESS})
MAY_LACK_INDUSTRY = frozenset({EntityKind.INDIVIDUAL_BUSINESS})


class TieKind(StrEnum):
    """What joins the applicant to the holder of an existing name (art. 17)."""

    INVESTMENT = "investment"
    TRANSFER = "transfer"


# which ties open which state of an existing name (art. 17 items 1, 2, 3)
OPENED_BY: dict[FormerKind | None, frozenset[TieKind]] = {
    None: frozenset({TieKind.INVESTMENT}),
    FormerKind.DEREGISTERED: frozenset(TieKind),
    FormerKind.RENAMED: frozenset(TieKind),
    FormerKind.REVOKED: frozenset({TieKind.INVESTMENT}),
}


@dataclass(frozen=True)
class Asked:
    """What the applicant says beside the name.

    `seat`: GB/T 2260 code of the county of the seat. `kind`: None when only checking. `ties`: id of
    an existing name → tie. `other_meaning`: why a region or industry word as trade name means
    something else. `foreign_controlled`: entitles to （中国）. `prior_approval`: establishment or scope
    was approved before registration (art. 18). `approval_document`: number of the approval that a
    higher authority gave to this name.
    """

    seat: str
    kind: EntityKind | None = None
    ties: dict[str, TieKind] = field(default_factory=dict)
    other_meaning: str = ""
    foreign_controlled: bool = False
    prior_approval: bool = False
    approval_document: str = ""
    same_industry_by: SameIndustry = SameIndustry.DIVISION


@lru_cache(maxsize=1)
def words_of_other_meaning() -> frozenset[str]:
    """Region names that are also ordinary words (art. 8: 另有含义的除外)."""
    with OTHER_MEANINGS.open(encoding="utf-8", newline="") as lines:
        return frozenset(row["word"] for row in csv.DictReader(lines))


def judge(
    name: ParsedName,
    asked: Asked,
    existing: Iterable[ExistingName] = (),
    *,
    on: date,
    lexicon: Lexicon | None = None,
) -> Verdict:
    """Everything that stands for or against a name on a day."""
    lexicon = lexicon or load_lexicon()
    regions = load_regions(on)
    found: list[Reason] = []
    found += character_reasons(name)
    found += region_reasons(name, asked, regions)
    found += trade_name_reasons(name, asked, regions, lexicon)
    found += industry_reasons(name, asked)
    found += form_reasons(name, asked)
    found += [
        reason
        for reason in rule_word_reasons(name, load_finder(on), approved=asked.prior_approval)
        if not (reason.code == "word_at_head" and name.order != "first")
    ]
    found += well_known_reasons(name, lexicon, on=on)
    if asked.approval_document:
        found = [_as_approved(reason, asked.approval_document) for reason in found]
    return with_conflicts(verdict_of(found), name, asked, existing, on=on)


def _as_approved(reason: Reason, document: str) -> Reason:
    """What a higher authority approved is only checked when registering (arts. 6, 12)."""
    higher = reason.authority in HIGHER and reason.level is Level.APPROVAL
    return say.approved_elsewhere(reason, document) if higher else reason


def with_conflicts(
    verdict: Verdict,
    name: ParsedName,
    asked: Asked,
    existing: Iterable[ExistingName],
    *,
    on: date,
) -> Verdict:
    """A verdict on the name itself, and what existing names add to it."""
    return verdict_of([*verdict.reasons, *conflict_reasons(name, asked, existing, on=on)])


def character_reasons(name: ParsedName) -> list[Reason]:
    """Standard Han characters only (art. 5), and not too many."""
    found = []
    if not name.written or len(name.written) > LONGEST_NAME:
        found.append(say.name_length(LONGEST_NAME))
    strange = [c for c in name.written if is_han(c) and c not in standard_characters()]
    if strange:
        found.append(say.characters_not_standard(strange))
    foreign = [c for c in name.written if not is_han(c) and c not in ALLOWED_MARKS]
    foreign += [c for c in name.trade_name if c in ALLOWED_MARKS]
    if foreign:
        found.append(say.characters_not_han(foreign))
    return found


def region_reasons(name: ParsedName, asked: Asked, regions: RegionTable) -> list[Reason]:
    """The region is the seat's own or one above it (art. 7)."""
    if name.national:
        if name.order == "bracket" and name.national == NATIONAL_QUALIFIER:
            return [] if asked.foreign_controlled else [say.china_in_brackets()]
        return []  # at the head: the table of rule words has it (art. 12)
    if name.branch:
        return []
    if not name.region_code:
        optional = name.form.kinds and name.form.kinds <= MAY_LACK_REGION
        return [] if optional or asked.kind in MAY_LACK_REGION else [say.region_missing()]
    if name.district_alone:
        return [say.district_without_city(name.region)]
    region = regions.by_code.get(name.region_code)
    if region is None:
        return [say.region_ended(name.region)]
    prefix = region.code[:2] if region.level == "province" else region.code.removesuffix("00")
    return [] if asked.seat.startswith(prefix) else [say.region_elsewhere(region.full_name)]


def trade_name_reasons(
    name: ParsedName, asked: Asked, regions: RegionTable, lexicon: Lexicon
) -> list[Reason]:
    """Two or more characters, no region, no industry word unless of other meaning (art. 8)."""
    trade = name.trade_name
    if name.branch or (name.national and not trade):
        return []
    if not trade:
        word = _first_word(name.phrase.text, lexicon)
        if word:
            return [say.trade_name_is_industry(word, explained=False)]
        return [say.trade_name_missing()]
    if sum(map(is_han, trade)) < LEAST_TRADE_NAME:
        return [say.trade_name_too_short(LEAST_TRADE_NAME)]
    explained = bool(asked.other_meaning) or trade in words_of_other_meaning()
    if regions.is_region_word(trade):
        return [say.trade_name_is_region(trade, explained=explained)]
    if trade in lexicon:
        return [say.trade_name_is_industry(trade, explained=bool(asked.other_meaning))]
    return []


def _first_word(industry: str, lexicon: Lexicon) -> str:
    """The industry word that stands where the trade name should, when more industry follows."""
    cuts = lexicon.cuts(industry)
    return next((industry[:cut] for cut in cuts if cut and industry[:cut] in lexicon), "")


def industry_reasons(name: ParsedName, asked: Asked) -> list[Reason]:
    """An industry must be said (art. 6), in words of the classification or of usage (art. 9)."""
    if name.branch or asked.kind in MAY_LACK_INDUSTRY:
        return []
    if not name.phrase.text:
        new = next((w for w in _new_words() if w in name.trade_name), "")
        if new:
            return [say.new_industry_word(new)]
        small = name.form.kinds & MAY_LACK_INDUSTRY
        return [] if small and asked.kind is None else [say.industry_missing()]
    return [] if name.phrase.words else [say.industry_unknown(name.phrase.text)]


@lru_cache(maxsize=1)
def _new_words() -> tuple[str, ...]:
    known = load_lexicon()
    return tuple(w for w in load_lexicon(incubatee=True).words if w not in known)


def form_reasons(name: ParsedName, asked: Asked) -> list[Reason]:
    """The ending must be a form, and one that this kind of entity may use (arts. 10, 13, 14)."""
    if name.branch:
        right = asked.kind in {None, EntityKind.BRANCH}
        return [] if right else [say.form_of_another_kind(name.branch)]
    if not name.form.text:
        return [say.form_missing()]
    if asked.kind is EntityKind.BRANCH:
        return [say.branch_without_parent()]
    if not name.form.kinds:
        return [say.form_unclear(name.form.text)]
    if asked.kind and asked.kind not in name.form.kinds:
        return [say.form_of_another_kind(name.form.text)]
    if EntityKind.OTHER_ENTERPRISE in name.form.kinds:
        return [say.form_unclear(name.form.text)]
    return []


def conflict_reasons(
    name: ParsedName, asked: Asked, existing: Iterable[ExistingName], *, on: date
) -> list[Reason]:
    """What art. 17 and the comparison rules say of the existing names."""
    key = key_of(name)
    found: list[Reason] = []
    for other in existing:
        if not other.counts_on(on):
            continue
        likeness = compare(key, other.key, by=asked.same_industry_by)
        if likeness is None:
            continue
        conflict = Conflict(existing=other, likeness=likeness)
        if likeness in IDENTICAL:
            found.append(_identical(conflict, asked))
        elif other.state is not NameState.FORMER:
            found.append(say.similar(conflict))
    return found


def _identical(conflict: Conflict, asked: Asked) -> Reason:
    """相同 blocks, unless a tie opens it; the whole name is never given twice."""
    other = conflict.existing
    tie = asked.ties.get(other.id)
    whole = conflict.likeness is Likeness.WHOLE_NAME and other.state is not NameState.FORMER
    if tie and not whole and tie in OPENED_BY[other.former_kind]:
        return say.identical_but_tied(conflict, tie)
    return say.identical(conflict)
