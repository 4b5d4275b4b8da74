"""The steps that a task makes by itself: out for a try or a look, and wherever the answer leads.

Each runs in one transaction (a Desk) and leaves state, history, events and the next job together, so
that a killed process loses nothing and repeats nothing. Calling outside is jobs.py's part.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from kit.jobs import defer, defer_once
from services.registration.departments import rules, store
from services.registration.departments.announcing import announce_giving_up, announce_receipt
from services.registration.departments.answers import (
    Accepted,
    Answer,
    Receipted,
    Refused,
    Rejected,
    Unsure,
)
from services.registration.departments.desk import Desk, Line
from services.registration.departments.directory import DEPARTMENTS, Department
from services.registration.departments.workflow import WORKFLOW

FILE_JOB = "departments.file"
LOOK_JOB = "departments.look"
CLOCK_SLACK_SECONDS = 2
FORGOTTEN_SECONDS = 5
_PAYLOAD = "department_tasks.payload_sealed"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What a job has to send or ask, taken out of the database before the call."""

    task_id: UUID
    reference: str
    department: Department
    body: dict[str, Any]
    external_id: str | None = None


async def begin_filing(desk: Desk, task_id: UUID, reference: str) -> Outgoing | None:
    """Take a task out for one try; None where there is nothing left to send under this reference."""
    task = await store.lock_task(desk.session, task_id)
    if task is None or task.reference != reference or task.state != "pending":
        return None
    if _is_early(desk, task):
        return None
    if await _give_up_if_late(desk, task):
        return None
    lease = desk.machine_now + timedelta(seconds=desk.lease_seconds)
    await desk.write(task, attempts=task.attempts + 1, next_attempt_at=lease)
    department = DEPARTMENTS[task.department]
    body = unseal(desk, task.payload_sealed) | {"reference": reference}
    return Outgoing(task.id, reference, department, body)


async def begin_look(desk: Desk, task_id: UUID, reference: str) -> Outgoing | None:
    """Take an accepted filing out for one look; None where its answer is already known."""
    task = await store.lock_task(desk.session, task_id)
    if task is None or task.reference != reference or task.state != "sent":
        return None
    if _is_early(desk, task):
        return None
    if await _give_up_if_late(desk, task):
        return None
    lease = desk.machine_now + timedelta(seconds=desk.lease_seconds)
    await desk.write(task, looks=task.looks + 1, next_attempt_at=lease)
    department = DEPARTMENTS[task.department]
    return Outgoing(task.id, reference, department, {}, task.external_id)


async def take_answer(
    desk: Desk, task_id: UUID, reference: str, answer: Answer, line: Line
) -> bool:
    """Bring a task to where an answer leads; False where the answer changes nothing (a repeat, old
    news, an earlier round). The same for replies, looks and callbacks, in whatever order they come."""
    task = await store.lock_task(desk.session, task_id)
    if task is None:
        return False
    if task.reference != reference:
        await desk.record(task, line)
        return False
    match answer:
        case Accepted():
            return await _accepted(desk, task, answer, line)
        case Receipted():
            return await _receipted(desk, task, answer, line)
        case Rejected():
            return await _rejected(desk, task, answer, line)
        case Refused():
            return await _hand_over(desk, task, line, code=answer.code, text=answer.detail)
        case Unsure():
            return await _unsure(desk, task, answer, line)


async def _accepted(desk: Desk, task: Any, answer: Accepted, line: Line) -> bool:
    if task.state not in ("pending", "sent"):
        await desk.record(task, line)
        return False
    at = rules.next_look(
        looks=task.looks, asked_seconds=answer.poll_after_seconds, now=desk.machine_now,
        chance=desk.chance, policy=desk.policy,
    )  # fmt: skip
    known: dict[str, Any] = {
        "external_id": answer.external_id, "next_attempt_at": at, "failures": 0,
        "problem_code": None,
    }  # fmt: skip
    if task.state == "pending":
        await desk.move(task, "accept", line, **known)
    else:
        await desk.write(task, **known)
        await desk.record(task, line)
    await queue(desk, LOOK_JOB, task.id, task.reference, at=at)
    return True


async def _receipted(desk: Desk, task: Any, answer: Receipted, line: Line) -> bool:
    if WORKFLOW.find("receipt", task.state) is None:
        await desk.record(task, line)
        return False
    row = await desk.move(
        task, "receipt", line, receipt_number=answer.receipt_number, external_id=answer.external_id
    )
    await announce_receipt(desk, row, by_hand=False)
    return True


async def _rejected(desk: Desk, task: Any, answer: Rejected, line: Line) -> bool:
    if WORKFLOW.find("reject", task.state) is None:
        await desk.record(task, line)
        return False
    row = await desk.move(
        task, "reject", line, external_id=answer.external_id, problem_code=answer.reason_code,
        problem_text=answer.reason, next_attempt_at=None,
    )  # fmt: skip
    await announce_giving_up(desk, row)
    return True


async def _unsure(desk: Desk, task: Any, answer: Unsure, line: Line) -> bool:
    if task.state not in ("pending", "sent"):
        await desk.record(task, line)
        return False
    if task.state == "sent" and answer.code == "not_found_there":
        await desk.move(task, "resend", line, next_attempt_at=desk.machine_now)
        await queue(desk, FILE_JOB, task.id, task.reference)
        return True
    failures = task.failures + (answer.retry_after_seconds is None)
    # A filing that is with the department is asked for until its deadline, however often that fails.
    attempts = failures if task.state == "pending" else min(failures, desk.policy.attempts - 1)
    decision = rules.after_failure(
        answer, attempts=max(attempts, 1), due_on=task.due_on, now=desk.machine_now,
        today=desk.today, chance=desk.chance, policy=desk.policy,
    )  # fmt: skip
    if isinstance(decision, rules.GiveUp):
        return await _hand_over(desk, task, line, code=decision.code, text=None)
    await desk.write(task, failures=failures, problem_code=answer.code, next_attempt_at=decision.at)
    await desk.record(task, line)
    job = FILE_JOB if task.state == "pending" else LOOK_JOB
    await queue(desk, job, task.id, task.reference, at=decision.at)
    return True


async def _hand_over(desk: Desk, task: Any, line: Line, *, code: str, text: str | None) -> bool:
    if WORKFLOW.find("give_up", task.state) is None:
        await desk.record(task, line)
        return False
    row = await desk.move(
        task, "give_up", line, problem_code=code, problem_text=text, next_attempt_at=None
    )
    await announce_giving_up(desk, row)
    return True


def _is_early(desk: Desk, task: Any) -> bool:
    """Whether another step of this task is planned for later or running now (its lease). This one is
    then a leftover; were that wrong, the sweep would notice."""
    slack = timedelta(seconds=CLOCK_SLACK_SECONDS)
    return task.next_attempt_at is not None and task.next_attempt_at > desk.machine_now + slack


async def _give_up_if_late(desk: Desk, task: Any) -> bool:
    if desk.today <= task.due_on:
        return False
    line = Line("system", "deadline_passed")
    return await _hand_over(desk, task, line, code="deadline_passed", text=None)


async def sweep_tasks(desk: Desk) -> int:
    """Take up what was forgotten: a step whose time is long past (its worker died), a deadline."""
    before = desk.machine_now - timedelta(seconds=FORGOTTEN_SECONDS)
    found = await store.forgotten(desk.session, before=before, today=desk.today)
    for task in found:
        if await _give_up_if_late(desk, task):
            continue
        await desk.write(task, next_attempt_at=desk.machine_now)
        job = FILE_JOB if task.state == "pending" else LOOK_JOB
        step = {"task_id": str(task.id), "reference": task.reference}
        await defer_once(desk.session, job, step, queueing_lock=f"{job}:{task.id}")
    return len(found)


async def queue(
    desk: Desk, job: str, task_id: UUID, reference: str, *, at: datetime | None = None
) -> None:
    """Plan a step of a task, in this transaction; now, or at an instant of machine time."""
    await defer(desk.session, job, {"task_id": str(task_id), "reference": reference}, at=at)


def seal(desk: Desk, payload: dict[str, Any]) -> str:
    """What a department is told, encrypted at rest."""
    return desk.vault.encrypt(orjson.dumps(payload).decode(), context=_PAYLOAD)


def unseal(desk: Desk, sealed: str) -> dict[str, Any]:
    """What a department is told, in the clear: only to be sent or corrected."""
    payload: dict[str, Any] = orjson.loads(desk.vault.decrypt(sealed, context=_PAYLOAD))
    return payload
