"""Every query on loans. Who may see which loan is decided here: a bank its own, a founder their own, an
officer of science or treasury those of their region."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Table,
    and_,
    any_,
    false,
    func,
    insert,
    or_,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects.postgresql import insert as pg_insert
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from kit.auth import Actor
from kit.errors import InvalidCursor
from services.finance.enterprises.store import ENTERPRISES
from services.finance.loans.errors import BankReferenceUsed
from services.finance.loans.tables import BankReference, Loan, LoanEntry, LoanInstalment
from services.finance.loans.workflow import LIVE

Connection = AsyncSession | AsyncConnection
DEPARTMENTS = ("science", "treasury")
loans: Table = Loan.__table__  # type: ignore[attr-defined]  # SQLModel hides it from mypy
instalments: Table = LoanInstalment.__table__  # type: ignore[attr-defined]
entries: Table = LoanEntry.__table__  # type: ignore[attr-defined]
references: Table = BankReference.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class LoanFilter:
    """What a caller looks for; None means any."""

    state: str | None = None
    uscc: str | None = None
    reference: str | None = None
    bank_reference: str | None = None
    product_code: str | None = None
    application_id: UUID | None = None


def of_bank(bank: str) -> ColumnElement[bool]:
    """The loans of one bank: another bank's do not exist for it."""
    return loans.c.bank == bank


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """The loans that a founder or an officer may see: what they applied for, their company's, their
    region's."""
    seen: list[ColumnElement[bool]] = [loans.c.applicant_sub == actor.sub]
    if actor.person:
        companies = ENTERPRISES.table.c
        mine = select(companies.uscc).where(companies.legal_representative == actor.person)
        # an array is found before the loans are: IN inside an OR would read all of them
        company = loans.c.uscc == any_(func.array(mine.scalar_subquery()))
        seen += [loans.c.applicant_person == actor.person, company]
    if actor.has("officer", "head") and actor.org in DEPARTMENTS:
        seen += [
            loans.c.region_code.startswith(prefix, autoescape=True)
            for prefix in actor.region_prefixes
            if prefix
        ]
    return or_(false(), *seen)


async def next_reference(session: AsyncSession, day: date) -> str:
    """`J20261122-000042` (借款)."""
    number = (await session.execute(text("SELECT nextval('loan_reference_seq')"))).scalar_one()
    return f"J{day:%Y%m%d}-{number:06d}"


def keyset(key: Sequence[Any] | None) -> tuple[datetime, UUID] | None:
    """Where a list goes on. Raises InvalidCursor for a key that is not this list's."""
    if key is None:
        return None
    if len(key) != 2:
        raise InvalidCursor
    return key[0], key[1]


async def find_loan(
    connection: Connection, loan_id: UUID, scope: ColumnElement[bool], *, lock: bool = False
) -> Any | None:
    """The loan's row where it lies in `scope`, locked until the end of the transaction if asked."""
    statement = select(loans).where(loans.c.id == loan_id, scope)
    if lock:
        statement = statement.with_for_update()
    return (await connection.execute(statement)).first()


async def list_loans(
    connection: Connection,
    scope: ColumnElement[bool],
    wanted: LoanFilter,
    *,
    after: tuple[datetime, UUID] | None,
    limit: int,
) -> Sequence[Any]:
    """Up to `limit + 1` loans of the scope, the newest first."""
    statement = select(loans).where(scope)
    for name in LoanFilter.__slots__:
        value = getattr(wanted, name)
        if value is not None:
            statement = statement.where(loans.c[name] == value)
    if after is not None:
        statement = statement.where(tuple_(loans.c.created_at, loans.c.id) < tuple_(*after))
    statement = statement.order_by(loans.c.created_at.desc(), loans.c.id.desc()).limit(limit + 1)
    return (await connection.execute(statement)).all()


async def loan_by_reference(connection: Connection, reference: str, *, bank: str) -> Any | None:
    """A bank's loan by the scheme's reference."""
    statement = select(loans).where(loans.c.reference == reference, of_bank(bank))
    return (await connection.execute(statement)).first()


async def loan_by_bank_reference(
    connection: Connection, bank_reference: str, *, bank: str
) -> Any | None:
    """A bank's loan by its own contract number."""
    statement = select(loans).where(loans.c.bank_reference == bank_reference, of_bank(bank))
    return (await connection.execute(statement)).first()


async def loan_for_claim(
    session: Connection, loan_id: UUID, bank: str, *, today: date, lock: bool = False
) -> Any | None:
    """A bank's loan as a claim needs it: all columns, `days_overdue` on `today`, `first_disbursed_on`.

    None for another bank's loan. `lock`: until the end of the transaction nothing is booked on it.
    """
    days = func.greatest(0, today - func.coalesce(loans.c.overdue_since, today))
    statement = select(
        loans, days.label("days_overdue"), loans.c.starts_on.label("first_disbursed_on")
    ).where(loans.c.id == loan_id, of_bank(bank))
    if lock:
        statement = statement.with_for_update()
    return (await session.execute(statement)).first()


async def renewal_of(connection: Connection, loan_id: UUID) -> UUID | None:
    """The loan that renews this one."""
    statement = select(loans.c.id).where(loans.c.renews == loan_id)
    return (await connection.execute(statement)).scalar()


async def insert_loan(session: AsyncSession, values: Mapping[str, Any]) -> Any:
    return (await session.execute(insert(loans).values(**values).returning(loans))).one()


async def update_loan(
    session: AsyncSession, loan_id: UUID, version: int, values: Mapping[str, Any]
) -> Any | None:
    """Writes the loan as `version + 1`; None where another transaction was faster."""
    statement = (
        update(loans)
        .where(loans.c.id == loan_id, loans.c.version == version)
        .values(version=version + 1, **values)
        .returning(loans)
    )
    return (await session.execute(statement)).first()


async def add_plan(session: AsyncSession, rows: Sequence[Mapping[str, Any]]) -> None:
    await session.execute(insert(instalments), [dict(row) for row in rows])


async def add_entry(session: AsyncSession, values: Mapping[str, Any]) -> None:
    await session.execute(insert(entries), dict(values))


async def entries_of(connection: Connection, loan_ids: Sequence[UUID]) -> Sequence[Any]:
    statement = (
        select(entries)
        .where(entries.c.loan_id.in_(loan_ids))
        .order_by(entries.c.loan_id, entries.c.number)
    )
    return (await connection.execute(statement)).all()


async def plans_of(connection: Connection, loan_ids: Sequence[UUID]) -> Sequence[Any]:
    order = (instalments.c.loan_id, instalments.c.plan, instalments.c.number)
    statement = select(instalments).where(instalments.c.loan_id.in_(loan_ids)).order_by(*order)
    return (await connection.execute(statement)).all()


async def signed_loans(connection: Connection, bank: str, *, on: date) -> Sequence[Any]:
    """A bank's loans filed by a day, by reference."""
    statement = select(loans).where(of_bank(bank), loans.c.filed_on <= on)
    return (await connection.execute(statement.order_by(loans.c.reference))).all()


async def due_for_sweep(
    connection: Connection, today: date, *, after: UUID | None, limit: int
) -> Sequence[UUID]:
    """Loans whose state or overdue sums the passing of days may have changed, by id."""
    passed = and_(loans.c.state.in_(LIVE), loans.c.next_due_on < today)
    age = loans.c.overdue_since + loans.c.overdue_days <= today
    undrawn = and_(loans.c.state == "contracted", loans.c.draw_by_on < today)
    statement = select(loans.c.id).where(
        or_(passed, and_(loans.c.state == "overdue", age), undrawn)
    )
    if after is not None:
        statement = statement.where(loans.c.id > after)
    statement = statement.order_by(loans.c.id).limit(limit)
    return (await connection.execute(statement)).scalars().all()


async def due_soon(
    connection: Connection, today: date, *, until: date, limit: int
) -> Sequence[Any]:
    """Loans with an instalment to be paid between two days, of which the borrower was not reminded yet."""
    statement = (
        select(loans)
        .where(
            loans.c.state.in_(("active", "overdue")),  # of one in default all is due
            loans.c.next_due_on.between(today, until),
            loans.c.reminded_for.is_distinct_from(loans.c.next_due_on),
        )
        .order_by(loans.c.next_due_on, loans.c.id)
        .limit(limit)
    )
    return (await connection.execute(statement)).all()


async def mark_reminded(session: AsyncSession, loan: Any) -> bool:
    """False where it was paid or planned anew meanwhile, or another worker was faster."""
    statement = (
        update(loans)
        .where(
            loans.c.id == loan.id,
            loans.c.next_due_on == loan.next_due_on,
            loans.c.reminded_for.is_distinct_from(loan.next_due_on),
        )
        .values(reminded_for=loan.next_due_on)
        .returning(loans.c.id)
    )
    return (await session.execute(statement)).first() is not None


async def take_reference(
    session: AsyncSession,
    *,
    bank: str,
    bank_reference: str,
    kind: str,
    subject_id: UUID,
    reference: str,
    href: str,
    now: datetime,
) -> None:
    """Takes a bank's own reference for ever. Raises BankReferenceUsed 409 with what it names already.

    Two at once: the second waits for the first to commit, then is refused.
    """
    values = {
        "bank": bank,
        "bank_reference": bank_reference,
        "kind": kind,
        "subject_id": subject_id,
        "reference": reference,
        "href": href,
        "taken_at": now,
    }
    statement = pg_insert(references).values(**values).on_conflict_do_nothing()
    taken = await session.execute(statement.returning(references.c.bank))
    if taken.first() is not None:
        return
    mine = and_(references.c.bank == bank, references.c.bank_reference == bank_reference)
    found = (await session.execute(select(references).where(mine))).one()
    raise BankReferenceUsed(
        existing={
            "href": found.href,
            "id": str(found.subject_id),
            "reference": found.reference,
            "kind": found.kind,
        }
    )
