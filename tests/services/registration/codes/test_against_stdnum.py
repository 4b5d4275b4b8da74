"""Where python-stdnum 2.2 and this service disagree, and why we are right.

Each row is a proof that runs: the number, what stdnum says, what we say, the reason. A newer
stdnum that mends one of them fails its row, which may then go. Counted over the whole table of
regions in the second half. The list is also printed in docs/codes-and-stdnum.md.
"""

from datetime import date
from typing import Any

import pytest
from stdnum.cn import ric
from stdnum.cn import uscc as stdnum_uscc

from kit.regions.table import known_codes, regions
from services.registration.codes import resident_id, rules

REGIONS = known_codes()
TODAY = date(2026, 11, 21)


def uscc(department: str, category: str, region_code: str, body: str = "XY000001") -> str:
    return rules.make_uscc(
        department=department, category=category, region_code=region_code, body=body
    )


def spoiled(first17: str) -> str:
    """A code whose last check fits whatever stands before it: what stdnum looks at alone."""
    return first17 + rules.uscc_check(first17)


def born(region_code: str, year: int) -> str:
    return resident_id.make_resident_id(region_code, date(year, 1, 1), 7)


def stdnum_says(module: Any, number: str) -> bool | str:
    try:
        return bool(module.is_valid(number))
    except Exception as error:
        return type(error).__name__


SEQUENCE_000 = "11010119900101000" + resident_id.resident_id_check("11010119900101000")
KEY_ERROR = "KeyError"

USCC_ROWS = [
    # (what is wrong with stdnum, number, stdnum, ours)
    ("⑰ is not checked", "91980101XY00000136", True, False),
    ("no category 4 under 9 (①②)", spoiled("94980101XY0000012"), True, False),
    ("no department 0 (①)", spoiled("01980101XY0000012"), True, False),
    ("no region 999999 (③–⑧)", spoiled("91999999XY0000012"), True, False),
    ("no region 000000 (③–⑧)", spoiled("91000000XY0000012"), True, False),
    ("department A, army units, exists", uscc("A", "1", "110101"), False, True),
    ("department N, village co-operatives, exists", uscc("N", "2", "321181"), False, True),
    ("department Y, others, exists", uscc("Y", "1", "320500"), False, True),
]

RIC_ROWS = [
    ("丹阳市 321181: the person was born before 1989", born("321181", 1980), False, True),
    ("京口区 321102: born before 1984", born("321102", 1975), False, True),
    (
        "钱塘区 330114: stdnum raises KeyError instead of answering",
        born("330114", 2000),
        KEY_ERROR,
        True,
    ),
    ("海门区 320614 of 2020: born long before", born("320614", 1985), False, True),
    ("a birth in the future", born("110101", 2030), True, False),
    ("residence permit of Taiwan, 830000", born("830000", 1990), False, True),
    ("residence permit of Hong Kong, 810000", born("810000", 1990), False, True),
    ("sequence 000 is given to nobody", SEQUENCE_000, True, False),
]


@pytest.mark.parametrize(("reason", "number", "theirs", "ours"), USCC_ROWS)
def test_uscc_where_stdnum_is_wrong(reason: str, number: str, theirs: bool, ours: bool) -> None:
    assert stdnum_says(stdnum_uscc, number) is theirs, reason
    assert rules.check_uscc(number, regions=REGIONS).valid is ours, reason


@pytest.mark.parametrize(("reason", "number", "theirs", "ours"), RIC_ROWS)
def test_resident_id_where_stdnum_is_wrong(
    reason: str, number: str, theirs: bool | str, ours: bool
) -> None:
    verdict = resident_id.check_resident_id(number, regions=REGIONS, today=TODAY)
    assert verdict.valid is ours, (reason, verdict.findings)
    assert stdnum_says(ric, number) == theirs, reason


def test_stdnum_refuses_people_born_while_their_county_had_that_very_code() -> None:
    """Beyond dispute: code and birth fit each other in the published snapshots of GB/T 2260."""
    refused: list[str] = []
    broken: list[str] = []
    asked = 0
    for row in regions():
        last = (row.valid_to or TODAY).year - 1
        year = row.valid_from.year + 1
        if row.level != "county" or row.is_demo or year > last:
            continue
        asked += 1
        match stdnum_says(ric, born(row.code, year)):
            case False:
                refused.append(row.code)
            case "KeyError":
                broken.append(row.code)
    assert asked > 6000
    assert len(refused) > 500
    assert len(broken) > 200


def test_our_check_accepts_every_county_of_every_time_at_any_age() -> None:
    for code in {r.code for r in regions() if r.level == "county"}:
        for year in (1940, 1975, 2005):
            verdict = resident_id.check_resident_id(
                born(code, year), regions=REGIONS, today=TODAY, of_age_on=TODAY
            )
            assert verdict.valid, (code, year)
