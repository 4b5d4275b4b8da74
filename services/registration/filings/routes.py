"""HTTP of filings beside the cases themselves: what waits for one's signature."""

from typing import Any

from sqlalchemy import Row

from kit.cases.routes import MayReadCase
from kit.db import Reader
from kit.http import Router
from kit.paging import Page, PageQuery
from services.registration.filings import store
from services.registration.filings.schemas import WaitingSignature

router = Router(tags=["filings"])
PATH, LIST = "/api/registration/v1", "signatures"


@router.get("/signatures", summary="The cases that wait for your signature")
async def list_waiting(
    connection: Reader, actor: MayReadCase, query: PageQuery
) -> Page[WaitingSignature]:
    """The longest waiting first."""
    if actor.person is None:
        return Page(items=[])
    rows = await store.waiting_cases(
        connection, actor.person, after=query.after(LIST), limit=query.limit
    )
    return query.page(rows, LIST, key=lambda row: (row.invited_at, row.case_id), view=_waiting)


def _waiting(row: Row[Any]) -> WaitingSignature:
    return WaitingSignature(**row._mapping, href=f"{PATH}/cases/{row.case_id}")
