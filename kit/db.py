"""The database: one transaction per request, committed here and nowhere else.

`Session` is for writes, `Reader` for reads (AUTOCOMMIT, no transaction), `Snapshot` for a reply that is
read in several statements and must not show two moments. A dependency that yields would
commit after the reply was sent; `scope="function"` makes FastAPI leave it before. Must not know any
table but through statements handed to it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated, Any

import asyncpg
import orjson
from fastapi import Depends, Request
from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import (
    AsyncConnection,
    AsyncEngine,
    AsyncSession,
    async_sessionmaker,
    create_async_engine,
)

from kit.driver import raw as raw
from kit.idempotency import begin_idempotent

CONNECT_TIMEOUT_SECONDS = 3
POOL_TIMEOUT_SECONDS = 5
STATEMENT_TIMEOUT_MS = 20_000
COMMAND_TIMEOUT_SECONDS = 6  # a database that hangs must not hang its callers


def _encode(value: Any) -> str:
    return orjson.dumps(value).decode()


class Database:
    """One pool per process. `url` is a postgresql:// URL; `pool_size` is the most connections held."""

    def __init__(self, url: str, *, pool_size: int = 10, name: str = "yichuang") -> None:
        self.url = make_url(url).set(drivername="postgresql+asyncpg")
        self.engine = self._engine(pool_size, name)
        # readers have a pool of their own: switching a connection to AUTOCOMMIT and back at each
        # request costs more than most reads
        self._readers = self._engine(pool_size, f"{name}-read", isolation_level="AUTOCOMMIT")
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        _share_bad_news(self.engine, self._readers)
        _share_bad_news(self._readers, self.engine)

    def _engine(self, pool_size: int, name: str, **options: Any) -> AsyncEngine:
        return create_async_engine(
            self.url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=POOL_TIMEOUT_SECONDS,
            pool_reset_on_return=None,
            json_serializer=_encode,
            json_deserializer=orjson.loads,
            hide_parameters=True,  # an error is logged: what was being written may be personal
            connect_args={
                "timeout": CONNECT_TIMEOUT_SECONDS,
                "command_timeout": COMMAND_TIMEOUT_SECONDS,
                "server_settings": {
                    "application_name": name,
                    "timezone": "UTC",
                    "statement_timeout": str(STATEMENT_TIMEOUT_MS),
                    "idle_in_transaction_session_timeout": "60000",
                },
            },
            **options,
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncSession]:
        """A session whose work is committed when the block ends and rolled back when it raises."""
        async with self._sessions() as session, session.begin():
            yield session

    @asynccontextmanager
    async def reader(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reads only: each statement sees what is committed then."""
        async with self._readers.connect() as connection:
            yield connection

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[AsyncConnection]:
        """A reader whose statements all see one moment; costs two round trips more."""
        async with self.reader() as connection, one_moment(connection):
            yield connection

    async def ping(self) -> None:
        """Asks through both pools, so that whoever is called ready has no dead connections left."""
        async with self.reader() as connection:
            await connection.execute(text("SELECT 1"))
        async with self.engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
            await connection.rollback()

    async def revision(self) -> str:
        """The revision of the schema, "" before the first migration."""
        async with self.reader() as connection:
            known = await connection.execute(text("SELECT to_regclass('alembic_version')"))
            if known.scalar_one() is None:
                return ""
            found = await connection.execute(text("SELECT version_num FROM alembic_version"))
            return found.scalar_one_or_none() or ""

    async def close(self) -> None:
        await self.engine.dispose()
        await self._readers.dispose()


@asynccontextmanager
async def one_moment(reader: AsyncConnection) -> AsyncIterator[None]:
    """What a reader reads in the block is of one moment (REPEATABLE READ, READ ONLY)."""
    driver = await raw(reader)
    try:
        await driver.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield
    finally:  # a connection that was lost inside is closed by now
        if not driver.is_closed():
            try:
                await driver.execute("COMMIT")
            except BaseException:
                await reader.invalidate()  # nobody else shall read the past on it
                raise


def _share_bad_news(hearer: AsyncEngine, teller: AsyncEngine) -> None:
    """A connection lost in one pool empties the other too: after an outage one request is refused, not
    one for each pool."""

    @event.listens_for(teller.sync_engine, "handle_error")
    def tell(context: Any) -> None:
        if context.is_disconnect:
            hearer.sync_engine.dispose(close=False)


async def get_session(request: Request) -> AsyncIterator[AsyncSession]:
    """The request's one transaction. On POST it also honours Idempotency-Key (kit.idempotency)."""
    database: Database = request.app.state.database
    async with database.transaction() as session:
        if request.method == "POST":
            await begin_idempotent(request, session)
        yield session


async def get_plain_session(request: Request) -> AsyncIterator[AsyncSession]:
    """A transaction without Idempotency-Key, for protocols that have their own rule of one use (OAuth)."""
    database: Database = request.app.state.database
    async with database.transaction() as session:
        yield session


async def get_reader(request: Request) -> AsyncIterator[AsyncConnection]:
    database: Database = request.app.state.database
    async with database.reader() as connection:
        yield connection


async def get_snapshot(request: Request) -> AsyncIterator[AsyncConnection]:
    database: Database = request.app.state.database
    async with database.snapshot() as connection:
        yield connection


Session = Annotated[AsyncSession, Depends(get_session, scope="function")]
PlainSession = Annotated[AsyncSession, Depends(get_plain_session, scope="function")]
Reader = Annotated[AsyncConnection, Depends(get_reader, scope="function")]
Snapshot = Annotated[AsyncConnection, Depends(get_snapshot, scope="function")]


UNREACHABLE = (
    OSError,
    asyncio.TimeoutError,
    PoolTimeout,
    OperationalError,
    InterfaceError,
    asyncpg.PostgresConnectionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # its connection was lost in the middle of an answer
    asyncpg.OperatorInterventionError,
)


def is_unreachable(error: BaseException) -> bool:
    """Whether an error says that the database cannot be reached now (503, not 500)."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    cause = getattr(getattr(error, "orig", None), "__cause__", None)
    lost = (
        asyncpg.PostgresConnectionError,
        asyncpg.InternalClientError,
        asyncpg.OperatorInterventionError,
        OSError,
    )
    return isinstance(error, UNREACHABLE) or isinstance(cause, lost)
