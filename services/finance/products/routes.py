"""`GET /products`: what is offered, to whom, on which day. Public: no one must sign in to compare."""

from datetime import date
from decimal import Decimal
from typing import Annotated

from fastapi import Path, Query, Request, Response

from kit.auth import Anyone
from kit.db import Reader
from kit.errors import InvalidRequest, NotFound
from kit.etags import set_etag
from kit.http import Router
from kit.paging import Page, PageQuery
from kit.problems import problems
from services.finance.products import store
from services.finance.products.previewing import LEAST_FEN, preview
from services.finance.products.schemas import (
    Borrower,
    ProductKind,
    ProductView,
    RepaymentPreview,
    product_view,
    terms_of,
)
from services.finance.schedules.rules import Method

router = Router(tags=["products"])
Code = Annotated[str, Path(pattern=r"^[a-z0-9_-]{1,60}$")]
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
    code: Code,
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


@router.get(
    "/products/{code}/repayment-preview",
    summary="How a loan of this product would be paid back",
    operation_id="previewRepayment",
    responses=problems(InvalidRequest),
)
async def preview_repayment(
    request: Request,
    _: Anyone,
    reader: Reader,
    code: Code,
    amount_fen: Annotated[int, Query(ge=LEAST_FEN, le=10**13)],
    months: Annotated[int, Query(ge=1, le=360)],
    repayment_method: Method = "equal_instalments",
    annual_rate: Annotated[
        str | None,
        Query(
            pattern=r"^(0|0\.[0-9]{1,6})$",
            max_length=8,
            description="A fraction a year, such as 0.0435; the product's most if left out",
        ),
    ] = None,
) -> RepaymentPreview:
    """An example, no offer: drawn today, at the rate given or at the most that the product allows."""
    if await store.product_by_code(reader, code) is None:
        raise NotFound
    today = request.app.state.clock.today()
    parameters = await store.parameters_of(reader, [code], on=today)
    return preview(
        terms_of(code, parameters.get(code, [])),
        amount_fen=amount_fen,
        months=months,
        method=repayment_method,
        rate=Decimal(annual_rate) if annual_rate else None,
        on=today,
    )
