"""Criteria as dated data, groups of which one is enough, hard regions; panels and sheets. Pure."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.criteria import Value
from services.carriers.recognition import rules
from services.carriers.recognition.parameters import (
    criteria_set,
    number,
    score_weights,
)
from tests.fixtures.callers import Running

KIND = "maker_space_filing"
THEN, NOW = date(2024, 5, 1), date(2026, 11, 22)


def threshold(on: date, key: str, region: str = "980101") -> Decimal | None:
    return next(c.threshold for c in criteria_set(KIND, region, on).criteria if c.key == key)


def test_each_day_has_the_set_of_that_day() -> None:
    assert (threshold(THEN, "new_firms"), threshold(NOW, "new_firms")) == (10, 8)
    old = {c.source_document for c in criteria_set(KIND, "980101", date(2025, 5, 31)).criteria}
    new = {c.source_document for c in criteria_set(KIND, "980101", date(2025, 6, 1)).criteria}
    assert old == {"国科发火〔2017〕120号"}
    assert new == {"工信部科〔2025〕131号（演示）"}
    assert "satisfaction_percent" not in {
        c.key for c in criteria_set(KIND, "980101", THEN).criteria
    }


def test_a_hard_region_is_asked_a_fifth_less_where_that_is_allowed() -> None:
    assert threshold(THEN, "area_m2", "980221") == 400
    assert threshold(THEN, "tenants", "980221") == 16
    assert threshold(THEN, "mentors", "980221") == 3
    assert threshold(THEN, "area_m2", "980101") == 500


def values(**changes: int) -> dict[str, Value]:
    good = {
        "legal_person": 1, "running_months": 20, "area_m2": 500, "workstations": 10,
        "usable_percent": 75, "tenants": 20, "new_firms": 10, "financed_firms": 0,
        "typical_cases": 3, "full_time_staff": 3, "mentors": 3, "events": 10,
        "statistics_reported": 1,
    }  # fmt: skip
    return {k: Value(Decimal(v)) for k, v in (good | changes).items()}


@pytest.mark.parametrize(
    ("changes", "ok"),
    [
        ({}, True),
        ({"area_m2": 499}, False),
        ({"area_m2": 499, "workstations": 30}, True),
        ({"new_firms": 9, "financed_firms": 5}, True),
        ({"new_firms": 9, "financed_firms": 4}, False),
        ({"running_months": 17}, False),
        ({"usable_percent": 74}, False),
        ({"statistics_reported": 0}, False),
    ],
)
def test_thresholds_include_their_number_and_groups_need_one(
    changes: dict[str, int], ok: bool
) -> None:
    found = rules.answer(criteria_set(KIND, "980101", THEN), values(**changes), on=THEN)
    assert found.ok is ok


def test_what_cannot_be_told_is_not_met() -> None:
    given_values = values()
    del given_values["usable_percent"]
    found = rules.answer(criteria_set(KIND, "980101", THEN), given_values, on=THEN)
    assert [v.criterion.key for v in found.failing] == ["usable_percent"]


def test_months_are_whole_months() -> None:
    assert rules.months_between(date(2025, 1, 31), date(2025, 2, 28)) == 1  # 民法典 art. 202
    assert rules.months_between(date(2025, 1, 31), date(2025, 2, 27)) == 0
    assert rules.months_between(date(2025, 1, 31), date(2025, 3, 31)) == 2
    assert rules.months_between(date(2024, 5, 22), date(2025, 11, 21)) == 17


def test_tenants_are_the_larger_of_what_is_said_and_what_we_have_seen() -> None:
    def carrier(seen: int) -> rules.CarrierNumbers:
        return rules.CarrierNumbers(date(2020, 1, 1), 600, 40, 300, 200, seen)

    def told(reported: int, seen: int) -> tuple[Decimal, str]:
        found = rules.values_of(carrier(seen), {"tenants": reported}, documents=(), on=NOW)
        return found["tenants"].number, found["tenants"].origin

    assert told(20, 0) == (20, "reported")
    assert told(20, 25) == (25, "computed")
    assert told(20, 3) == (20, "reported")


def test_weights_sum_to_a_hundred_on_every_day() -> None:
    assert sum(score_weights(THEN).values()) == sum(score_weights(NOW).values()) == 100


@given(
    st.dictionaries(st.sampled_from(sorted(score_weights(NOW))), st.integers(0, 100), min_size=5)
)
def test_a_total_lies_between_its_worst_and_best_item(scores: dict[str, int]) -> None:
    found = rules.total(scores, score_weights(NOW))
    assert min(scores.values()) <= found <= max(scores.values())


@pytest.mark.parametrize(
    ("members", "stands"), [(1, False), (2, False), (3, True), (4, False), (5, True)]
)
def test_a_panel_is_odd_and_large_enough(members: int, stands: bool) -> None:
    assert rules.panel_stands(members, minimum=int(number("panel_minimum", NOW))) is stands


def test_a_panel_passes_by_score_and_majority_both() -> None:
    def passes(*sheets: tuple[str, bool]) -> bool:
        asked = [(Decimal(score), yes) for score, yes in sheets]
        return rules.conclude(asked, pass_score=Decimal(60)).passed

    assert passes(("60", True), ("60", True), ("60", False))
    assert not passes(("59.98", True), ("60", True), ("60", True))
    assert not passes(("90", True), ("90", False), ("90", False))


def test_an_expert_is_in_conflict_as_employee_or_as_applicant() -> None:
    expert = SimpleNamespace(principal="person:abc", org_code="org-a")
    assert rules.in_conflict(expert, operator_org="org-a", applicant_person=None)
    assert rules.in_conflict(expert, operator_org="org-b", applicant_person="abc")
    assert not rules.in_conflict(expert, operator_org="org-b", applicant_person="abd")
    nobodys = SimpleNamespace(principal="person:abc", org_code=None)
    assert not rules.in_conflict(nobodys, operator_org="", applicant_person=None)


async def test_anyone_reads_the_criteria_of_a_day_and_a_region(fresh: Running) -> None:
    path = "/recognition-criteria/maker_space_filing"
    old = (await fresh.anonymous.get(path, params={"on": "2020-01-01", "region": "980221"})).json()
    found = {c["key"]: c for c in old["criteria"]}
    assert (found["area_m2"]["threshold"], found["area_m2"]["any_of"]) == ("400", "space")
    assert found["area_m2"]["source_document"] == "国科发火〔2017〕120号"
    assert (await fresh.anonymous.get("/recognition-criteria/other")).status_code in (404, 422)
