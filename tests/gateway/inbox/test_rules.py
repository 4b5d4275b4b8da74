"""The schedule, the filters and the readers, as pure rules."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.inbox.rules import JITTER, RETRY_SECONDS, matches, next_pause, readers_of
from gateway.settings import GatewaySettings
from kit.settings import UnsafeSettings


def pauses(chance, schedule=RETRY_SECONDS):
    return [next_pause(n, schedule=schedule, chance=chance) for n in range(len(schedule) + 1)]


def test_the_schedule_is_the_contracts():
    """api.md "Events": retries 0, 5 s, 5 min, 30 min, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h."""
    minute, hour = 60, 3600
    said = [0, 5, 5 * minute, 30 * minute, *(h * hour for h in (2, 5, 10, 14, 20, 24))]
    assert pauses(0) == [*said, None]


@given(chance=st.floats(0, 1), failed=st.integers(1, 9))
def test_a_pause_is_never_shorter_and_little_longer_than_said(chance, failed):
    pause = next_pause(failed, schedule=RETRY_SECONDS, chance=chance)
    assert RETRY_SECONDS[failed] <= pause <= RETRY_SECONDS[failed] * (1 + JITTER)


@given(asked=st.floats(0, 10**9), failed=st.integers(1, 9))
def test_a_receiver_may_ask_for_a_longer_pause_of_a_day_at_most(asked, failed):
    pause = next_pause(failed, schedule=RETRY_SECONDS, chance=0, asked=asked)
    assert RETRY_SECONDS[failed] <= pause <= RETRY_SECONDS[-1]
    assert pause >= min(asked, RETRY_SECONDS[-1])


@pytest.mark.parametrize("failed", [10, 11])
def test_after_the_last_attempt_there_is_no_pause_whatever_is_asked(failed):
    assert next_pause(failed, schedule=RETRY_SECONDS, chance=0.5, asked=60) is None


def test_only_the_sandbox_has_another_schedule():
    with pytest.raises(UnsafeSettings):
        GatewaySettings(webhook_retry_seconds=(0, 1), sandbox=False)
    assert GatewaySettings(webhook_retry_seconds=(0, 1), sandbox=True).webhook_retry_seconds
    assert GatewaySettings(sandbox=False).webhook_retry_seconds == RETRY_SECONDS


@pytest.mark.parametrize(
    ("filters", "asked"),
    [
        ([], True),
        (["finance"], True),
        (["finance.loan"], True),
        (["finance.loan.settled.v1"], True),
        (["finance.lo"], False),
        (["finance.loan.settled"], True),
        (["carriers", "finance.loan"], True),
        (["registration"], False),
    ],
)
def test_a_filter_is_a_type_or_its_beginning_at_a_dot(filters, asked):
    assert matches("finance.loan.settled.v1", filters) is asked


def test_an_event_for_a_departments_staff_is_filed_under_every_wider_region():
    assert readers_of(["staff:science:980101", "staff", "org:a-bank", "staff"]) == [
        "staff:science:980101",
        "staff:science:98",
        "staff:science:9801",
        "staff",
        "org:a-bank",
    ]
