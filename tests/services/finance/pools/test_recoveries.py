"""What comes back to a pool, counts once and can be taken back once. Real PostgreSQL."""

import pytest

from kit.db import Database
from services.finance.ledger.errors import TransactionExists
from services.finance.pools import service as pools
from services.finance.pools.errors import (
    AlreadyClawedBack,
    CompensationNotFound,
    CostsExceedRecovery,
    RecoveryExists,
)
from tests.services.finance.pools.funds import AT
from tests.services.finance.pools.small_pool import YUAN, compensate, done, money, recover, reserve


@pytest.mark.policy_part("A057")
async def test_recoveries_less_costs_come_back_in_the_same_shares(database: Database) -> None:
    await reserve(database, "L-1", 1_000_00)
    await compensate(database, "C-1", "L-1", 1_000_00)
    first = await recover(database, "R-1", "C-1", 300_00, costs=50_00)
    assert first == {"province": 100_00, "city": 100_00}
    second = await recover(
        database, "R-2", "C-1", 900_00
    )  # more than is lost: the rest is the bank's
    assert second == {"province": 300_00, "city": 300_00}
    assert await recover(database, "R-3", "C-1", 100_00) == {"province": 0, "city": 0}
    assert await money(database, "province") == 1_000 * YUAN


async def test_a_recovery_counts_once_and_costs_do_not_exceed_it(database: Database) -> None:
    await reserve(database, "L-1", 1_000_00)
    await compensate(database, "C-1", "L-1", 1_000_00)
    await recover(database, "R-1", "C-1", 100_00)
    with pytest.raises(RecoveryExists):
        await recover(database, "R-1", "C-1", 100_00)
    with pytest.raises(CostsExceedRecovery):
        await recover(database, "R-2", "C-1", 100, costs=101)
    with pytest.raises(CompensationNotFound):
        await recover(database, "R-2", "none", 100)
    assert await recover(database, "R-3", "C-1", 100, costs=100) == {"province": 0, "city": 0}


async def test_a_recovery_that_never_happened_leaves_the_pool_again_once(
    database: Database,
) -> None:
    await reserve(database, "L-1", 1_000_00)
    await compensate(database, "C-1", "L-1", 1_000_00)
    await recover(database, "R-1", "C-1", 300_03, costs=50_00)
    await recover(database, "R-2", "C-1", 10_01)
    said = {"claim_reference": "C-1", "recovery_reference": "R-1", "amount_fen": 300_03, **AT}
    for wrong in ({"amount_fen": 300_04}, {"recovery_reference": "R-2"}):
        with pytest.raises(TransactionExists):
            await done(database, pools.reverse_recovery, costs_fen=50_00, **(said | wrong))
    gone = await done(database, pools.reverse_recovery, costs_fen=50_00, **said)
    assert gone == {"province": 100_01, "city": 100_02}
    assert await money(database, "city") == 1_000 * YUAN - 400_00 + 4_00
    with pytest.raises(TransactionExists):
        await done(database, pools.reverse_recovery, costs_fen=50_00, **said)


async def test_a_claw_back_returns_all_that_has_not_come_back(database: Database) -> None:
    await reserve(database, "L-1", 1_000_00)
    await compensate(database, "C-1", "L-1", 1_000_00)
    await recover(database, "R-1", "C-1", 250_00)
    back = await done(
        database, pools.claw_back, claim_reference="C-1", reason="资金未按约定使用", **AT
    )
    assert back == {"province": 300_00, "city": 300_00}
    assert await money(database, "city") == 1_000 * YUAN
    with pytest.raises(AlreadyClawedBack):
        await done(database, pools.claw_back, claim_reference="C-1", reason="x", **AT)
    with pytest.raises(AlreadyClawedBack):
        await recover(database, "R-2", "C-1", 100)
    with pytest.raises(CompensationNotFound):
        await done(database, pools.claw_back, claim_reference="none", reason="x", **AT)
