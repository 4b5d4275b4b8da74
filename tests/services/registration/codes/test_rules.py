"""Business codes: every vector by hand, every position by mutation, generators by property."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc as stdnum_uscc
from stdnum.iso7064 import mod_11_10

from kit.regions.table import known_codes
from services.registration.codes import rules

REGIONS = known_codes()

REAL_USCC = [
    "914403001922038216",
    "91330100799655058B",
    "9144030071526726XG",
    "91110000802100433B",
    "91320000796544598E",
    "12100000400000624D",
    "91320411MADHPW667C",
    # authorities of development zones, whose codes are not in GB/T 2260
    "91110302562134916R",
    "911103027404017237",
    "91320191062611800K",
    "91320594688334374M",
    "91610131668680296Q",
    # 440101: the 市辖区 code of Guangzhou, in real use
    "91440101331331509F",
]
DEMO_USCC = [
    "91980101XY00000123",
    "92980102XY00000209",
    "93980201XY00000A6P",
    "91980101XY000008XX",
    "91980101XY0000020X",
]
LEGACY = [
    "440301103097413",
    "440301103448669",
    "110108002734659",
    "330100400013364",
    "110108012660422",
    "980101100000012",
    "980101600000016",
]
BODIES = st.text(rules.ALPHABET, min_size=8, max_size=8)
PAIRS = st.sampled_from([(d, c) for d, cs in rules.DEPARTMENTS.items() for c in cs])
CODES = st.builds(
    lambda pair, region, body: rules.make_uscc(
        department=pair[0], category=pair[1], region_code=region, body=body
    ),
    PAIRS,
    st.sampled_from(sorted(REGIONS)),
    BODIES,
)


def reasons(text: str) -> list[tuple[str, int, int]]:
    verdict = rules.check_uscc(text, regions=REGIONS)
    return [(f.code, f.first, f.last) for f in verdict.findings]


@pytest.mark.parametrize("code", REAL_USCC + DEMO_USCC)
def test_a_true_uscc_is_accepted(code: str) -> None:
    assert reasons(code) == []


def test_the_worked_examples_of_both_check_characters() -> None:
    assert rules.uscc_check("91440300192203821") == "6"
    assert rules.org_code_check("MADHPW66") == "7"
    assert rules.org_code_check("XY000008") == "X"
    assert rules.org_code_check("XY000002") == "0"


def test_a_wrong_org_code_check_is_named_though_the_last_check_fits() -> None:
    assert reasons("91980101XY00000136") == [("org_code_check", 17, 17)]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("", [("code_length", 1, 1)]),
        ("9198010", [("code_length", 1, 7)]),
        ("91980101XY000001234", [("code_length", 1, 19)]),
        ("B1980101XY00000123", [("department_unknown", 1, 1), ("uscc_check", 18, 18)]),
        ("95980101XY00000123", [("category_unknown", 2, 2), ("uscc_check", 18, 18)]),
        ("91990101XY00000123", [("region_unknown", 3, 8), ("uscc_check", 18, 18)]),
        ("919801O1XY00000123", [("uscc_character", 7, 7)]),
        ("91980A01XY00000123", [("uscc_character", 6, 6)]),
        ("91980101XI00000123", [("uscc_character", 10, 10)]),
        ("91980101XY0000012Z", [("uscc_character", 18, 18)]),
        ("91980101XY00000124", [("uscc_check", 18, 18)]),
        ("91980101XY0000012٣", [("uscc_character", 18, 18)]),  # an Arabic-Indic three
    ],
)
def test_each_wrong_position_is_named(code: str, expected: list[tuple[str, int, int]]) -> None:
    assert reasons(code) == expected


def test_several_independent_faults_are_all_reported() -> None:
    assert reasons("B1990101XY00000136") == [
        ("department_unknown", 1, 1),
        ("region_unknown", 3, 8),
        ("org_code_check", 17, 17),
        ("uscc_check", 18, 18),
    ]


def test_typing_habits_are_forgiven() -> None:
    for text in (
        "91980101-xy000001-23",
        " 9198 0101 xy00 0001 23 ",
        "９１９８０１０１ＸＹ０００００１２３",
    ):
        assert reasons(text) == []


@given(CODES)
def test_every_generated_uscc_is_accepted(code: str) -> None:
    assert rules.check_uscc(code, regions=REGIONS).valid
    assert rules.check_org_code(code[8:17]).valid


@given(CODES, st.integers(0, 17), st.sampled_from(rules.ALPHABET))
def test_every_single_substitution_is_caught(code: str, place: int, other: str) -> None:
    changed = code[:place] + other + code[place + 1 :]
    assert rules.check_uscc(changed, regions=REGIONS).valid == (changed == code)


@given(st.text(max_size=40))
def test_no_text_whatever_breaks_the_checks(text: str) -> None:
    for check in (rules.check_uscc, rules.check_legacy_reg_no):
        assert check(text, regions=REGIONS).findings or len(rules.normalize(text)) in (15, 18)
    rules.check_org_code(text)


@given(CODES)
def test_stdnum_agrees_on_the_last_check_character(code: str) -> None:
    assert stdnum_uscc.calc_check_digit(code[:17]) == code[17]


@pytest.mark.parametrize(
    ("text", "valid"),
    [("MADHPW667", True), ("XY000001-2", True), ("192203821", True), ("XY000001-3", False)],
)
def test_org_codes_stand_alone_with_or_without_hyphen(text: str, valid: bool) -> None:
    assert rules.check_org_code(text).valid is valid


def test_an_old_org_code_may_use_letters_that_the_uscc_excludes() -> None:
    body = "IOSVZ000"
    assert rules.check_org_code(body + rules.org_code_check(body)).valid


@pytest.mark.parametrize("code", LEGACY)
def test_a_true_legacy_number_is_accepted(code: str) -> None:
    assert rules.check_legacy_reg_no(code, regions=REGIONS).findings == ()
    assert mod_11_10.is_valid(code)


def test_a_legacy_number_names_its_faults() -> None:
    def codes(text: str) -> list[str]:
        return [f.code for f in rules.check_legacy_reg_no(text, regions=REGIONS).findings]

    assert codes("980101100000013") == ["legacy_check"]
    assert codes("990101100000012") == ["region_unknown", "legacy_check"]
    assert codes("98010110000001X") == ["legacy_character"]
    assert codes("98010110000001") == ["code_length"]


@given(st.sampled_from(sorted(REGIONS)), st.integers(0, 99_999_999))
def test_generated_legacy_numbers_are_accepted_here_and_by_stdnum(region: str, n: int) -> None:
    code = rules.make_legacy_reg_no(region, n)
    assert rules.check_legacy_reg_no(code, regions=REGIONS).valid
    assert mod_11_10.is_valid(code)


def test_the_seventh_digit_tells_who_an_old_number_was_given_to() -> None:
    assert rules.legacy_subject("980101100000012") == "domestic"
    assert rules.legacy_subject("330100400013364") == "foreign"
    assert rules.legacy_subject("980101600000016") == "sole_trader"


@given(st.integers(0, 31**6 - 2))
def test_sequences_give_distinct_growing_bodies(sequence: int) -> None:
    first = rules.org_code_body("XY", sequence)
    second = rules.org_code_body("XY", sequence + 1)
    assert rules.body_value(second) == rules.body_value(first) + 1


def test_a_sequence_that_does_not_fit_is_refused() -> None:
    assert rules.org_code_body("XY", 31**6 - 1) == "XYYYYYYY"
    for prefix, sequence in (("XY", 31**6), ("XY", -1), ("XO", 1), ("12345678", 0)):
        with pytest.raises(ValueError):
            rules.org_code_body(prefix, sequence)


def test_make_uscc_refuses_parts_that_the_standard_does_not_know() -> None:
    good = {"department": "9", "category": "1", "region_code": "980101", "body": "XY000001"}
    for part, wrong in (
        ("department", "B"),
        ("category", "7"),
        ("region_code", "98010"),
        ("region_code", "98010A"),
        ("body", "XY00000I"),
        ("body", "XY00000"),
        ("body", "XY0000001"),
    ):
        with pytest.raises(ValueError):
            rules.make_uscc(**good | {part: wrong})


def test_make_legacy_reg_no_refuses_regions_and_sequences_that_do_not_fit() -> None:
    for region, sequence in (("98010", 1), ("98010A", 1), ("980101", 100_000_000)):
        with pytest.raises(ValueError):
            rules.make_legacy_reg_no(region, sequence)


def test_a_wrong_length_says_what_it_is_and_what_it_should_be() -> None:
    for verdict, expected in (
        (rules.check_uscc("9198", regions=REGIONS), "18"),
        (rules.check_org_code("9198"), "9"),
        (rules.check_legacy_reg_no("9198", regions=REGIONS), "15"),
    ):
        (finding,) = verdict.findings
        assert (finding.first, finding.last) == (1, 4)
        assert finding.values == {"length": "4", "expected": expected}


def test_places_of_the_other_codes_are_named_too() -> None:
    (org,) = rules.check_org_code("XY00000Ö2").findings
    assert (org.code, org.first, org.last) == ("org_code_character", 8, 8)
    (check,) = rules.check_org_code("XY0000013").findings
    assert (check.first, check.last, check.values["expected"]) == (9, 9, "2")
    legacy = rules.check_legacy_reg_no("990101100000012", regions=REGIONS).findings
    assert [(f.first, f.last) for f in legacy] == [(1, 6), (15, 15)]
