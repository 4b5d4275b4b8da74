"""The steps that call outside, and the subscription that starts them all.

A step takes its task out in one transaction, calls, and takes the answer in in another: no
transaction is open while a department thinks. Killed anywhere, the step comes again under the same
reference, and the department knows it again.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from contracts.events.registration import LicenceIssued
from kit.inbox import Incoming
from kit.jobs import JobContext, defer
from services.registration.departments import service, steps
from services.registration.departments.answers import Refused, Rejected, Unsure
from services.registration.departments.client import DepartmentClient, Exchange
from services.registration.departments.desk import Line, desk_for
from services.registration.departments.gathering import gather_facts
from services.registration.jobs import inbox, jobs
from services.registration.reference.store import parameter

log = structlog.get_logger(__name__)
OPEN_JOB = "departments.open"
CALLBACKS = "/api/registration/v1/department-callbacks"


@inbox.consumes("registration.licence.issued.v1", consumer="registration-departments")
async def start_opening(session: AsyncSession, event: Incoming) -> None:
    """A licence was issued: opening its tasks becomes a job in the inbox's own transaction."""
    licence = LicenceIssued.model_validate(event.data)
    await defer(session, OPEN_JOB, {"licence": licence.model_dump(mode="json")})


@jobs.task(OPEN_JOB, attempts=20)
async def open_tasks(context: JobContext, *, licence: dict[str, Any]) -> None:
    """One task per department, once per enterprise however often this runs."""
    issued = LicenceIssued.model_validate(licence)
    async with context.transaction() as session:
        desk = desk_for(context.state, session)
        facts = await gather_facts(session, context.state, issued)
        if facts is None:
            return
        sla = parameter("opening.sla_workdays", on=issued.established_on)
        await service.open_department_tasks(desk, facts, workdays=int(sla.value))


@jobs.task(steps.FILE_JOB)
async def file(context: JobContext, *, task_id: str, reference: str) -> None:
    """Send a filing once and take the answer in."""
    async with context.transaction() as session:
        desk = desk_for(context.state, session)
        outgoing = await steps.begin_filing(desk, UUID(task_id), reference)
    if outgoing is None:
        return
    callback_url = f"{_callback_base(context.state)}{CALLBACKS}/{outgoing.department.path}"
    body = outgoing.body | {"callback_url": callback_url}
    client: DepartmentClient = context.state.departments
    await _exchange(
        context, outgoing, "filing", lambda: client.file(outgoing.department.path, body)
    )


@jobs.task(steps.LOOK_JOB)
async def look(context: JobContext, *, task_id: str, reference: str) -> None:
    """Ask once how an accepted filing stands: what a lost callback would have said."""
    async with context.transaction() as session:
        desk = desk_for(context.state, session)
        outgoing = await steps.begin_look(desk, UUID(task_id), reference)
    if outgoing is None or outgoing.external_id is None:
        return
    path, external_id = outgoing.department.path, outgoing.external_id
    client: DepartmentClient = context.state.departments
    await _exchange(
        context, outgoing, "look", lambda: client.look(path, external_id, reference=reference)
    )


@jobs.periodic("departments.sweep", cron="* * * * * */10")
async def sweep(context: JobContext) -> None:
    """What a dead worker left, and deadlines that passed."""
    async with context.transaction() as session:
        found = await steps.sweep_tasks(desk_for(context.state, session))
    if found:
        log.info("department_tasks_taken_up", count=found)


async def _exchange(
    context: JobContext,
    outgoing: steps.Outgoing,
    kind: str,
    call: Callable[[], Awaitable[Exchange]],
) -> None:
    started = time.perf_counter()
    exchange = await call()
    line = answer_line(kind, exchange, round((time.perf_counter() - started) * 1000))
    async with context.transaction() as session:
        desk = desk_for(context.state, session)
        await steps.take_answer(desk, outgoing.task_id, outgoing.reference, exchange.answer, line)


def answer_line(kind: str, exchange: Exchange, duration_ms: int | None) -> Line:
    """The history's line of an answer: its outcome's name, and the department's own code."""
    answer = exchange.answer
    note: str | None = None
    if isinstance(answer, Unsure | Refused):
        note = answer.code
    elif isinstance(answer, Rejected):
        note = answer.reason_code
    outcome = type(answer).__name__.lower()
    return Line(kind, outcome, exchange.http_status, duration_ms, note=note)


def _callback_base(state: Any) -> str:
    base: str = state.settings.departments_callback_url or state.settings.issuer
    return base.rstrip("/")


async def open_client(state: Any) -> None:
    """The worker's client of the departments (kit.worker.Worker.prepare)."""
    state.departments = DepartmentClient(state.settings.departments_url)


async def close_client(state: Any) -> None:
    """Ends it (kit.worker.Worker.close)."""
    await state.departments.close()
