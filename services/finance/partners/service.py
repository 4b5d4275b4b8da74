"""Routing: from a region, a product and a wish to one bank."""

from collections.abc import Collection
from datetime import date

from services.finance.partners import store
from services.finance.partners.rules import choose
from services.finance.products.store import Connection


async def route(
    connection: Connection,
    *,
    region_code: str,
    product_code: str,
    preferred: str | None,
    today: date,
    without: Collection[str] = (),
) -> str | None:
    """The organisation code of the bank that gets an application, or None where no bank is left."""
    found = await store.candidates(
        connection, region_code=region_code, product_code=product_code, on=today
    )
    return choose(found, preferred=preferred, without=without)
