"""`POST /repayment-batches` and `/operations`: 202 at once, a result per row as it comes."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from kit.db import Reader, Session, Snapshot
from kit.errors import NotFound
from kit.etags import is_unmodified, set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from services.finance.bank.access import MayReadOperations, MayStartOperations, bank_of
from services.finance.bank.batches import service, store
from services.finance.bank.batches.schemas import (
    OperationRowView,
    OperationView,
    RepaymentBatch,
    RowState,
    operation_view,
    row_view,
)
from services.finance.bank.paths import operation_href

router = Router(tags=["bank operations"])
OPERATIONS, ROWS = "bank-operations", "bank-operation-rows"
ALL_ROWS = 5_000


@router.post(
    "/repayment-batches",
    status_code=202,
    summary="Report 1 to 5,000 repayments at once",
    operation_id="startRepaymentBatch",
)
async def start_batch(
    body: RepaymentBatch,
    request: Request,
    response: Response,
    actor: MayStartOperations,
    session: Session,
) -> OperationView:
    """Each row is booked for itself: one that is refused leaves the others alone. Repeat the whole batch
    with the same Idempotency-Key when unsure; a row whose `bank_reference` was used before is refused."""
    operation_id = await service.keep_batch(session, request.app.state, actor, body.rows)
    operation = await store.operation_of(session, operation_id, bank=bank_of(actor))
    response.headers["location"] = operation_href(operation_id)
    response.headers["retry-after"] = "1"
    return operation_view(operation)


@router.get(
    "/operations", summary="Your bank's operations, the newest first", operation_id="listOperations"
)
async def list_operations(
    actor: MayReadOperations, reader: Reader, query: PageQuery
) -> Page[OperationView]:
    key = query.after(OPERATIONS)
    rows = await store.list_operations(
        reader, bank=bank_of(actor), after=(key[0], key[1]) if key else None, limit=query.limit
    )
    return query.page(
        rows, OPERATIONS, key=lambda row: (row.created_at, row.id), view=operation_view
    )


@router.get(
    "/operations/{operation_id}",
    summary="One operation: how far it is; with expand=rows every row's result",
    operation_id="readOperation",
    responses={304: {"description": "Not modified"}},
)
async def read_operation(
    operation_id: UUID,
    request: Request,
    response: Response,
    actor: MayReadOperations,
    reader: Snapshot,
    expand: Annotated[str, Query(pattern="^(rows)?$", description="`rows` or nothing")] = "",
) -> OperationView:
    row = await store.operation_of(reader, operation_id, bank=bank_of(actor))
    if row is None:
        raise NotFound
    if not expand and is_unmodified(request, row.version):
        return Response(status_code=304, headers={"etag": f'"{row.version}"'})  # type: ignore[return-value]
    set_etag(response, row.version)
    if not expand:
        return operation_view(row)
    rows = await store.rows_of(reader, operation_id, state=None, after=0, limit=ALL_ROWS)
    return operation_view(row, rows)


@router.get(
    "/operations/{operation_id}/rows",
    summary="The rows of an operation in their order, page by page",
    operation_id="listOperationRows",
)
async def list_rows(
    operation_id: UUID,
    actor: MayReadOperations,
    reader: Reader,
    query: PageQuery,
    state: RowState | None = None,
) -> Page[OperationRowView]:
    if await store.operation_of(reader, operation_id, bank=bank_of(actor)) is None:
        raise NotFound
    name = f"{ROWS}:{operation_id}:{state}"
    key = query.after(name)
    rows = await store.rows_of(
        reader, operation_id, state=state, after=key[0] if key else 0, limit=query.limit
    )
    return query.page(rows, name, key=lambda row: (row.number,), view=row_view)
