"""Usernames, passwords, names and ID numbers, without a database."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric

from gateway.identity import rules

TODAY = date(2026, 11, 21)
bodies = st.builds(
    lambda region, born, n: f"{region}{born:%Y%m%d}{n:03d}",
    st.integers(110000, 989999),
    st.dates(date(1900, 1, 1), date(2010, 1, 1)),
    st.integers(0, 999),
)


def complete(body: str) -> str:
    return body + str(ric.calc_check_digit(body + "0"))


@given(bodies)
def test_a_number_with_its_check_character_is_accepted_whatever_the_region(body: str) -> None:
    assert rules.id_number_fault(complete(body), today=TODAY) is None


@given(bodies, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_one_wrong_character_never_passes(body: str, place: int, other: str) -> None:
    number = complete(body)
    changed = number[:place] + other + number[place + 1 :]
    assert changed == number or rules.id_number_fault(changed, today=TODAY) is not None


@given(bodies, st.integers(0, 16))
def test_two_neighbours_swapped_never_pass(body: str, place: int) -> None:
    number = complete(body)
    a, b = number[place], number[place + 1]
    swapped = number[:place] + b + a + number[place + 2 :]
    assert swapped == number or rules.id_number_fault(swapped, today=TODAY) is not None


@pytest.mark.parametrize(
    ("number", "code"),
    [
        ("360426199101010071", None),
        ("36042619910101007", "id_number_shape"),
        ("36042619910101007x", "id_number_shape"),
        ("３60426199101010071", "id_number_shape"),
        ("360426199101010072", "id_number_check"),
        (complete("98010120110101001"), "id_number_too_young"),
        (complete("98010120101121001"), None),  # sixteen today
        (complete("98010120101122001"), "id_number_too_young"),  # sixteen tomorrow
        (complete("98010120270101001"), "id_number_birth_date"),
        (complete("98010119000229001"), "id_number_birth_date"),
    ],
)
def test_id_numbers_are_judged_by_position(number: str, code: str | None) -> None:
    assert rules.id_number_fault(number, today=TODAY) == code


@pytest.mark.parametrize(
    ("given_name", "normal"),
    [
        ("13812345678", "13812345678"),
        ("+86 138-1234-5678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("00010000001", "00010000001"),
        ("Somebody@Example.INVALID", "somebody@example.invalid"),
        ("1381234567", None),
        ("23812345678", None),
        ("no at sign", None),
        ("a@b", None),
        ("a b@example.invalid", None),
        ("x" * 200 + "@example.invalid", None),
        ("", None),
    ],
)
def test_a_username_has_one_spelling(given_name: str, normal: str | None) -> None:
    assert rules.normal_username(given_name) == normal


@given(st.text(max_size=60))
def test_no_text_breaks_the_rules(anything: str) -> None:
    rules.normal_username(anything)
    rules.name_fault(anything)
    rules.sign_up_faults(
        username=anything, password=anything, name=anything, id_number=anything, today=TODAY
    )


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "password_length"),
        ("x" * 129, "password_length"),
        ("1234567890", "password_common"),
        ("aaaaaaaaaaaa", "password_common"),
        ("my13812345678!", "password_personal"),
        ("born19900307ok", "password_personal"),
        ("一个足够长的中文密码吧", None),
        ("correct horse battery", None),
    ],
)
def test_passwords_are_judged_by_length_and_guessability(password: str, code: str | None) -> None:
    fault = rules.password_fault(password, username="13812345678", id_number="980101199003071016")
    assert fault == code


@pytest.mark.parametrize(
    ("name", "good"),
    [
        ("林晓舟", True),
        ("阿卜杜拉·买买提", True),
        ("𬱖燕", True),  # beyond the basic plane
        ("Anne-Marie O'Neil", True),
        ("李", False),
        ("李  四", True),  # the blanks go
        ("李四1", False),
        ("<b>李四</b>", False),
        ("李四\x00", False),
    ],
)
def test_names_of_people_are_letters_of_any_script(name: str, good: bool) -> None:
    assert (rules.name_fault(name) is None) == good


def test_masks_show_little() -> None:
    assert rules.mask_username("13812345678") == "138****5678"
    assert rules.mask_username("somebody@example.invalid") == "s***@example.invalid"


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("cre\u0301er une socie\u0301te\u0301", "créer une société"),
        ("山高\u3000水长", "山高 水长"),
        ("\u1112\u1161\u11ab", "한"),
        ("Ｗｉｄｅ", "Ｗｉｄｅ"),  # width and case are the person's own
    ],
)
def test_a_password_has_one_spelling(typed: str, same: str) -> None:
    assert rules.one_spelling(typed) == same
    assert rules.spellings(same)[0] == same


def test_a_control_character_is_no_part_of_a_password() -> None:
    assert rules.password_fault("long enough\x07 it is", username="a") == "password_characters"
