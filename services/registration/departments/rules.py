"""When to try again, when to stop, and until when: decisions about a department's answer. Pure.

Time and chance are passed in. Must not call anybody: client.py does.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from kit.workdays import WorkCalendar
from services.registration.departments.answers import Unsure


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How patient we are. Seconds; `attempts` counts only answers that did not name a time."""

    attempts: int = 12
    base_seconds: float = 2.0
    cap_seconds: float = 300.0
    longest_asked_seconds: float = 6 * 3600.0


DEFAULT_POLICY = RetryPolicy()


@dataclass(frozen=True, slots=True)
class Again:
    """Try again at this instant."""

    at: datetime


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Stop and hand the task to a person; `code` says why."""

    code: str


def pause_seconds(attempt: int, *, chance: float, policy: RetryPolicy = DEFAULT_POLICY) -> float:
    """The pause after the n-th failed attempt (from 1): doubling, capped, half of it by chance.

    `chance` in [0, 1) spreads senders that failed together.
    """
    full = min(policy.cap_seconds, policy.base_seconds * 2.0 ** (attempt - 1))
    return full / 2 + full / 2 * chance


def after_failure(
    answer: Unsure, *, attempts: int, due_on: date, now: datetime, today: date, chance: float,
    policy: RetryPolicy = DEFAULT_POLICY,
) -> Again | GiveUp:  # fmt: skip
    """What follows an answer that leaves us unsure, after `attempts` such answers in this round.

    A department that says when to come back is alive: its pauses do not use up attempts, only the
    deadline ends them. Today past `due_on` gives up whatever the answer was.
    """
    if today > due_on:
        return GiveUp("deadline_passed")
    if answer.retry_after_seconds is not None:
        asked = min(answer.retry_after_seconds, policy.longest_asked_seconds)
        floor = pause_seconds(1, chance=chance, policy=policy)
        return Again(now + timedelta(seconds=max(asked, floor)))
    if attempts >= policy.attempts:
        return GiveUp(answer.code)
    return Again(now + timedelta(seconds=pause_seconds(attempts, chance=chance, policy=policy)))


def next_look(
    *, looks: int, asked_seconds: float | None, now: datetime, chance: float,
    policy: RetryPolicy = DEFAULT_POLICY,
) -> datetime:  # fmt: skip
    """When to ask about an accepted filing, after `looks` looks: callbacks come first if they come."""
    pause = pause_seconds(looks + 1, chance=chance, policy=policy)
    return now + timedelta(seconds=max(asked_seconds or 0.0, pause))


def due_on(opened_on: date, *, workdays: int, calendar: WorkCalendar) -> date:
    """The day by which every department should have answered (`opening_sla_workdays`)."""
    return calendar.add_workdays(opened_on, workdays)


def due_after_retry(present_due_on: date, *, today: date, calendar: WorkCalendar) -> date:
    """A fresh round gets at least one working day; the promise to the founder does not move."""
    return max(present_due_on, calendar.add_workdays(today, 1))


def reference_of(task_id: str, round_number: int) -> str:
    """Our idempotency reference at the department: one per task and round.

    A round is one filing; a rejected one is filed again under the next.
    """
    return f"{task_id}-{round_number}"
