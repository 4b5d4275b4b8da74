"""The one list of applications that a bank has: those in which it is the party `bank` now."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from kit.tables import case_parties, cases

MATTER = "loan-application"
_COLUMNS = (
    cases.c.id,
    cases.c.reference,
    cases.c.state,
    cases.c.version,
    cases.c.region_code,
    cases.c.facts,
    cases.c.due_on,
    cases.c.created_at,
    cases.c.updated_at,
    cases.c.submitted_at,
    cases.c.closed_at,
)


async def list_applications(
    connection: AsyncConnection,
    *,
    bank: str,
    filters: Mapping[str, str | None],
    after: Sequence[Any] | None,
    limit: int,
) -> Sequence[Any]:
    """Up to `limit + 1` applications assigned to a bank, the newest first.

    `filters`: `state`, `reference`, and `uscc` or `product_code` of the application's facts.
    """
    key = (cases.c.created_at, cases.c.id)
    query = (
        select(*_COLUMNS)
        .join(case_parties, case_parties.c.case_id == cases.c.id)
        .where(
            case_parties.c.principal == f"org:{bank}",
            case_parties.c.role == "bank",
            cases.c.matter == MATTER,
        )
    )
    for name, value in filters.items():
        column = cases.c[name] if name in cases.c else cases.c.facts[name].astext
        query = query.where(column == value) if value is not None else query
    if after is not None:
        query = query.where(tuple_(*key) < tuple_(*after))
    query = query.order_by(*(column.desc() for column in key)).limit(limit + 1)
    return (await connection.execute(query)).all()
