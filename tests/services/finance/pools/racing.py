"""Several people at once, each in a transaction of their own."""

import asyncio
from typing import Any

from kit.db import Database
from kit.errors import Problem
from services.finance.ledger import service as ledger


async def race(database: Database, *works: Any) -> list[Any]:
    """Runs them at once, each in its own transaction; gives results or refusals."""
    ready = asyncio.Barrier(len(works))

    async def run(work: Any) -> Any:
        async with database.transaction() as session:
            await ledger.lock_accounts(session, [])  # the transaction has begun
            await ready.wait()
            return await work(session)

    return await asyncio.gather(*(run(work) for work in works), return_exceptions=True)


def codes(results: list[Any]) -> list[str]:
    return sorted(r.code if isinstance(r, Problem) else type(r).__name__ for r in results)
