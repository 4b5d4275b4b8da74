"""Every query on applications beside their cases: the one open claim, its end, loans before."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from kit.tables import cases
from services.finance.applications.tables import LoanApplication
from services.finance.products.store import Connection

_APPLICATIONS = LoanApplication.__table__  # type: ignore[attr-defined]  # SQLModel hides it from mypy


async def claim(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """Keeps an application as the enterprise's only open one for its product; False where there is one.

    Of two at once the second waits for the first and then sees it.
    """
    statement = (
        insert(_APPLICATIONS)
        .values(**values, open=True)
        .on_conflict_do_nothing(
            index_elements=["uscc", "product_code"], index_where=_APPLICATIONS.c.open
        )
        .returning(_APPLICATIONS.c.case_id)
    )
    return (await session.execute(statement)).first() is not None


async def open_case(connection: Connection, uscc: str, product_code: str) -> Any | None:
    """The open application of an enterprise for a product: case id, reference, who applied."""
    a = _APPLICATIONS.c
    query = (
        select(cases.c.id, cases.c.reference, cases.c.applicant_sub, cases.c.applicant_person)
        .join(_APPLICATIONS, a.case_id == cases.c.id)
        .where(a.uscc == uscc, a.product_code == product_code, a.open)
    )
    return (await connection.execute(query)).first()


async def move_to_bank(session: AsyncSession, case_id: UUID, bank: str) -> None:
    """Another bank has it now."""
    await session.execute(
        update(_APPLICATIONS).where(_APPLICATIONS.c.case_id == case_id).values(bank=bank)
    )


async def verify_first_loan(
    session: AsyncSession, case_id: UUID, *, confirmed: bool, by: str, on: date
) -> None:
    """What the bank found in the credit report."""
    await session.execute(
        update(_APPLICATIONS)
        .where(_APPLICATIONS.c.case_id == case_id)
        .values(
            first_loan_confirmed=confirmed, first_loan_verified_by=by, first_loan_verified_on=on
        )
    )


async def close(
    session: AsyncSession,
    case_id: UUID,
    *,
    outcome: str,
    on: date,
    contracted_fen: int | None = None,
) -> None:
    """Gives the claim free. A draft that was never submitted has none."""
    await session.execute(
        update(_APPLICATIONS)
        .where(_APPLICATIONS.c.case_id == case_id, _APPLICATIONS.c.open)
        .values(open=False, outcome=outcome, closed_on=on, contracted_fen=contracted_fen)
    )


async def loans_before(connection: Connection, uscc: str) -> int:
    """How many loan contracts the enterprise has had through this platform."""
    a = _APPLICATIONS.c
    query = select(func.count()).select_from(_APPLICATIONS)
    contracted = query.where(a.uscc == uscc, a.outcome == "contracted")
    return int((await connection.execute(contracted)).scalar_one())
