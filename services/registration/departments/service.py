"""Use cases on department tasks: open them for an enterprise, and what an officer may do.

What a task does by itself is in steps.py.
"""

import uuid
from typing import Any

from kit.auth import Actor
from services.registration.departments import rules, store
from services.registration.departments.announcing import announce_completion, announce_receipt
from services.registration.departments.desk import Desk, Line
from services.registration.departments.directory import DEPARTMENTS, Department
from services.registration.departments.facts import EnterpriseFacts
from services.registration.departments.schemas import TaskComplete, TaskRetry, TaskWaive
from services.registration.departments.steps import FILE_JOB, queue, seal, unseal
from services.registration.departments.workflow import WORKFLOW, starts_new_round


async def open_department_tasks(desk: Desk, facts: EnterpriseFacts, *, workdays: int) -> bool:
    """One task per department for a newly licensed enterprise; False where they are open already.

    `workdays`: the parameter `opening.sla_workdays`, counted from the licence's date.
    """
    opening_id = uuid.uuid4()
    due_on = rules.due_on(facts.established_on, workdays=workdays, calendar=desk.calendar)
    opening = {
        "id": opening_id, "case_id": facts.case_id, "uscc": facts.uscc,
        "enterprise_name": facts.enterprise_name, "region_code": facts.region_code,
        "applicant_sub": facts.applicant_sub, "applicant_person": facts.applicant_person,
        "opened_at": desk.now, "due_on": due_on, "state": "running", "version": 1,
    }  # fmt: skip
    if not await store.add_opening(desk.session, opening):
        return False
    rows = [_new_task(desk, department, facts, opening) for department in DEPARTMENTS.values()]
    await store.add_tasks(desk.session, rows)
    await store.add_events(
        desk.session,
        [
            {
                "task_id": row["id"],
                "round": 1,
                "kind": "system",
                "outcome": "opened",
                "at": desk.now,
            }
            for row in rows
        ],
    )
    for row in rows:
        await queue(desk, FILE_JOB, row["id"], row["reference"])
    return True


def _new_task(
    desk: Desk, department: Department, facts: EnterpriseFacts, opening: dict[str, Any]
) -> dict[str, Any]:
    task_id = uuid.uuid4()
    payload = facts.common() | {"particulars": department.build(facts)}
    return {
        "id": task_id, "opening_id": opening["id"], "department": department.code,
        "region_code": facts.region_code, "state": WORKFLOW.initial, "version": 1, "round": 1,
        "attempts": 0, "failures": 0, "looks": 0,
        "reference": rules.reference_of(str(task_id), 1), "payload_sealed": seal(desk, payload),
        "due_on": opening["due_on"], "next_attempt_at": desk.machine_now, "created_at": desk.now,
        "updated_at": desk.now,
    }  # fmt: skip


async def retry_task(desk: Desk, actor: Actor, task: Any, body: TaskRetry) -> Any:
    """An officer sends the task out again, corrected or not. Raises TaskNotOpen 409."""
    payload = unseal(desk, task.payload_sealed)
    corrected = dict(body.particulars or {})
    fresh = starts_new_round(task.state, task.problem_code, corrected=bool(corrected))
    number = task.round + 1 if fresh else task.round
    payload["particulars"] = payload["particulars"] | corrected
    line = Line("person", "retry", actor_sub=actor.sub, note=body.reason)
    row = await desk.move(
        task, "retry", line, by="department", round=number, failures=0, looks=0,
        reference=rules.reference_of(str(task.id), number), payload_sealed=seal(desk, payload),
        problem_code=None, problem_text=None, next_attempt_at=desk.machine_now,
        due_on=rules.due_after_retry(task.due_on, today=desk.today, calendar=desk.calendar),
    )  # fmt: skip
    await queue(desk, FILE_JOB, row.id, row.reference)
    return row


async def complete_task(desk: Desk, actor: Actor, task: Any, body: TaskComplete) -> Any:
    """An officer enters the receipt of what was done at the counter. Raises TaskNotOpen 409."""
    line = Line("person", "complete", actor_sub=actor.sub, note=body.reason)
    row = await desk.move(
        task, "complete", line, by="department", receipt_number=body.receipt_number
    )
    await announce_receipt(desk, row, by_hand=True)
    return row


async def waive_task(desk: Desk, actor: Actor, task: Any, body: TaskWaive) -> Any:
    """An officer lets the task fall away, with a reason. Raises TaskNotOpen 409."""
    line = Line("person", "waive", actor_sub=actor.sub, note=body.reason)
    row = await desk.move(task, "waive", line, by="department")
    await announce_completion(desk, row.opening_id)
    return row
