"""A department officer's queue: tasks after a licence that the system could not finish by itself."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.codes import labels_of
from gateway.window.fields.shapes import Field
from gateway.window.fields.telling import told
from gateway.window.refusals import PageRoute
from gateway.window.services import Answer, Refusal
from gateway.window.visit import SignedInVisit, Visiting
from gateway.window.wording import later

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PATH = "/api/registration/v1/department-tasks"

# what the three acts are called and ask for; which of them is offered is the reply's to say
ACTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "retry": (later("重新申报"), ("reason",)),
    "complete": (later("录入回执办结"), ("receipt_number", "reason")),
    "waive": (later("免于办理"), ("reason",)),
}
WORDS = {"reason": later("说明"), "receipt_number": later("回执编号")}


def _fields(visit: Visiting) -> list[Field]:
    return [Field(name, f"/{name}", "text", visit.say(said)) for name, said in WORDS.items()]


@router.get("/tasks")
async def tasks_page(visit: SignedInVisit, state: str = "", after: str = "") -> Response:
    """What waits for a person first; `state` shows another pile."""
    pile = state or "needs_person"
    answer = await visit.services.get("registration", PATH, state=pile, cursor=after, limit=50)
    return visit.page(
        "departments/tasks.html",
        rows=answer.body["items"],
        next=answer.body.get("next"),
        pile=pile,
        **await _labels(visit),
    )


@router.get("/tasks/{task_id}")
async def task_page(visit: SignedInVisit, task_id: UUID) -> Response:
    return await _show(visit, await visit.services.get("registration", f"{PATH}/{task_id}"))


@router.post("/tasks/{task_id}/actions/{action}")
async def act(visit: SignedInVisit, task_id: UUID, action: str) -> Response:
    """One act on a task, once however often the button is pressed."""
    if action not in ACTS:
        raise Refusal(404, {})
    posted = visit.posted
    body = {
        name: str(posted.get(name, "")).strip()
        for name in ACTS[action][1]
        if str(posted.get(name, "")).strip()
    }
    try:
        await visit.services.post(
            "registration",
            f"{PATH}/{task_id}/actions/{action}",
            body=body,
            key=str(posted.get("one_time_key", "")),
            version=str(posted.get("version", "")),
        )
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        errors = [
            {
                "field": f"{action}-{str(e.get('pointer', '')).strip('/')}",
                "text": told(visit, e, _fields(visit)),
            }
            for e in refusal.errors
        ]
        task = await visit.services.get("registration", f"{PATH}/{task_id}")
        return await _show(visit, task, errors=errors, tried=action)
    return visit.go(f"/tasks/{task_id}?did={action}")


async def _show(
    visit: Visiting,
    answer: Answer,
    *,
    errors: list[dict[str, str]] | None = None,
    tried: str = "",
) -> Response:
    """The task, also with what was typed for an act that was refused."""
    task: dict[str, Any] = answer.body
    did = visit.request.query_params.get("did", "")
    names = {action: visit.say(act[0]) for action, act in ACTS.items()}
    offered = [
        {
            "action": a["action"],
            "label": names[a["action"]],
            "inputs": [(n, n in a["requires"]) for n in ACTS[a["action"]][1]],
        }
        for a in task["allowed_actions"]
        if a["action"] in ACTS
    ]
    return visit.page(
        "departments/task.html",
        status=422 if errors else 200,
        task=task,
        version=answer.version or f'"{task["version"]}"',
        offered=offered,
        tried=tried,
        typed={name: str(visit.posted.get(name, "")) for name in WORDS} if tried else {},
        words={name: visit.say(said) for name, said in WORDS.items()},
        errors=errors or [],
        did=visit.say(ACTS[did][0]) if did in ACTS else "",
        **await _labels(visit),
    )


async def _labels(visit: Visiting) -> dict[str, Any]:
    return {
        "departments": await labels_of(visit, "registration", "departments"),
        "states": await labels_of(visit, "registration", "department_task_states"),
        "faults": await labels_of(visit, "registration", "department_task_problems"),
    }
