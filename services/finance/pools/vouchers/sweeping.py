"""What the passing of days does to vouchers: nobody confirmed one in time, and its money is free again.

Registered in `Service.sweeps`. Each voucher in a transaction of its own; a sweep that was killed is made up
by the next one.
"""

from typing import Any

from kit.auth import SYSTEM
from services.finance.pools.vouchers import store
from services.finance.pools.vouchers.desk import desk_for
from services.finance.pools.vouchers.service import expire

BATCH = 200


async def sweep_vouchers(state: Any) -> int:
    """Ends what is overdue today; returns how many vouchers were looked at."""
    swept = 0
    while True:
        async with state.database.reader() as connection:
            found = await store.overdue(connection, state.clock.today(), limit=BATCH)
        for voucher_id in found:
            async with state.database.transaction() as session:
                await expire(desk_for(state, session, SYSTEM), voucher_id)
        swept += len(found)
        if len(found) < BATCH:
            return swept
