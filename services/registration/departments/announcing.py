"""The events about tasks and openings, written in the transaction of their cause."""

from typing import Any

from contracts.events.registration import (
    DepartmentTaskGivenUp,
    DepartmentTaskReceipted,
    OpeningCompleted,
)
from kit.outbox import Event, emit
from services.registration.departments import store
from services.registration.departments.desk import Desk


def _audience(opening: Any) -> list[str]:
    mine = [f"sub:{opening.applicant_sub}", "staff"]
    return mine + ([f"person:{opening.applicant_person}"] if opening.applicant_person else [])


async def announce_receipt(desk: Desk, task: Any, *, by_hand: bool) -> None:
    """A department's receipt is there; if it was the last one, the opening is complete too."""
    opening = await store.opening(desk.session, task.opening_id)
    payload = DepartmentTaskReceipted(
        task_id=task.id,
        case_id=opening.case_id,
        uscc=opening.uscc,
        department=task.department,
        receipt_number=task.receipt_number,
        by_hand=by_hand,
    )
    event = Event(
        type="registration.department-task.receipted.v1",
        aggregate=("department-task", str(task.id)),
        sequence=task.version,
        data=payload,
        audience=_audience(opening),
        occurred_at=desk.now,
    )
    await emit(desk.session, event)
    await announce_completion(desk, task.opening_id)


async def announce_giving_up(desk: Desk, task: Any) -> None:
    """A person of the department has to look."""
    opening = await store.opening(desk.session, task.opening_id)
    payload = DepartmentTaskGivenUp(
        task_id=task.id,
        case_id=opening.case_id,
        uscc=opening.uscc,
        department=task.department,
        region_code=task.region_code,
        code=task.problem_code,
    )
    event = Event(
        type="registration.department-task.given-up.v1",
        aggregate=("department-task", str(task.id)),
        sequence=task.version,
        data=payload,
        audience=[*_audience(opening), f"org:{task.department}"],
        occurred_at=desk.now,
    )
    await emit(desk.session, event)


async def announce_completion(desk: Desk, opening_id: Any) -> None:
    """If no task is left: the opening is complete, said once."""
    opening = await store.complete_opening(desk.session, opening_id, at=desk.now)
    if opening is None:
        return
    counts = await store.count_by_state(desk.session, opening_id)
    payload = OpeningCompleted(
        opening_id=opening.id,
        case_id=opening.case_id,
        uscc=opening.uscc,
        completed_at=opening.completed_at,
        receipted=counts.get("receipted", 0) + counts.get("completed", 0),
        waived=counts.get("waived", 0),
    )
    event = Event(
        type="registration.opening.completed.v1",
        aggregate=("opening", str(opening.id)),
        sequence=opening.version,
        data=payload,
        audience=_audience(opening),
        occurred_at=desk.now,
    )
    await emit(desk.session, event)
