"""Every query on operations and their rows; each is scoped by the bank or by an operation already found."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from services.finance.bank.tables import BankOperation, BankOperationRow

Connection = AsyncSession | AsyncConnection
_OPERATIONS = BankOperation.__table__  # type: ignore[attr-defined]  # SQLModel hides it from mypy
_ROWS = BankOperationRow.__table__  # type: ignore[attr-defined]
_TAKE = text("""
SELECT number, request FROM bank_operation_rows
 WHERE operation_id = :operation AND number = :number AND state = 'pending'
   FOR UPDATE SKIP LOCKED
""").columns(_ROWS.c.number, _ROWS.c.request)


async def add_operation(
    session: AsyncSession, values: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Keeps an operation and all its rows."""
    await session.execute(insert(_OPERATIONS), dict(values))
    await session.execute(insert(_ROWS), [dict(row) for row in rows])


async def operation_of(connection: Connection, operation_id: UUID, *, bank: str) -> Any | None:
    """An operation of this bank, or None."""
    query = select(_OPERATIONS).where(_OPERATIONS.c.id == operation_id, _OPERATIONS.c.bank == bank)
    return (await connection.execute(query)).first()


async def list_operations(
    connection: Connection, *, bank: str, after: tuple[datetime, UUID] | None, limit: int
) -> Sequence[Any]:
    """Up to `limit + 1` operations of this bank, the newest first."""
    key = (_OPERATIONS.c.created_at, _OPERATIONS.c.id)
    query = select(_OPERATIONS).where(_OPERATIONS.c.bank == bank)
    if after is not None:
        created_at, operation_id = after
        older = _OPERATIONS.c.created_at < created_at
        same = (_OPERATIONS.c.created_at == created_at) & (_OPERATIONS.c.id < operation_id)
        query = query.where(older | same)
    query = query.order_by(*(column.desc() for column in key)).limit(limit + 1)
    return (await connection.execute(query)).all()


async def rows_of(
    connection: Connection, operation_id: UUID, *, state: str | None, after: int, limit: int
) -> Sequence[Any]:
    """Up to `limit + 1` rows of an operation after row number `after`."""
    query = select(_ROWS).where(_ROWS.c.operation_id == operation_id, _ROWS.c.number > after)
    if state is not None:
        query = query.where(_ROWS.c.state == state)
    return (await connection.execute(query.order_by(_ROWS.c.number).limit(limit + 1))).all()


async def for_work(session: AsyncSession, operation_id: UUID) -> Any:
    """The operation for the worker, whoever's it is; None after a reset."""
    query = select(_OPERATIONS).where(_OPERATIONS.c.id == operation_id)
    return (await session.execute(query)).first()


async def pending(session: AsyncSession, operation_id: UUID, *, limit: int) -> list[int]:
    """The numbers of the next rows to work."""
    query = (
        select(_ROWS.c.number)
        .where(_ROWS.c.operation_id == operation_id, _ROWS.c.state == "pending")
        .order_by(_ROWS.c.number)
        .limit(limit)
    )
    return list((await session.execute(query)).scalars())


async def take_row(session: AsyncSession, operation_id: UUID, number: int) -> Any | None:
    """The row, held for this transaction; None where it is done or another worker has it."""
    values = {"operation": operation_id, "number": number}
    return (await session.execute(_TAKE, values)).first()


async def finish_row(
    session: AsyncSession, operation_id: UUID, number: int, result: Mapping[str, Any], now: datetime
) -> None:
    """Writes a row's result and the operation's progress. The row must be held by `take_row`."""
    state = "failed" if "code" in result else "succeeded"
    done = {"state": state, "result": dict(result), "done_at": now}
    mine = (_ROWS.c.operation_id == operation_id, _ROWS.c.number == number)
    await session.execute(update(_ROWS).where(*mine).values(**done))
    counted = getattr(_OPERATIONS.c, state)
    progress = {counted: counted + 1, "version": _OPERATIONS.c.version + 1, "state": "running"}
    await session.execute(
        update(_OPERATIONS).where(_OPERATIONS.c.id == operation_id).values(progress)
    )


async def complete(session: AsyncSession, operation_id: UUID, now: datetime) -> bool:
    """Closes an operation whose rows are all done; False where it was closed already."""
    done: Any = await session.execute(
        update(_OPERATIONS)
        .where(_OPERATIONS.c.id == operation_id, _OPERATIONS.c.state != "completed")
        .values(state="completed", completed_at=now, version=_OPERATIONS.c.version + 1)
    )
    return bool(done.rowcount)
