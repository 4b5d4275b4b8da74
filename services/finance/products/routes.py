"""`GET /products`: what is offered, to whom, on which day. Public: no one must sign in to compare."""

from datetime import date
from typing import Annotated

from fastapi import Path, Query, Request, Response

from kit.auth import Anyone
from kit.db import Reader
from kit.errors import NotFound
from kit.etags import set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from services.finance.products import store
from services.finance.products.schemas import Borrower, ProductKind, ProductView, product_view

router = Router(tags=["products"])
LIST = "products"
OnDay = Annotated[
    date | None, Query(description="Numbers and offers as of this day; today if left out")
]


@router.get("/products", summary="Loan products", operation_id="listProducts")
async def list_products(
    request: Request,
    _: Anyone,
    reader: Reader,
    query: PageQuery,
    kind: ProductKind | None = None,
    borrower: Borrower | None = None,
    online: Annotated[
        bool | None, Query(description="Whether one applies for it through this platform")
    ] = None,
    on: OnDay = None,
) -> Page[ProductView]:
    """Products offered on a day, each with the parameters in force then."""
    day = on or request.app.state.clock.today()
    key = query.after(LIST)
    wanted = store.ProductFilter(kind=kind, borrower=borrower, on=day, online=online)
    rows = await store.list_products(
        reader, wanted, after=key[0] if key else None, limit=query.limit
    )
    shown, following = query.cut(rows, LIST, key=lambda row: (row.code,))
    parameters = await store.parameters_of(reader, [row.code for row in shown], on=day)
    items = [product_view(row, parameters.get(row.code, []), on=day) for row in shown]
    return Page(items=items, next=following)


@router.get("/products/{code}", summary="One loan product", operation_id="readProduct")
async def read_product(
    request: Request,
    response: Response,
    _: Anyone,
    reader: Reader,
    code: Annotated[str, Path(pattern=r"^[a-z0-9_-]{1,60}$")],
    on: OnDay = None,
) -> ProductView:
    """A product with the parameters in force on a day, also when it is no longer offered."""
    row = await store.product_by_code(reader, code)
    if row is None:
        raise NotFound
    day = on or request.app.state.clock.today()
    parameters = await store.parameters_of(reader, [code], on=day)
    set_etag(response, row.version)
    return product_view(row, parameters.get(code, []), on=day)
