"""A process that takes codes one after another until it is killed; each is printed after commit."""

import asyncio
import sys
from datetime import UTC, datetime
from uuid import uuid4

from kit.db import Database
from services.registration.codes.service import allocate_code


async def main(url: str, authority: str) -> None:
    database = Database(url, pool_size=2)
    while True:
        async with database.transaction() as session:
            issued = await allocate_code(
                session,
                authority_code=authority,
                department="9",
                category="1",
                region_code="980101",
                case_id=uuid4(),
                issued_at=datetime.now(UTC),
            )
        print(issued.uscc, flush=True)


asyncio.run(main(sys.argv[1], sys.argv[2]))
