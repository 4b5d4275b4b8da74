"""HTTP of filings beside the cases themselves: what waits for one's signature."""

from typing import Annotated

from fastapi import Query

from kit.cases.routes import MayReadCase
from kit.db import Reader
from kit.http import Router
from kit.paging import Page
from services.registration.filings import store
from services.registration.filings.schemas import WaitingSignature

router = Router(tags=["filings"])
PATH = "/api/registration/v1"


@router.get("/signatures", summary="The cases that wait for your signature")
async def list_waiting(
    connection: Reader,
    actor: MayReadCase,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Page[WaitingSignature]:
    rows = await store.waiting_cases(connection, actor.person, limit) if actor.person else []
    return Page(
        items=[WaitingSignature(**row._mapping, href=f"{PATH}/cases/{row.case_id}") for row in rows]
    )
