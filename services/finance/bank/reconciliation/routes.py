"""`/reconciliations/{date}`: our figures as a file, yours as an upload; `/reconciliation-breaks`."""

from typing import Annotated, Any, Literal

from fastapi import Path, Request, Response

from kit.db import Reader, Session, Snapshot
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems
from kit.schemas import IsoDate
from services.finance.bank.access import MayReconcile, MaySendFigures, bank_of
from services.finance.bank.reconciliation import service, store
from services.finance.bank.reconciliation.errors import (
    BusinessDateNotReached,
    FormatNotOffered,
    StatementSuperseded,
)
from services.finance.bank.reconciliation.figures import (
    COLUMNS,
    CSV,
    NDJSON,
    WRITERS,
    content_digest,
    figures_of,
    format_for,
)
from services.finance.bank.reconciliation.schemas import (
    BreakView,
    ReconciliationView,
    Statement,
    break_view,
)

router = Router(tags=["bank reconciliation"])
LIST = "reconciliation-breaks"
Day = Annotated[IsoDate, Path(description="The business date (Asia/Shanghai)")]
_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "One row per loan filed by that date: " + ", ".join(COLUMNS),
        "content": {
            NDJSON: {"schema": {"type": "string", "format": "binary"}},
            CSV: {"schema": {"type": "string", "format": "binary"}},
        },
        "headers": {
            "Content-Digest": {
                "description": "RFC 9530 over the bytes of this reply",
                "schema": {"type": "string"},
            }
        },
    }
}


@router.get(
    "/reconciliations/{date}",
    summary="What our books say of your loans at the end of a business date",
    operation_id="readReconciliation",
    response_class=Response,
    responses={**_FILE, **problems(BusinessDateNotReached, FormatNotOffered)},
)
async def read_reconciliation(
    date: Day, request: Request, actor: MayReconcile, reader: Snapshot
) -> Response:
    """NDJSON, or CSV by `Accept: text/csv`. Check `Content-Digest` before you book from it."""
    service.require_reached(date, today=request.app.state.clock.today())
    kind = format_for(request.headers.get("accept", ""))
    if kind is None:
        raise FormatNotOffered
    rows = await figures_of(reader, bank=bank_of(actor), on=date)
    content = WRITERS[kind](rows)
    ending = "csv" if kind == CSV else "ndjson"
    headers = {
        "content-digest": content_digest(content),
        "content-disposition": f'attachment; filename="reconciliation-{date}.{ending}"',
        "cache-control": "private, no-store",
        "vary": "Accept",
    }
    media_type = "text/csv; charset=utf-8" if kind == CSV else kind
    return Response(content, media_type=media_type, headers=headers)


@router.post(
    "/reconciliations/{date}",
    summary="Send your own figures of a business date and get the differences",
    operation_id="sendStatement",
    responses=problems(BusinessDateNotReached, StatementSuperseded),
)
async def send_statement(
    date: Day, body: Statement, request: Request, actor: MaySendFigures, session: Session
) -> ReconciliationView:
    """All loans of that date at once, at most 5,000. Sending a day again replaces what was found before."""
    return await service.take_statement(session, request.app.state, actor, body.rows, day=date)


@router.get(
    "/reconciliation-breaks",
    summary="Where your books and ours differ: whose it is, and since when",
    operation_id="listReconciliationBreaks",
)
async def list_breaks(
    request: Request,
    actor: MayReconcile,
    reader: Reader,
    query: PageQuery,
    state: Literal["open", "resolved"] | None = None,
) -> Page[BreakView]:
    """The oldest first."""
    name = f"{LIST}:{state}"
    key = query.after(name)
    rows = await store.list_breaks(
        reader,
        bank=bank_of(actor),
        state=state,
        after=(key[0], key[1]) if key else None,
        limit=query.limit,
    )
    today = request.app.state.clock.today()
    return query.page(
        rows,
        name,
        key=lambda row: (row.opened_on, row.id),
        view=lambda row: break_view(row, today=today),
    )
