"""What a pool pays on a claim: by shares, within bounds, through the books. Real PostgreSQL."""

from decimal import Decimal

import pytest

from kit.db import Database
from services.finance.ledger import service as ledger
from services.finance.pools import service as pools
from services.finance.pools.errors import (
    BaseExceedsCover,
    CompensationExists,
    CoverNotFound,
)
from services.finance.pools.rules import Shares
from tests.services.finance.pools.funds import NOW, a_pool
from tests.services.finance.pools.small_pool import (
    POOL,
    YUAN,
    compensate,
    done,
    money,
    reserve,
)


@pytest.mark.policy_part("A057")
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
