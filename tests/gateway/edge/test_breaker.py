"""The circuit: when it opens, who may try, and what closes it."""

import time

import pytest

from gateway.edge.breaker import Breaker
from gateway.edge.errors import UpstreamFailed, UpstreamUnavailable


def opened(ttl_seconds=60.0):
    breaker = Breaker("finance", threshold=3, ttl_seconds=ttl_seconds)
    for _ in range(3):
        breaker.fail(UpstreamFailed(), probe=breaker.enter())
    assert breaker.state == "opened"
    return breaker


def half_open():
    breaker = opened(ttl_seconds=0.01)
    until = time.time() + 0.02
    while time.time() < until:
        pass
    return breaker


def test_it_opens_after_failures_without_a_success_between():
    breaker = Breaker("finance", threshold=3, ttl_seconds=60)
    for outcome in ("fail", "fail", "succeed", "fail", "fail"):
        probe = breaker.enter()
        breaker.succeed(probe=probe) if outcome == "succeed" else breaker.fail(
            UpstreamFailed(), probe=probe
        )
    assert breaker.state == "closed"
    breaker.fail(UpstreamFailed(), probe=breaker.enter())
    assert breaker.state == "opened"


def test_an_open_circuit_refuses_and_says_when_to_come_back():
    with pytest.raises(UpstreamUnavailable) as refusal:
        opened().enter()
    assert 1 <= int(refusal.value.headers["Retry-After"]) <= 60


def test_only_one_probe_runs_at_a_time():
    breaker = half_open()
    assert breaker.enter() is True
    with pytest.raises(UpstreamUnavailable):
        breaker.enter()


def test_a_good_probe_closes_and_a_bad_one_opens_again():
    breaker = half_open()
    breaker.succeed(probe=breaker.enter())
    assert breaker.state == "closed"
    breaker = half_open()
    breaker.fail(UpstreamFailed(), probe=breaker.enter())
    assert breaker.state == "opened"


def test_a_probe_whose_caller_left_frees_the_place_for_the_next():
    breaker = half_open()
    breaker.no_evidence(probe=breaker.enter())
    assert breaker.state == "half-opened"
    assert breaker.enter() is True


def test_callers_who_hang_up_do_not_hide_a_silent_service():
    breaker = Breaker("finance", threshold=3, ttl_seconds=60)
    for _ in range(3):
        breaker.no_evidence(probe=breaker.enter())
        breaker.fail(UpstreamFailed(), probe=breaker.enter())
    assert breaker.state == "opened"


def test_a_late_answer_does_not_close_an_open_circuit():
    breaker = Breaker("finance", threshold=1, ttl_seconds=60)
    early, late = breaker.enter(), breaker.enter()
    breaker.fail(UpstreamFailed(), probe=early)
    breaker.succeed(probe=late)
    assert breaker.state == "opened"
