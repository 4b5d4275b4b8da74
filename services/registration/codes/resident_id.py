"""The resident ID number (公民身份号码, GB 11643): is it one, when was the person born, of age?

The first six digits are those of the registered residence when the number was made, and a number once given
stays valid: the register of the population knows numbers with regions that no table has (321119, 232761).
So an unknown region is a hint, never a fault. The permanent residence of foreigners has numbers of the same
form since 2023 (GA 2102): 9, two digits of the province, three of the country.
Pure: today and the regions are passed in. Never log or return a number that passed through here;
show `kit.crypto.mask_id` of it.
"""

from collections.abc import Container
from datetime import date
from enum import StrEnum

from contracts.values import code_text
from services.registration.codes.rules import CodeKind, Finding, Verdict

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_DIGITS = frozenset("0123456789")

RESIDENCE_PERMIT_REGIONS = frozenset({"810000", "820000", "830000"})
"""Residence permits of people from Hong Kong, Macao and Taiwan: same form, these regions."""

EARLIEST_BIRTH = date(1850, 1, 1)
"""Nobody living was born before; a date below is a typing error."""

FULL_AGE_YEARS = 18
SELF_SUPPORTING_AGE_YEARS = 16


class Capacity(StrEnum):
    """What a person of some age may do in business (民法典 arts. 17-20)."""

    FULL = "full"
    BY_HAND = "by_hand"  # 16 and 17: full if living on own labour, which only a person can judge
    NOT_YET = "not_yet"


def resident_id_check(first17: str) -> str:
    """Position 18 for 17 digits."""
    total = sum(int(c) * w for c, w in zip(first17, WEIGHTS, strict=True))
    return _CHECKS[total % 11]


def check_resident_id(
    text: str, *, regions: Container[str], today: date, of_age_on: date | None = None
) -> Verdict:
    """Judge all 18 positions; with `of_age_on`, also whether the holder is 18 on that day.

    A holder of 16 or 17 gives `age_by_hand` (an officer decides), a younger one `under_age`;
    both point at the date of birth. `today` only serves to refuse births in the future.
    """
    code = code_text(text)
    kind = CodeKind.RESIDENT_ID
    if len(code) != 18:
        values = {"length": str(len(code)), "expected": "18"}
        return Verdict(kind, code, (Finding("code_length", 1, max(len(code), 1), values),))
    findings = [
        Finding("resident_id_character", i, i)
        for i, c in enumerate(code, 1)
        if c not in _DIGITS and not (i == 18 and c == "X")
    ]
    if findings:
        return Verdict(kind, code, tuple(findings))
    if not _region_known(code, regions):
        findings.append(Finding("region_unknown", 1, 6, {"region": code[:6]}, hint=True))
    findings += _birth_findings(code, today, of_age_on)
    if code[14:17] == "000":
        findings.append(Finding("resident_id_sequence", 15, 17))
    if code[17] != resident_id_check(code[:17]):
        findings.append(Finding("resident_id_check", 18, 18))
    return Verdict(kind, code, tuple(findings))


def _region_known(code: str, regions: Container[str]) -> bool:
    permanent = code[0] == "9" and f"{code[1:3]}0000" in regions
    return permanent or code[:6] in RESIDENCE_PERMIT_REGIONS or code[:6] in regions


def _birth_findings(code: str, today: date, of_age_on: date | None) -> list[Finding]:
    born_on = birth_date(code)
    if born_on is None or born_on < EARLIEST_BIRTH:
        return [Finding("birth_date_unreal", 7, 14)]
    if born_on > today:
        return [Finding("birth_in_future", 7, 14)]
    if of_age_on is None or (capacity := capacity_on(born_on, of_age_on)) is Capacity.FULL:
        return []
    return [Finding("age_by_hand" if capacity is Capacity.BY_HAND else "under_age", 7, 14)]


def birth_date(code: str) -> date | None:
    """The date in positions 7-14 of a normalised number, None when there is no such day."""
    try:
        return date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return None


def age_on(born_on: date, day: date) -> int:
    """Full years (周岁) reached on `day`: from the birthday on, 29 February counts on the 28th."""
    had_birthday = (day.month, day.day) >= (born_on.month, born_on.day)
    if (born_on.month, born_on.day) == (2, 29) and (day.month, day.day) == (2, 28):
        had_birthday = True
    return day.year - born_on.year - (not had_birthday)


def capacity_on(born_on: date, day: date) -> Capacity:
    """Whether a person born on `born_on` may be legal representative or operator on `day`."""
    age = age_on(born_on, day)
    if age >= FULL_AGE_YEARS:
        return Capacity.FULL
    return Capacity.BY_HAND if age >= SELF_SUPPORTING_AGE_YEARS else Capacity.NOT_YET


def is_female(code: str) -> bool:
    """By the sequence's last digit: even is female."""
    return int(code[16]) % 2 == 0


def make_resident_id(region_code: str, born_on: date, sequence: int) -> str:
    """A number for demonstrations. Raises ValueError when a part has not its length in digits."""
    first17 = f"{region_code}{born_on:%Y%m%d}{sequence:03d}"
    if len(first17) != 17 or any(c not in _DIGITS for c in first17) or sequence < 1:
        raise ValueError("six digits of region and a sequence from 1 to 999 are needed")
    return first17 + resident_id_check(first17)
