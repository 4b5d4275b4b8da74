"""Resident ID numbers: form, dates, age on a day; made up from the demo region."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from kit.regions.table import known_codes
from services.registration.codes import resident_id
from services.registration.codes.resident_id import Capacity

REGIONS = known_codes()
TODAY = date(2026, 11, 21)


def codes(text: str, of_age_on: date | None = None) -> list[str]:
    verdict = resident_id.check_resident_id(text, regions=REGIONS, today=TODAY, of_age_on=of_age_on)
    return [f.code for f in verdict.findings]


def test_the_published_vector_is_accepted() -> None:
    assert codes("360426199101010071", TODAY) == []


def test_a_small_x_and_full_width_digits_are_forgiven() -> None:
    number = next(
        n
        for n in (resident_id.make_resident_id("980101", date(1990, 1, 1), s) for s in range(1, 99))
        if n.endswith("X")
    )
    assert codes(number.lower()) == []
    assert codes(number.translate({ord("0") + i: ord("０") + i for i in range(10)})) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ["code_length"]),
        ("36042619910101007", ["code_length"]),
        ("36042619910101007X", ["resident_id_check"]),
        ("3604261991010100A1", ["resident_id_character"]),
        ("X60426199101010071", ["resident_id_character"]),
        ("360426199102300074", ["birth_date_unreal", "resident_id_check"]),
        ("999999199101010071", ["region_unknown", "resident_id_check"]),
    ],
)
def test_each_fault_has_its_code(text: str, expected: list[str]) -> None:
    assert codes(text) == expected


def test_a_birth_in_the_future_is_refused() -> None:
    assert codes(resident_id.make_resident_id("980101", date(2027, 1, 1), 1)) == ["birth_in_future"]


def test_nobody_alive_was_born_in_1700() -> None:
    assert codes(resident_id.make_resident_id("980101", date(1700, 1, 1), 1)) == [
        "birth_date_unreal"
    ]


def test_sequence_zero_does_not_exist() -> None:
    first17 = "98010119900101000"
    number = first17 + resident_id.resident_id_check(first17)
    assert codes(number) == ["resident_id_sequence"]


@pytest.mark.parametrize(
    ("born_on", "expected"),
    [
        (date(2008, 11, 21), []),
        (date(2008, 11, 22), ["age_by_hand"]),
        (date(2010, 11, 21), ["age_by_hand"]),
        (date(2010, 11, 22), ["under_age"]),
    ],
)
def test_age_is_judged_on_the_given_day(born_on: date, expected: list[str]) -> None:
    number = resident_id.make_resident_id("980101", born_on, 8)
    assert codes(number) == []
    assert codes(number, TODAY) == expected


def test_a_leap_day_child_comes_of_age_on_28_february() -> None:
    born_on = date(2008, 2, 29)
    assert resident_id.capacity_on(born_on, date(2026, 2, 27)) is Capacity.BY_HAND
    assert resident_id.capacity_on(born_on, date(2026, 2, 28)) is Capacity.FULL


def test_even_sequences_are_women() -> None:
    assert resident_id.is_female(resident_id.make_resident_id("980101", date(1990, 1, 1), 2))
    assert not resident_id.is_female(resident_id.make_resident_id("980101", date(1990, 1, 1), 3))


@given(
    st.sampled_from(sorted(REGIONS)),
    st.dates(date(1900, 1, 1), TODAY),
    st.integers(1, 999),
)
def test_generated_numbers_are_accepted_and_stdnum_agrees_on_the_check(
    region: str, born_on: date, sequence: int
) -> None:
    number = resident_id.make_resident_id(region, born_on, sequence)
    assert codes(number) == []
    assert ric.calc_check_digit(number) == number[17]
    assert resident_id.birth_date(number) == born_on


@given(st.text(max_size=30))
def test_no_text_whatever_breaks_the_check(text: str) -> None:
    codes(text, TODAY)


def test_bad_parts_are_refused_by_the_generator() -> None:
    for region, sequence in (("98010", 1), ("980101", 0), ("980101", 1000)):
        with pytest.raises(ValueError):
            resident_id.make_resident_id(region, date(1990, 1, 1), sequence)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3604", [(1, 4)]),
        ("36042619910101007X", [(18, 18)]),
        ("3604261991010100A1", [(17, 17)]),
        ("999999199102300072", [(1, 6), (7, 14), (18, 18)]),
        (resident_id.make_resident_id("980101", date(2027, 1, 1), 1), [(7, 14)]),
        (resident_id.make_resident_id("980101", date(2010, 1, 1), 1), [(7, 14)]),
        (resident_id.make_resident_id("980101", date(2015, 1, 1), 1), [(7, 14)]),
        ("980101199001010009", [(15, 17)]),
    ],
)
def test_each_fault_has_its_place(text: str, expected: list[tuple[int, int]]) -> None:
    verdict = resident_id.check_resident_id(text, regions=REGIONS, today=TODAY, of_age_on=TODAY)
    assert [(f.first, f.last) for f in verdict.findings] == expected


def test_the_earliest_birth_that_is_believed_is_1850() -> None:
    for born_on, valid in ((date(1849, 12, 31), False), (date(1850, 1, 1), True)):
        assert (codes(resident_id.make_resident_id("980101", born_on, 1)) == []) is valid


def test_a_birth_today_is_not_in_the_future() -> None:
    assert codes(resident_id.make_resident_id("980101", TODAY, 1)) == []
