"""Use cases of a batch: keep it, work it row by row, close it.

A row is booked and marked done in one transaction, so a worker that dies leaves a row either untouched or
finished; whoever takes over starts at the first untouched one. A refusal belongs to its row alone.
"""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import structlog
from pydantic import ValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from kit.db import is_unreachable
from kit.errors import InternalError, InvalidRequest, Problem
from kit.jobs import JobContext, defer
from kit.problems import field_errors
from services.finance.bank import inbox
from services.finance.bank.access import bank_of
from services.finance.bank.batches import store
from services.finance.bank.batches.booking import book
from services.finance.bank.batches.schemas import REFERENCE, RepaymentRow
from services.finance.bank.paths import operation_href

log = structlog.get_logger(__name__)
REPAYMENTS = "repayment_batch"
WORK = "bank.work_batch"
CHUNK_ROWS = 50


async def keep_batch(
    session: AsyncSession, state: Any, actor: Actor, rows: Sequence[Any]
) -> uuid.UUID:
    """Keeps a batch and queues its work in the same transaction; returns the operation's id.

    A row that breaks the schema is kept as failed at once; the others are worked.
    """
    operation_id, now = uuid.uuid4(), state.clock.now()
    kept = [_row(operation_id, number, raw, now) for number, raw in enumerate(rows, start=1)]
    failed = sum(row["state"] == "failed" for row in kept)
    operation = {
        "id": operation_id,
        "bank": bank_of(actor),
        "kind": REPAYMENTS,
        "state": "accepted",
        "total": len(kept),
        "failed": failed,
        "actor": _remembered(actor),
        "created_at": now,
    }
    await store.add_operation(session, operation, kept)
    await defer_work(session, operation_id)
    return operation_id


def _row(operation_id: uuid.UUID, number: int, raw: Any, now: Any) -> dict[str, Any]:
    row = {"operation_id": operation_id, "number": number}
    try:
        request = RepaymentRow.model_validate(raw).model_dump(mode="json")
    except ValidationError as error:
        items = ({**e, "loc": ("body", *e["loc"])} for e in error.errors(include_url=False))
        refused = InvalidRequest(errors=field_errors(items))
        return row | {
            "state": "failed",
            "request": _readable(raw),
            "result": refusal(refused),
            "done_at": now,
        }
    return row | {"state": "pending", "request": request, "result": None, "done_at": None}


def _readable(raw: Any) -> dict[str, Any]:
    """What may be kept of a row that breaks the schema: its reference, if that is one."""
    reference = raw.get("bank_reference") if isinstance(raw, dict) else None
    good = isinstance(reference, str) and REFERENCE.fullmatch(reference)
    return {"bank_reference": reference} if good else {}


def _remembered(actor: Actor) -> dict[str, Any]:
    return {
        "sub": actor.sub,
        "client_id": actor.client_id,
        "issuer": actor.issuer,
        "roles": sorted(actor.roles),
        "org": actor.org,
    }


def _again(remembered: dict[str, Any]) -> Actor:
    return Actor(**{**remembered, "roles": frozenset(remembered["roles"])})


async def defer_work(session: AsyncSession, operation_id: uuid.UUID) -> None:
    """Queues the next chunk; chunks of one operation run one after another."""
    arguments = {"operation_id": str(operation_id)}
    await defer(session, WORK, arguments, lock=f"{WORK}:{operation_id}")


async def work_chunk(context: JobContext, operation_id: uuid.UUID) -> None:
    """Works up to a chunk of rows, then queues the next chunk or closes the operation."""
    async with context.transaction() as session:
        operation = await store.for_work(session, operation_id)
        if operation is None or operation.state == "completed":
            return
        numbers = await store.pending(session, operation_id, limit=CHUNK_ROWS)
    actor = _again(operation.actor)
    for number in numbers:
        await _work_row(context, operation, number, actor)
    async with context.transaction() as session:
        if await store.pending(session, operation_id, limit=1):
            await defer_work(session, operation_id)
        else:
            await _close(context, session, operation)


async def _work_row(context: JobContext, operation: Any, number: int, actor: Actor) -> None:
    operation_id, now = operation.id, _no_earlier(context, operation)
    try:
        async with context.transaction() as session:
            row = await store.take_row(session, operation_id, number)
            if row is None:
                return
            request = RepaymentRow.model_validate(row.request)
            accepted = operation.created_at
            result = await book(session, context.state, actor, request, accepted_at=accepted)
            await store.finish_row(session, operation_id, number, result, now)
    except Problem as refused:
        await _fail_row(context, operation, number, refusal(refused))
    except Exception as error:
        if _passes(error):
            raise
        log.exception("batch_row_failed", operation=str(operation_id), row=number)
        await _fail_row(context, operation, number, refusal(InternalError()))


def _passes(error: Exception) -> bool:
    """Whether the same row may succeed later: the database is away, or two transactions collided."""
    state = str(getattr(getattr(error, "orig", None), "sqlstate", "") or "")
    return is_unreachable(error) or (isinstance(error, DBAPIError) and state.startswith("40"))


async def _fail_row(
    context: JobContext, operation: Any, number: int, result: dict[str, Any]
) -> None:
    async with context.transaction() as session:
        if await store.take_row(session, operation.id, number) is not None:
            now = _no_earlier(context, operation)
            await store.finish_row(session, operation.id, number, result, now)


def _no_earlier(context: JobContext, operation: Any) -> datetime:
    """Now, and never before the batch was taken: another process's clock may have been moved first."""
    now: datetime = context.state.clock.now()
    taken: datetime = operation.created_at
    return max(now, taken)


def refusal(problem: Problem) -> dict[str, Any]:
    """A problem as a row keeps it: the same facts as problem+json, in both languages."""
    found: dict[str, Any] = {
        "code": problem.code,
        "status": problem.status,
        "title": {"zh": problem.title_zh, "en": problem.title_en},
        "errors": [fault.model_dump(exclude_none=True) for fault in problem.errors],
    }
    if problem.detail_en or problem.detail_zh:
        zh, en = problem.detail_zh or problem.detail_en, problem.detail_en or problem.detail_zh
        found["detail"] = {"zh": zh, "en": en}
    if problem.existing:
        found["existing"] = {k: str(v) for k, v in problem.existing.items()}
    return found


async def _close(context: JobContext, session: AsyncSession, operation: Any) -> None:
    now = _no_earlier(context, operation)
    if not await store.complete(session, operation.id, now):
        return
    done = await store.for_work(session, operation.id)
    await inbox.notify(
        session,
        bank=operation.bank,
        kind="operation.completed",
        subject=(
            f"还款批次处理完毕：成功 {done.succeeded} 行，失败 {done.failed} 行",
            f"Repayment batch done: {done.succeeded} rows booked, {done.failed} refused",
        ),
        href=operation_href(operation.id),
        now=now,
    )
