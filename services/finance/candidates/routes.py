"""`GET /candidate-entries`: the library as the staff of a region see it."""

from typing import Annotated

from fastapi import Depends, Request

from kit.auth import Actor, permission
from kit.db import Reader
from kit.http import Router
from kit.paging import Page, PageQuery
from services.finance.candidates import store
from services.finance.candidates.schemas import CandidateEntryView

router = Router(tags=["candidates"])
MayReadEntries = Annotated[Actor, Depends(permission("candidate-entry:read"))]
LIST = "candidate-entries"


@router.get(
    "/candidate-entries",
    summary="The library of candidate enterprises in your regions",
    operation_id="listCandidateEntries",
)
async def list_candidate_entries(
    request: Request, actor: MayReadEntries, reader: Reader, query: PageQuery
) -> Page[CandidateEntryView]:
    """Entries in force today, in order of the enterprise's code."""
    rows = await store.list_entries(
        reader,
        actor,
        on=request.app.state.clock.today(),
        after=query.after(LIST),
        limit=query.limit,
    )
    return query.page(
        rows, LIST, key=lambda row: (row.uscc,), view=CandidateEntryView.model_validate
    )
