"""What an enterprise is entitled to, as pure rules over dated criteria."""

from dataclasses import replace
from datetime import date

import pytest

from services.finance.products.eligibility.rules import (
    CRITERIA,
    Figures,
    Profile,
    answer_of,
    findings_of,
    judge_profile,
    whole_months,
)

WAN_FEN = 1_000_000
TODAY = date(2027, 3, 1)
BEFORE_2021 = date(2020, 12, 31)
FIGURES = Figures(
    revenue_fen=800 * WAN_FEN,
    staff=20,
    assets_fen=500 * WAN_FEN,
    tech_staff=8,
    sme_score=72,
    own_ip=3,
    patents=1,
    titles=frozenset(),
    good_standing=True,
)
SOUND = Profile(established_on=date(2020, 3, 1), in_library=True, figures=FIGURES)


def answers(name: str, profile: Profile, *, on: date = TODAY) -> dict[str, bool | None]:
    return {v.criterion.key: v.ok for v in judge_profile(name, profile, on=on).verdicts}


@pytest.mark.parametrize(
    ("revenue_wan", "a", "b"),
    [(4999, True, False), (5000, False, True), (39_999, False, True), (40_000, False, False)],
)
def test_the_two_classes_of_borrowers_meet_at_fifty_million(
    revenue_wan: int, *, a: bool, b: bool
) -> None:
    profile = replace(SOUND, figures=replace(FIGURES, revenue_fen=revenue_wan * WAN_FEN))
    assert answer_of(judge_profile("kedai-share-a", profile, on=TODAY)) is a
    assert answer_of(judge_profile("kedai-share-b", profile, on=TODAY)) is b


def test_a_graduate_counts_as_in_the_library_since_2021_only() -> None:
    graduate = replace(SOUND, in_library=False, graduated=True)
    assert answers("kedai-share-a", graduate)["library_or_graduate"] is True
    assert answers("kedai-share-a", graduate, on=BEFORE_2021)["in_library"] is False


def test_history_asks_for_intellectual_property_and_today_does_not() -> None:
    without = replace(SOUND, figures=replace(FIGURES, own_ip=0))
    assert answers("kedai-share-a", without, on=BEFORE_2021)["own_ip"] is False
    assert "own_ip" not in answers("kedai-share-a", without)


def test_what_nobody_has_said_cannot_be_told() -> None:
    unknown = Profile(established_on=date(2026, 3, 1), graduated=True)
    judgement = judge_profile("kedai-share-a", unknown, on=TODAY)
    assert answers("kedai-share-a", unknown) == {
        "library_or_graduate": True,
        "revenue": None,
        "staff": None,
    }
    assert answer_of(judgement) is None
    assert [f.code for f in findings_of(judgement, pointer="")] == [
        "revenue_unknown",
        "staff_unknown",
    ]


def test_one_no_outweighs_what_is_unknown() -> None:
    unknown = Profile(established_on=date(2026, 3, 1))
    assert answer_of(judge_profile("kedai-share-a", unknown, on=TODAY)) is False


def test_a_failing_criterion_is_a_finding_with_its_numbers_and_source() -> None:
    big = replace(SOUND, figures=replace(FIGURES, staff=1000))
    (found,) = findings_of(judge_profile("kedai-share-a", big, on=TODAY), pointer="/product_code")
    assert found.code == "staff_unmet"
    assert found.values["threshold"] == "1000"
    assert found.values["legal_basis"].startswith("演示参数")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"sme_score": 59}, False),
        ({"tech_staff": 0}, False),
        ({"staff": 500}, True),
        ({"staff": 501}, False),
        ({"assets_fen": 20_000 * WAN_FEN}, True),
        ({"assets_fen": 20_000 * WAN_FEN + 1}, False),
        ({"sme_score": None}, None),
        ({"sme_score": None, "titles": frozenset({"high_tech"})}, True),
        ({"sme_score": None, "staff": 501}, False),
        ({"own_ip": 0}, False),
    ],
)
def test_who_has_a_ground_to_borrow(changes: dict[str, object], expected: bool | None) -> None:
    profile = replace(SOUND, figures=replace(FIGURES, **changes))  # type: ignore[arg-type]
    assert answers("candidate-enterprise", profile)["borrower_ground"] is expected


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 8, 31), date(2027, 2, 28), 6),
        (date(2026, 8, 31), date(2027, 2, 27), 5),
        (date(2026, 9, 1), date(2027, 3, 1), 6),
        (date(2026, 9, 2), date(2027, 3, 1), 5),
        (date(2027, 3, 2), date(2027, 3, 1), 0),
    ],
)
def test_months_are_whole(first: date, last: date, months: int) -> None:
    assert whole_months(first, last) == months


def test_every_criterion_has_words_a_source_and_a_time() -> None:
    for criterion in (c for group in CRITERIA.values() for c in group):
        assert criterion.zh
        assert criterion.en
        assert criterion.source_document
        assert criterion.valid_to is None or criterion.valid_from <= criterion.valid_to
