"""The one list of applications that a bank has: those that are assigned to it now.

`loan_applications` repeats what the list finds and orders by (0007), so that a page costs the same for a bank
with fifty thousand applications; the case gives the rest by its key. Facts and form are not read.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.tables import cases
from services.finance.applications.tables import LoanApplication

MATTER = "loan-application"
_APPLICATIONS = LoanApplication.__table__  # type: ignore[attr-defined]  # SQLModel hides it from mypy
_OF_THE_CASE = (
    "id", "reference", "version", "region_code", "due_on", "updated_at", "submitted_at", "closed_at",
)  # fmt: skip
_OF_THE_APPLICATION = (
    "state", "created_at", "uscc", "product_code", "amount_fen", "term_months",
)  # fmt: skip


async def list_applications(
    connection: AsyncConnection,
    *,
    bank: str,
    filters: Mapping[str, str | None],
    after: Sequence[Any] | None,
    limit: int,
) -> Sequence[Any]:
    """Up to `limit + 1` applications assigned to a bank, the newest first.

    `filters`: `state`, `uscc`, `product_code`, and `reference` of the case.
    """
    a = _APPLICATIONS.c
    title = cases.c.title.label("enterprise_name")  # what a submitted application is titled with
    columns = [cases.c[name] for name in _OF_THE_CASE] + [a[name] for name in _OF_THE_APPLICATION]
    query = select(*columns, title).join(cases, cases.c.id == a.case_id).where(a.bank == bank)
    for name, value in filters.items():
        column = cases.c[name] if name == "reference" else a[name]
        query = query.where(column == value) if value is not None else query
    key = (a.created_at, a.case_id)
    if after is not None:
        query = query.where(tuple_(*key) < tuple_(*after))
    query = query.order_by(*(column.desc() for column in key)).limit(limit + 1)
    rows: Sequence[Any] = (await connection.execute(query)).all()
    return rows
