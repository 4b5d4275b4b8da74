"""Every query on claims. A bank sees its own only; the staff reads them as cases (kit.cases.reading)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, insert, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.tables import cases
from services.finance.claims.rules import DEFAULTED
from services.finance.claims.tables import ClaimRecovery, CompensationClaim
from services.finance.loans.tables import Loan

Connection = AsyncSession | AsyncConnection
_CLAIMS = CompensationClaim.__table__  # type: ignore[attr-defined]  # SQLModel hides it from mypy
_RECOVERIES = ClaimRecovery.__table__  # type: ignore[attr-defined]
_LOANS = Loan.__table__  # type: ignore[attr-defined]
_OPTION = (_LOANS.c.id, _LOANS.c.reference, _LOANS.c.enterprise_name, _LOANS.c.outstanding_fen)


async def take_loan(session: AsyncSession, values: Mapping[str, Any]) -> bool:
    """Writes a claim; False where the loan has a living one, also one that is being written now."""
    statement = pg_insert(_CLAIMS).values(**values).on_conflict_do_nothing()
    return (await session.execute(statement.returning(_CLAIMS.c.id))).first() is not None


async def living_claim(connection: Connection, loan_id: UUID) -> Any | None:
    """The loan's claim that was not rejected or withdrawn, or None."""
    statement = select(_CLAIMS).where(_CLAIMS.c.loan_id == loan_id, _CLAIMS.c.released_at.is_(None))
    return (await connection.execute(statement)).first()


async def find(connection: Connection, claim_id: UUID) -> Any | None:
    """One claim's row. The caller has asked the case whether it may be seen."""
    return (await connection.execute(select(_CLAIMS).where(_CLAIMS.c.id == claim_id))).first()


async def change(session: AsyncSession, claim_id: UUID, **values: Any) -> None:
    """Writes what became known of a claim."""
    await session.execute(update(_CLAIMS).where(_CLAIMS.c.id == claim_id).values(**values))


async def add_recovered(
    session: AsyncSession, claim_id: UUID, *, amount_fen: int, costs_fen: int, returned_fen: int
) -> None:
    """Adds to (or, negative, takes from) the sums; the database holds them within the loss."""
    await session.execute(
        update(_CLAIMS)
        .where(_CLAIMS.c.id == claim_id)
        .values(
            recovered_fen=_CLAIMS.c.recovered_fen + amount_fen,
            costs_fen=_CLAIMS.c.costs_fen + costs_fen,
            returned_fen=_CLAIMS.c.returned_fen + returned_fen,
            recoveries=_CLAIMS.c.recoveries + 1,
        )
    )


async def insert_recovery(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(_RECOVERIES), dict(values))


async def recoveries_of(connection: Connection, claim_id: UUID) -> Sequence[Any]:
    """A claim's recoveries and reversals in the order of booking."""
    statement = (
        select(_RECOVERIES).where(_RECOVERIES.c.claim_id == claim_id).order_by(_RECOVERIES.c.number)
    )
    return (await connection.execute(statement)).all()


def _claimable(bank: str) -> Select[Any]:
    """Loans of one bank that are in default and have no living claim."""
    claimed = select(_CLAIMS.c.id).where(
        _CLAIMS.c.loan_id == _LOANS.c.id, _CLAIMS.c.released_at.is_(None)
    )
    return select(*_OPTION, _LOANS.c.overdue_since).where(
        _LOANS.c.bank == bank,
        _LOANS.c.state == DEFAULTED,
        _LOANS.c.open_claim_id.is_(None),  # the index asks for it, and knows most of the answer
        ~claimed.exists(),
    )


async def claimable_loans(
    connection: Connection,
    bank: str,
    text: str | None,
    *,
    after: tuple[Any, ...] | None,
    limit: int,
) -> Sequence[Any]:
    """Up to `limit + 1` claimable loans, the longest overdue first; `text` is part of reference or name."""
    key, statement = (_LOANS.c.overdue_since, _LOANS.c.id), _claimable(bank)
    if text:
        named = (_LOANS.c.reference, _LOANS.c.enterprise_name)
        statement = statement.where(or_(*(c.icontains(text, autoescape=True) for c in named)))
    if after is not None:
        statement = statement.where(tuple_(*key) > after)
    ordered = statement.order_by(*key).limit(limit + 1)
    rows: Sequence[Any] = (await connection.execute(ordered)).all()
    return rows


async def claimable_loan(connection: Connection, bank: str, loan_id: UUID) -> Any | None:
    """One of them, or None."""
    return (await connection.execute(_claimable(bank).where(_LOANS.c.id == loan_id))).first()


async def claims_of_bank(
    connection: Connection,
    bank: str,
    *,
    state: str | None,
    loan_id: UUID | None,
    after: tuple[Any, ...] | None,
    limit: int,
) -> Sequence[Any]:
    """Up to `limit + 1` claims of one bank with their cases' versions, newest first."""
    key = (_CLAIMS.c.submitted_at, _CLAIMS.c.id)
    statement = _with_case(cases.c.version).where(_CLAIMS.c.bank == bank)
    if state is not None:
        statement = statement.where(_CLAIMS.c.state == state)
    if loan_id is not None:
        statement = statement.where(_CLAIMS.c.loan_id == loan_id)
    if after is not None:
        statement = statement.where(tuple_(*key) < after)
    ordered = statement.order_by(key[0].desc(), key[1].desc()).limit(limit + 1)
    rows: Sequence[Any] = (await connection.execute(ordered)).all()
    return rows


async def claim_of_bank(connection: Connection, claim_id: UUID, bank: str) -> Any | None:
    """One claim of this bank with what its case says; another bank's does not exist."""
    asked = (cases.c.version, cases.c.facts, cases.c.due_on, cases.c.updated_at)
    statement = _with_case(*asked).where(_CLAIMS.c.id == claim_id, _CLAIMS.c.bank == bank)
    return (await connection.execute(statement)).first()


def _with_case(*columns: ColumnElement[Any]) -> Select[Any]:
    return select(_CLAIMS, *columns).join(cases, cases.c.id == _CLAIMS.c.id)
