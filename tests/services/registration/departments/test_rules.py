"""When to try again and when to stop: the pure decisions, over all their inputs."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.workdays import WorkCalendar
from services.registration.departments.answers import Unsure
from services.registration.departments.rules import (
    DEFAULT_POLICY,
    Again,
    GiveUp,
    after_failure,
    due_after_retry,
    due_on,
    next_look,
    pause_seconds,
)
from services.registration.departments.workflow import WORKFLOW, starts_new_round

NOW = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
CHANCE = st.floats(0, 1, exclude_max=True)


def decide(
    answer: Unsure, *, attempts: int = 1, today: date = TODAY, chance: float = 0.5
) -> object:
    return after_failure(
        answer, attempts=attempts, due_on=TODAY, now=NOW, today=today, chance=chance
    )


@given(st.integers(1, 60), CHANCE)
def test_pauses_double_up_to_the_cap_and_never_vanish(attempt: int, chance: float) -> None:
    pause = pause_seconds(attempt, chance=chance)
    full = min(DEFAULT_POLICY.cap_seconds, DEFAULT_POLICY.base_seconds * 2 ** (attempt - 1))
    assert full / 2 <= pause <= full


@given(st.integers(1, 11), CHANCE)
def test_an_unsure_answer_is_tried_again_later(attempts: int, chance: float) -> None:
    decision = decide(Unsure("department_failed"), attempts=attempts, chance=chance)
    assert isinstance(decision, Again)
    assert decision.at > NOW


def test_the_last_attempt_gives_up_with_the_answers_code() -> None:
    decision = decide(Unsure("no_answer_in_time"), attempts=DEFAULT_POLICY.attempts)
    assert decision == GiveUp("no_answer_in_time")


@given(st.integers(0, 20_000), st.integers(1, 1_000))
def test_a_named_time_is_kept_and_uses_up_no_attempt(asked: int, attempts: int) -> None:
    decision = decide(Unsure("department_closed", float(asked)), attempts=attempts)
    assert isinstance(decision, Again)
    assert decision.at >= NOW + timedelta(seconds=min(asked, DEFAULT_POLICY.longest_asked_seconds))


@pytest.mark.parametrize("retry_after", [None, 5.0])
def test_the_day_after_the_last_day_gives_up_whatever_was_answered(
    retry_after: float | None,
) -> None:
    late = TODAY + timedelta(days=1)
    assert decide(Unsure("x", retry_after), today=late) == GiveUp("deadline_passed")
    assert isinstance(decide(Unsure("x", retry_after), today=TODAY), Again)


def test_the_first_look_is_not_before_the_department_said() -> None:
    at = next_look(looks=0, asked_seconds=30, now=NOW, chance=0)
    assert at == NOW + timedelta(seconds=30)


def test_the_opening_is_due_in_working_days() -> None:
    friday = date(2026, 11, 20)
    assert due_on(friday, workdays=1, calendar=WorkCalendar()) == date(2026, 11, 23)


def test_a_retry_gets_a_working_day_but_loses_none() -> None:
    calendar = WorkCalendar()
    friday, later = date(2026, 11, 20), date(2026, 12, 1)
    assert due_after_retry(friday, today=friday, calendar=calendar) == date(2026, 11, 23)
    assert due_after_retry(later, today=friday, calendar=calendar) == later


@pytest.mark.parametrize(
    ("state", "code", "corrected", "fresh"),
    [
        ("rejected", "data_mismatch", False, True),
        ("needs_person", "department_failed", False, False),
        ("needs_person", "no_answer_in_time", False, False),
        ("needs_person", "missing_field", True, True),
        ("needs_person", "reference_reused", False, True),
    ],
)
def test_only_what_cannot_have_been_filed_gets_a_new_reference(
    state: str, code: str, corrected: bool, fresh: bool
) -> None:
    assert starts_new_round(state, code, corrected=corrected) is fresh


def test_a_closed_task_offers_nothing_and_a_waiting_one_three_acts() -> None:
    offered = {
        state.code: [move.action for move in WORKFLOW.offers(state.code, ["department"], {})[0]]
        for state in WORKFLOW.states
    }
    acts = ["retry", "complete", "waive"]
    assert offered == {
        "pending": [], "sent": [], "receipted": [], "rejected": acts, "needs_person": acts,
        "completed": [], "waived": [],
    }  # fmt: skip
