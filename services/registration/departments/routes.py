"""The HTTP face of department tasks: lists, one task, an officer's three acts, and the callbacks."""

import time
from typing import Annotated, Any
from uuid import UUID

import orjson
from fastapi import Depends, Path, Request, Response

from kit.auth import Actor, Anyone, permission
from kit.cases.schemas import AllowedAction
from kit.db import PlainSession, Reader, Session, Snapshot
from kit.errors import BodyTooLarge, InvalidCursor, NotFound, NotPermitted, StaleEtag
from kit.etags import IfMatch, is_unmodified, set_etag
from kit.http import Router
from kit.inbox import is_first
from kit.paging import Page, PageQuery
from kit.problems import problems
from services.registration.departments import service, steps, store
from services.registration.departments.answers import Unsure
from services.registration.departments.client import Exchange, read_filing
from services.registration.departments.desk import Desk, desk_for
from services.registration.departments.directory import DEPARTMENTS
from services.registration.departments.errors import (
    CallbackNotSigned,
    CallbackUnreadable,
    TaskNotOpen,
)
from services.registration.departments.jobs import answer_line
from services.registration.departments.schemas import (
    CallbackReceipt,
    DepartmentCode,
    DepartmentTaskSummary,
    DepartmentTaskView,
    OpeningView,
    TaskComplete,
    TaskEventView,
    TaskRetry,
    TaskState,
    TaskWaive,
)
from services.registration.departments.signatures import message_id_if_signed
from services.registration.departments.workflow import WORKFLOW

router = Router(tags=["department-tasks"])
_HEADER = {"type": "string", "maxLength": 1024}
MayReadTask = Annotated[Actor, Depends(permission("task:read"))]
MayActOnTask = Annotated[Actor, Depends(permission("task:act"))]
LIST = "department-tasks"
_LONGEST_CALLBACK_BYTES = 20_000
# The body is read raw, because the signature is over its bytes; so it is described by hand.
CALLBACK_DOCUMENT = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "type": "object",
                    "required": ["external_id", "department", "reference", "state"],
                    "properties": {
                        "external_id": {"type": "string", "maxLength": 100},
                        "department": {"type": "string", "enum": sorted(DEPARTMENTS)},
                        "reference": {"type": "string", "maxLength": 100},
                        "state": {
                            "type": "string",
                            "enum": ["processing", "receipted", "rejected"],
                        },
                        "receipt_number": {"type": ["string", "null"], "maxLength": 100},
                        "reason_code": {"type": ["string", "null"], "maxLength": 60},
                        "reason": {"type": ["string", "null"], "maxLength": 500},
                    },
                }
            }
        },
    },
    "parameters": [
        {"name": name, "in": "header", "required": True, "schema": _HEADER}
        for name in ("webhook-id", "webhook-timestamp", "webhook-signature")
    ],
}


def may_act(actor: Actor, task: Any) -> bool:
    """Whether the actor is an officer of the task's department and region."""
    regional = any(task.region_code.startswith(prefix) for prefix in actor.region_prefixes)
    return actor.has("department_officer") and actor.org == task.department and regional


async def _view(
    request: Request, connection: store.Connection, actor: Actor, row: Any
) -> DepartmentTaskView:
    relations = ["department"] if may_act(actor, row) else []
    offers, _ = WORKFLOW.offers(row.state, relations, {})
    prefix = request.app.state.service.prefix
    return DepartmentTaskView(
        **DepartmentTaskSummary.model_validate(row).model_dump(),
        external_id=row.external_id,
        allowed_actions=[
            AllowedAction(
                action=move.action,
                requires=move.requires,
                href=f"{prefix}/department-tasks/{row.id}/actions/{move.action}",
            )
            for move in offers
        ],
        history=[
            TaskEventView.model_validate(line) for line in await store.history(connection, row.id)
        ],
    )


@router.get(
    "/department-tasks",
    summary="Department tasks that you may see: your department's queue, or your own enterprise's",
    operation_id="listDepartmentTasks",
)
async def list_tasks(
    connection: Reader,
    actor: MayReadTask,
    query: PageQuery,
    state: TaskState | None = None,
    department: DepartmentCode | None = None,
    case_id: UUID | None = None,
) -> Page[DepartmentTaskSummary]:
    """What is due first first."""
    key = query.after(LIST)
    if key is not None and len(key) != 2:
        raise InvalidCursor
    wanted = store.TaskFilter(state=state, department=department, case_id=case_id)
    after = (key[0], key[1]) if key else None
    rows = await store.list_tasks(connection, actor, wanted, after=after, limit=query.limit)
    return query.page(
        rows, LIST, key=lambda row: (row.due_on, row.id), view=DepartmentTaskSummary.model_validate
    )


@router.get(
    "/department-tasks/{task_id}",
    summary="One department task with its history",
    operation_id="readDepartmentTask",
    responses={304: {"description": "Not modified"}},
)
async def read_task(
    task_id: UUID, request: Request, response: Response, connection: Snapshot, actor: MayReadTask
) -> DepartmentTaskView:
    """Its officers see in `allowed_actions` what they may do."""
    row = await store.find_task(connection, task_id, actor)
    if row is None:
        raise NotFound
    if is_unmodified(request, row.version):
        return Response(status_code=304, headers={"etag": f'"{row.version}"'})  # type: ignore[return-value]
    set_etag(response, row.version)
    return await _view(request, connection, actor, row)


async def _open_for(
    request: Request, session: Session, actor: Actor, task_id: UUID, version: int
) -> tuple[Desk, Any]:
    """The locked task where this actor may act on it. Raises NotFound, NotPermitted, StaleEtag."""
    seen = await store.find_task(session, task_id, actor)
    if seen is None:
        raise NotFound
    if not may_act(actor, seen):
        raise NotPermitted
    task = await store.lock_task(session, task_id)
    if task is None:
        raise NotFound
    if task.version != version:
        present = {"id": str(task.id), "version": task.version, "state": task.state}
        raise StaleEtag(extra={"current": present}, headers={"ETag": f'"{task.version}"'})
    return desk_for(request.app.state, session), task


async def _acted(
    request: Request, response: Response, session: Session, actor: Actor, task_id: UUID
) -> DepartmentTaskView:
    row = await store.find_task(session, task_id, actor)
    assert row is not None  # it was found and locked in this transaction
    set_etag(response, row.version)
    return await _view(request, session, actor, row)


@router.post(
    "/department-tasks/{task_id}/actions/retry",
    summary="Send a task out again, corrected if need be",
    operation_id="retryDepartmentTask",
    responses=problems(TaskNotOpen),
)
async def retry_task(
    task_id: UUID, body: TaskRetry, request: Request, response: Response, actor: MayActOnTask,
    session: Session, version: IfMatch,
) -> DepartmentTaskView:  # fmt: skip
    """A rejected or corrected filing goes under a new reference, an unanswered one under its own."""
    desk, task = await _open_for(request, session, actor, task_id, version)
    await service.retry_task(desk, actor, task, body)
    return await _acted(request, response, session, actor, task_id)


@router.post(
    "/department-tasks/{task_id}/actions/complete",
    summary="Enter the receipt of what was done at the counter",
    operation_id="completeDepartmentTask",
    responses=problems(TaskNotOpen),
)
async def complete_task(
    task_id: UUID, body: TaskComplete, request: Request, response: Response, actor: MayActOnTask,
    session: Session, version: IfMatch,
) -> DepartmentTaskView:  # fmt: skip
    """The task counts as receipted, by hand."""
    desk, task = await _open_for(request, session, actor, task_id, version)
    await service.complete_task(desk, actor, task, body)
    return await _acted(request, response, session, actor, task_id)


@router.post(
    "/department-tasks/{task_id}/actions/waive",
    summary="Let a task fall away, with a reason",
    operation_id="waiveDepartmentTask",
    responses=problems(TaskNotOpen),
)
async def waive_task(
    task_id: UUID, body: TaskWaive, request: Request, response: Response, actor: MayActOnTask,
    session: Session, version: IfMatch,
) -> DepartmentTaskView:  # fmt: skip
    """It no longer keeps the opening from being complete."""
    desk, task = await _open_for(request, session, actor, task_id, version)
    await service.waive_task(desk, actor, task, body)
    return await _acted(request, response, session, actor, task_id)


@router.post(
    "/department-callbacks/{department}",
    summary="A department's answer, signed (Standard Webhooks 1.0)",
    operation_id="receiveDepartmentCallback",
    openapi_extra=CALLBACK_DOCUMENT,
    responses=problems(CallbackNotSigned, CallbackUnreadable, BodyTooLarge),
)
async def receive_callback(
    department: Annotated[str, Path(pattern=r"^[a-z-]{1,40}$")],
    request: Request,
    _: Anyone,
    session: PlainSession,
) -> CallbackReceipt:
    """Known by its signature, not by a token. Repeats and old news are taken and change nothing."""
    body = await request.body()
    state = request.app.state
    key = state.settings.departments_callback_key.get_secret_value()
    # A signature ages by the machine's clock, not by the business clock.
    message_id = message_id_if_signed(request.headers, body, key=key, now_seconds=int(time.time()))
    if message_id is None:
        raise CallbackNotSigned
    filing = _readable(body)
    task_id = await store.task_id_by_reference(session, filing["reference"])
    known = {each.path: each.code for each in DEPARTMENTS.values()}
    if task_id is None or known.get(department) != filing.get("department"):
        raise NotFound
    exchange = Exchange(read_filing(filing), None)
    if isinstance(exchange.answer, Unsure):
        raise CallbackUnreadable
    if not await is_first(session, "department-callbacks", f"{message_id}:{filing['reference']}"):
        return CallbackReceipt(applied=False)
    applied = await steps.take_answer(
        desk_for(state, session), task_id, filing["reference"], exchange.answer,
        answer_line("callback", exchange, None),
    )  # fmt: skip
    return CallbackReceipt(applied=applied)


def _readable(body: bytes) -> dict[str, Any]:
    if len(body) > _LONGEST_CALLBACK_BYTES:
        raise CallbackUnreadable
    try:
        filing = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise CallbackUnreadable from error
    if not isinstance(filing, dict) or not isinstance(filing.get("reference"), str):
        raise CallbackUnreadable
    return filing


async def expand_tasks(
    connection: store.Connection, case: Any, _actor: Actor, _state: Any
) -> dict[str, Any] | None:
    """`GET /cases/{id}?expand=tasks` (kit.cases.views.Expander): None before the licence."""
    opening = await store.opening_of_case(connection, case.id)
    if opening is None:
        return None
    rows = await store.tasks_of_opening(connection, opening.id)
    view = OpeningView(
        opening_id=opening.id,
        state=opening.state,
        opened_at=opening.opened_at,
        due_on=opening.due_on,
        completed_at=opening.completed_at,
        items=[DepartmentTaskSummary.model_validate(row) for row in rows],
    )
    return view.model_dump(mode="json")
