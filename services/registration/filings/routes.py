"""HTTP of filings beside the cases themselves: what waits for one's signature."""

from fastapi import Request, Response

from kit.cases.routes import MayReadCase
from kit.db import Reader
from kit.http import Router
from kit.paging import Page, PageQuery, link_next
from services.registration.filings import store
from services.registration.filings.schemas import WaitingSignature

router = Router(tags=["filings"])
PATH, LIST = "/api/registration/v1", "signatures"


@router.get("/signatures", summary="The cases that wait for your signature")
async def list_waiting(
    request: Request,
    response: Response,
    connection: Reader,
    actor: MayReadCase,
    query: PageQuery,
) -> Page[WaitingSignature]:
    """The longest waiting first."""
    if actor.person is None:
        return Page(items=[])
    rows = await store.waiting_cases(
        connection, actor.person, after=query.after(LIST), limit=query.limit
    )
    shown, following = query.page(rows, LIST, key=lambda row: (row.invited_at, row.case_id))
    link_next(request, response, following)
    items = [WaitingSignature(**r._mapping, href=f"{PATH}/cases/{r.case_id}") for r in shown]
    return Page(items=items, next=following)
