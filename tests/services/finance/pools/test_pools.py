"""Covers and compensations: by shares, within bounds, through the books. Real PostgreSQL."""

from collections.abc import AsyncIterator, Awaitable, Callable
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from kit.db import Database, raw
from services.finance.ledger import service as ledger
from services.finance.ledger.errors import TransactionExists
from services.finance.pools import service as pools
from services.finance.pools.errors import (
    AlreadyClawedBack,
    BaseExceedsCover,
    CompensationExists,
    CompensationNotFound,
    CostsExceedRecovery,
    CoverExists,
    CoverNotFound,
    PoolExhausted,
    PoolNotFound,
    PoolStopped,
    RecoveryExists,
)
from services.finance.pools.rules import Shares
from tests.services.finance.pools.funds import AT, CLASS_A, NOW, TODAY, a_pool, check_funds

POOL = "test-pool"
YUAN = 100


@pytest.fixture
async def database(fresh_database: Callable[[str], Any]) -> AsyncIterator[Database]:
    made = Database(fresh_database("finance").app)
    await a_pool(made, POOL, money={"province": 1_000 * YUAN, "city": 1_000 * YUAN})
    yield made
    await check_funds(made)
    await made.close()


async def done(database: Database, work: Callable[..., Awaitable[Any]], **values: Any) -> Any:
    async with database.transaction() as session:
        return await work(session, **values)


async def reserve(database: Database, loan: str, principal: int, **changes: Any) -> Any:
    values = {"pool_code": POOL, "shares": CLASS_A} | AT | changes
    return await done(
        database, pools.reserve_cover, loan_reference=loan, principal_fen=principal, **values
    )


async def compensate(database: Database, claim: str, loan: str, base: int) -> Any:
    return await done(
        database, pools.pay_compensation, claim_reference=claim, loan_reference=loan,
        base_fen=base, **AT,
    )  # fmt: skip


async def recover(database: Database, number: str, claim: str, amount: int, costs: int = 0) -> Any:
    return await done(
        database, pools.return_recovery, claim_reference=claim, recovery_reference=number,
        amount_fen=amount, costs_fen=costs, **AT,
    )  # fmt: skip


async def money(database: Database, share: str) -> int:
    async with database.reader() as connection:
        return (await ledger.balance(connection, f"pool:{POOL}:{share}")).posted_fen


@pytest.mark.policy("A057")
async def test_a_cover_reserves_each_levels_part_of_the_principal(database: Database) -> None:
    cover = await reserve(database, "L-1", 1_000_01)
    assert cover.reserved == {"province": 400_00, "city": 400_00}
    assert cover.rates == {"province": Decimal("0.4"), "city": Decimal("0.4")}
    assert (cover.outstanding_fen, cover.reserved_on) == (1_000_01, TODAY)
    async with database.reader() as connection:
        assert await pools.cover_of(connection, "L-1") == cover
        assert await pools.cover_of(connection, "none") is None


async def test_the_pool_promises_its_money_times_the_leverage_and_not_a_fen_more(
    database: Database,
) -> None:
    await reserve(database, "L-1", 25_000 * YUAN)  # 40 % of it is 10 × 1,000
    with pytest.raises(PoolExhausted) as refused:
        await reserve(database, "L-2", 3)
    assert refused.value.errors[0].values == {
        "share": "province", "wanted_fen": 1, "free_fen": 0,
    }  # fmt: skip
    await reserve(database, "L-3", 2)  # less than a fen for each level
    county = Shares.of_percent(province=0, city=0, county=50, bank=50)
    with pytest.raises(PoolExhausted):
        await reserve(database, "L-4", 100, shares=county)


async def test_a_loan_is_filed_once_and_in_a_pool_that_exists(database: Database) -> None:
    await reserve(database, "L-1", 100)
    with pytest.raises(CoverExists):
        await reserve(database, "L-1", 100)
    with pytest.raises(PoolNotFound):
        await reserve(database, "L-2", 100, pool_code="none")
    for principal, shares in ((0, CLASS_A), (100, Shares.of_percent(
        province=0, city=0, county=0, bank=100
    ))):  # fmt: skip
        with pytest.raises(ValueError):
            await reserve(database, "L-2", principal, shares=shares)


async def test_repaid_principal_frees_the_pool_and_never_below_nothing(database: Database) -> None:
    await reserve(database, "L-1", 25_000 * YUAN)
    half = await done(
        database, pools.release_cover, loan_reference="L-1", principal_fen=12_500 * YUAN, now=NOW
    )
    assert half.reserved == {"province": 5_000 * YUAN, "city": 5_000 * YUAN}
    await reserve(database, "L-2", 12_500 * YUAN)
    with pytest.raises(PoolExhausted):  # others have taken the place
        await done(database, pools.restore_cover, loan_reference="L-1", principal_fen=100, now=NOW)
    nothing = await done(
        database, pools.release_cover, loan_reference="L-1", principal_fen=10**12, now=NOW
    )
    assert (nothing.outstanding_fen, nothing.reserved) == (0, {"province": 0, "city": 0})
    with pytest.raises(CoverNotFound):
        await done(database, pools.release_cover, loan_reference="none", principal_fen=1, now=NOW)


async def test_a_reversed_repayment_is_covered_again_up_to_what_was_filed(
    database: Database,
) -> None:
    first = await reserve(database, "L-1", 1_000)
    await done(database, pools.release_cover, loan_reference="L-1", principal_fen=600, now=NOW)
    again = await done(
        database, pools.restore_cover, loan_reference="L-1", principal_fen=600, now=NOW
    )
    assert again == first
    with pytest.raises(ValueError):
        await done(database, pools.restore_cover, loan_reference="L-1", principal_fen=1, now=NOW)


@pytest.mark.policy("A057")
async def test_a_claim_is_paid_by_shares_and_the_bank_bears_its_own(database: Database) -> None:
    await reserve(database, "L-1", 1_000_03)
    async with database.reader() as connection:
        quoted = await pools.quote_compensation(connection, loan_reference="L-1", base_fen=1_000_03)
    paid = await compensate(database, "C-1", "L-1", 1_000_03)
    assert paid == quoted == {"province": 400_01, "city": 400_01}  # 200.01 is the bank's
    assert await money(database, "province") == 1_000 * YUAN - 400_01
    async with database.reader() as connection:
        booked = await ledger.read_transaction(connection, "COMP:C-1")
        cover = await pools.cover_of(connection, "L-1")
    assert {(p.destination, p.amount_fen) for p in booked.postings} == {
        (f"compensation:{POOL}:province", 400_01), (f"compensation:{POOL}:city", 400_01),
    }  # fmt: skip
    assert cover is not None
    assert (cover.outstanding_fen, cover.reserved) == (0, {"province": 0, "city": 0})


async def test_a_claim_is_paid_once_and_only_on_covered_unpaid_principal(
    database: Database,
) -> None:
    await reserve(database, "L-1", 1_000)
    await done(database, pools.release_cover, loan_reference="L-1", principal_fen=400, now=NOW)
    for base in (601, 0, -1):
        with pytest.raises(BaseExceedsCover):
            await compensate(database, "C-1", "L-1", base)
    await compensate(database, "C-1", "L-1", 500)
    with pytest.raises(CompensationExists):
        await compensate(database, "C-1", "L-1", 100)
    with pytest.raises(BaseExceedsCover):
        await compensate(database, "C-2", "L-1", 101)
    with pytest.raises(CoverNotFound):
        await compensate(database, "C-2", "none", 100)


async def test_a_cap_cuts_all_levels_in_proportion(database: Database) -> None:
    await a_pool(
        database, "capped", money={"province": 10**6, "city": 10**6},
        compensation_cap=Decimal("0.6"),
    )  # fmt: skip
    shares = Shares.of_percent(province=60, city=30, county=0, bank=10)
    cover = await reserve(database, "L-9", 1_000, pool_code="capped", shares=shares)
    assert cover.reserved == {"province": 400, "city": 200}
    assert await compensate(database, "C-9", "L-9", 1_000) == {"province": 400, "city": 200}


async def test_losses_shrink_the_money_not_the_promises_and_new_ones_look_at_what_is_left(
    database: Database,
) -> None:
    await reserve(database, "L-1", 2_500 * YUAN)
    await reserve(database, "L-2", 22_500 * YUAN)
    await compensate(database, "C-1", "L-1", 2_500 * YUAN)  # all the money
    assert await money(database, "city") == 0
    with pytest.raises(PoolExhausted):
        await compensate(database, "C-2", "L-2", 100)
    with pytest.raises(PoolExhausted):
        await reserve(database, "L-3", 100)
    await done(
        database, pools.contribute, pool_code=POOL, share="province", reference="more",
        amount_fen=1_000 * YUAN, **AT,
    )  # fmt: skip
    only = Shares.of_percent(province=80, city=0, county=0, bank=20)
    await reserve(database, "L-4", 1_000 * YUAN, shares=only)


@pytest.mark.policy("B031")
async def test_too_many_bad_loans_stop_new_cover_until_they_are_cured(database: Database) -> None:
    await a_pool(
        database, "strict", money={"province": 10**9, "city": 10**9},
        npl_stop_rate=Decimal("0.1"), npl_judged_from_fen=1_000,
    )  # fmt: skip
    here = {"pool_code": "strict"}
    await reserve(database, "S-1", 100, **here)
    await done(database, pools.flag_cover, loan_reference="S-1", non_performing=True, now=NOW)
    await reserve(database, "S-2", 900, **here)  # too little yet to be judged
    with pytest.raises(PoolStopped) as stopped:  # 100 of 1,000 is the line
        await reserve(database, "S-3", 10, **here)
    assert stopped.value.extra == {"npl_stop_rate": "0.1"}
    await done(database, pools.flag_cover, loan_reference="S-1", non_performing=False, now=NOW)
    await reserve(database, "S-3", 10, **here)
    await compensate(database, "C-1", "S-2", 900)
    with pytest.raises(PoolStopped):
        await reserve(database, "S-4", 10, **here)
    await recover(database, "R-1", "C-1", 900)
    await reserve(database, "S-4", 1_000, **here)


@pytest.mark.policy("A057")
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
    assert gone == {"province": 100_01, "city": 100_01}
    assert await money(database, "city") == 1_000 * YUAN - 400_00 + 4_01
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


async def test_a_contribution_counts_once_and_needs_its_share(database: Database) -> None:
    given = {"pool_code": POOL, "amount_fen": 500, **AT}
    await done(database, pools.contribute, share="city", reference="x", **given)
    with pytest.raises(TransactionExists):
        await done(database, pools.contribute, share="city", reference="x", **given)
    with pytest.raises(PoolNotFound):
        await done(database, pools.contribute, share="county", reference="y", **given)
    assert await money(database, "city") == 1_000 * YUAN + 500


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE risk_pool_shares SET contributed_fen = contributed_fen - 99000",
         "risk_pool_leverage"),
        ("UPDATE risk_pool_shares SET compensated_fen = 200000", "risk_pool_money"),
        ("UPDATE risk_pool_shares SET returned_fen = 5", "risk_pool_returned"),
        ("UPDATE risk_pool_shares SET reserved_fen = 1000001", "risk_pool_promises"),
        ("UPDATE risk_pools SET leverage = 0.3", "risk_pool_leverage"),
        ("UPDATE risk_pools SET npl_fen = 10000001", "risk_pool_npl"),
        ("UPDATE cover_reservations SET outstanding_fen = 10000001", "cover_outstanding"),
        ("UPDATE compensation_shares SET paid_fen = paid_fen + 1", "compensation_bound"),
        ("UPDATE compensation_shares SET recovered_fen = 1", "compensation_bound"),
        ("UPDATE compensation_shares SET returned_fen = paid_fen + 1", "compensation_returned"),
    ],
)  # fmt: skip
async def test_the_database_itself_keeps_the_bounds(
    database: Database, statement: str, rule: str
) -> None:
    await reserve(database, "L-1", 1_000 * YUAN)
    await reserve(database, "L-2", 10)
    await compensate(database, "C-1", "L-2", 10)
    async with database.reader() as connection:
        driver = await raw(connection)
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await driver.execute(statement)
    assert refused.value.constraint_name == rule


@pytest.mark.parametrize("table", ["cover_moves", "recoveries"])
async def test_what_happened_to_a_cover_is_not_rewritten(database: Database, table: str) -> None:
    await reserve(database, "L-1", 1_000)
    await compensate(database, "C-1", "L-1", 1_000)
    await recover(database, "R-1", "C-1", 10)
    async with database.reader() as connection:
        driver = await raw(connection)
        with pytest.raises(asyncpg.RestrictViolationError):
            await driver.execute(f"DELETE FROM {table}")


async def test_a_refused_cover_leaves_the_callers_work_alive(database: Database) -> None:
    async def both(session: AsyncSession) -> None:
        with pytest.raises(PoolExhausted):
            await pools.reserve_cover(
                session, pool_code=POOL, loan_reference="L-1", principal_fen=10**12,
                shares=CLASS_A, **AT,
            )  # fmt: skip
        await pools.reserve_cover(
            session, pool_code=POOL, loan_reference="L-2", principal_fen=100, shares=CLASS_A, **AT
        )

    await done(database, both)
    async with database.reader() as connection:
        assert await pools.cover_of(connection, "L-1") is None
        assert await pools.cover_of(connection, "L-2") is not None
