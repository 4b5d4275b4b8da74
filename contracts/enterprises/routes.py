"""`GET /enterprises`: whom a service has heard of; `GET /enterprises/mine`: for whom the caller may act."""

from datetime import date
from typing import Annotated

from fastapi import Depends

from contracts.enterprises.copy import EnterpriseCopy
from kit.auth import Actor, permission
from kit.db import Reader
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.schemas import Out

MayReadEnterprises = Annotated[Actor, Depends(permission("enterprise:read"))]
MayReadOwn = Annotated[Actor, Depends(permission("enterprise:read-own"))]
LIST = "enterprises"


class EnterpriseView(Out):
    """A licensed enterprise as this service knows it."""

    uscc: str
    name: str
    region_code: str
    established_on: date


def enterprise_router(copy: EnterpriseCopy) -> Router:
    """The routes over one service's copy."""
    router = Router(tags=["enterprises"])

    @router.get(
        "/enterprises",
        summary="Licensed enterprises in your regions",
        operation_id="listEnterprises",
    )
    async def list_enterprises(
        actor: MayReadEnterprises, reader: Reader, query: PageQuery
    ) -> Page[EnterpriseView]:
        """Kept up to date by registration's events; seconds behind it."""
        key = query.after(LIST)
        rows = await copy.in_regions(
            reader, actor, after=key[0] if key else None, limit=query.limit
        )
        return query.page(
            rows, LIST, key=lambda row: (row.uscc,), view=EnterpriseView.model_validate
        )

    @router.get(
        "/enterprises/mine",
        summary="The enterprises whose legal representative you are",
        operation_id="listMyEnterprises",
    )
    async def list_my_enterprises(actor: MayReadOwn, reader: Reader) -> Page[EnterpriseView]:
        rows = await copy.of_representative(reader, actor)
        return Page(items=[EnterpriseView.model_validate(row) for row in rows])

    return router
