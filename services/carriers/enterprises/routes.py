"""`GET /enterprises`: whom this service has heard of."""

from typing import Annotated

from fastapi import Depends, Request, Response

from kit.auth import Actor, permission
from kit.db import Reader
from kit.http import Router
from kit.paging import Page, PageQuery, link_next
from services.carriers.enterprises import store
from services.carriers.enterprises.schemas import EnterpriseView

router = Router(tags=["enterprises"])
MayReadEnterprises = Annotated[Actor, Depends(permission("enterprise:read"))]
LIST = "enterprises"


@router.get(
    "/enterprises", summary="Licensed enterprises in your regions", operation_id="listEnterprises"
)
async def list_enterprises(
    request: Request,
    response: Response,
    actor: MayReadEnterprises,
    reader: Reader,
    query: PageQuery,
) -> Page[EnterpriseView]:
    """Kept up to date by registration's events; seconds behind it."""
    key = query.after(LIST)
    rows = await store.list_enterprises(
        reader, actor=actor, after=key[0] if key else None, limit=query.limit
    )
    shown, following = query.page(rows, LIST, key=lambda row: (row.uscc,))
    link_next(request, response, following)
    return Page(items=[EnterpriseView.model_validate(row) for row in shown], next=following)
