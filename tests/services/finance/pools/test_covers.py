"""What a pool answers for, from contract to settlement, and when it answers for no more. Real PostgreSQL."""

from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from kit.db import Database
from services.finance.pools import service as pools
from services.finance.pools.errors import (
    CoverExists,
    CoverNotFound,
    PoolExhausted,
    PoolNotFound,
    PoolStopped,
)
from services.finance.pools.rules import Shares
from services.finance.pools.vouchers.rules import Place
from tests.services.finance.pools.funds import AT, CLASS_A, NOW, TODAY, a_pool, given
from tests.services.finance.pools.small_pool import (
    POOL,
    YUAN,
    compensate,
    done,
    money,
    recover,
    reserve,
)


@pytest.mark.policy_part("A057")
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
    async with database.transaction() as session:
        await given(session, Place(POOL, "province"), "more", 1_000 * YUAN)
    only = Shares.of_percent(province=80, city=0, county=0, bank=20)
    await reserve(database, "L-4", 1_000 * YUAN, shares=only)


@pytest.mark.policy_part("B031")
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
