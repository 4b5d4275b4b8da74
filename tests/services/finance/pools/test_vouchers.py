"""Money is given and taken back by two people, in the books and in the pool alike. Real PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import asyncpg
import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from kit.cases.errors import ActionBlocked, IllegalTransition
from kit.db import Database, raw
from kit.errors import NotFound, Problem
from services.finance.ledger import service as ledger
from services.finance.pools import service as pools
from services.finance.pools.rules import Shares
from services.finance.pools.vouchers import service as vouchers
from services.finance.pools.vouchers import store
from services.finance.pools.vouchers.errors import (
    MoneyBound,
    ReversalDateRefused,
    VoucherExists,
)
from services.finance.pools.vouchers.rules import Bound, Fund, Place, Voucher, bound_by
from tests.services.finance.pools.funds import AT, FIRST, SECOND, TODAY, a_budget, check_funds, desk
from tests.services.finance.pools.racing import codes, race
from tests.services.finance.pools.small_pool import POOL, YUAN, compensate, done, money, reserve

CITY = Place(POOL, "city")
ONLY_CITY = Shares.of_percent(province=0, city=80, county=0, bank=20)
ONE_DAY = timedelta(days=1)


async def propose(
    database: Database, number: str = "CZ-1", amount: int = 500, place: Place = CITY
) -> Voucher:
    async with database.transaction() as session:
        return await vouchers.propose(
            desk(session, FIRST), place, reference=number, amount_fen=amount
        )


async def confirm(database: Database, voucher: Voucher, who: Actor = SECOND) -> Voucher:
    async with database.transaction() as session:
        return await vouchers.confirm(desk(session, who), voucher.id, version=voucher.version)


async def withdraw(database: Database, voucher: Voucher, who: Actor = FIRST) -> Voucher:
    async with database.transaction() as session:
        return await vouchers.withdraw(
            desk(session, who), voucher.id, version=voucher.version, reason="金额有误"
        )


async def reverse(database: Database, voucher: Voucher, who: Actor = FIRST) -> Voucher:
    async with database.transaction() as session:
        return await vouchers.propose_reversal(
            desk(session, who), voucher.id, version=voucher.version, reason="多记一个零",
            value_on=TODAY,
        )  # fmt: skip


async def present(database: Database, voucher: Voucher) -> Voucher:
    """The voucher as it stands now."""
    async with database.reader() as connection:
        found = await store.find(connection, FIRST, voucher.id)
    assert found is not None
    return found


async def status(database: Database, entry: str) -> str:
    async with database.reader() as connection:
        return (await ledger.read_transaction(connection, entry)).status


async def test_money_is_pending_until_a_second_person_confirms_it(database: Database) -> None:
    made = await propose(database)
    assert made.state == "proposed"
    assert await status(database, made.entry) == "pending"
    assert await money(database, "city") == 1_000 * YUAN
    await check_funds(database)
    kept = await confirm(database, made)
    assert (kept.state, kept.value_on, kept.version) == ("confirmed", TODAY, 2)
    assert (kept.proposed_by, kept.settled_by) == (FIRST.sub, SECOND.sub)
    assert await status(database, made.entry) == "posted"
    assert await money(database, "city") == 1_000 * YUAN + 500


@pytest.mark.parametrize(
    "who",
    [FIRST, replace(FIRST, sub="another-account", person="p-1"), replace(FIRST, person="p-2")],
    ids=["same account", "second account of the same person", "same account, other person"],
)
async def test_who_proposed_does_not_confirm(database: Database, who: Actor) -> None:
    async with database.transaction() as session:
        proposer = desk(session, replace(FIRST, person="p-1"))
        made = await vouchers.propose(proposer, CITY, reference="CZ-1", amount_fen=500)
    with pytest.raises(ActionBlocked) as same:
        await confirm(database, made, who)
    assert same.value.errors[0].code == "same_person_decides"
    assert (await present(database, made)).state == "proposed"
    await confirm(database, made, replace(SECOND, person="p-2"))


async def test_the_database_does_not_take_one_person_for_two(database: Database) -> None:
    made = await propose(database)
    async with database.reader() as connection:
        driver = await raw(connection)
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await driver.execute(
                "UPDATE vouchers SET state = 'confirmed', value_on = $2, settled_by = proposed_by,"
                " settled_at = now(), version = version + 1 WHERE id = $1", made.id, TODAY,
            )  # fmt: skip
    assert refused.value.constraint_name == "voucher_two_people"


async def test_the_database_does_not_take_a_voucher_that_the_books_do_not_know(
    database: Database,
) -> None:
    made = await propose(database)
    async with database.reader() as connection:
        driver = await raw(connection)
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await driver.execute(
                "UPDATE vouchers SET state = 'confirmed', value_on = $2, settled_by = 'x',"
                " settled_at = now(), version = version + 1 WHERE id = $1", made.id, TODAY,
            )  # fmt: skip
    assert refused.value.constraint_name == "voucher_in_the_books"


async def test_a_withdrawn_voucher_is_void_and_its_number_free_again(database: Database) -> None:
    made = await propose(database, amount=5_000)
    with pytest.raises(VoucherExists) as taken:
        await propose(database)
    assert taken.value.existing is not None
    assert taken.value.existing["id"] == str(made.id)
    gone = await withdraw(database, made, SECOND)
    assert (gone.state, gone.settled_reason) == ("withdrawn", "金额有误")
    assert await status(database, made.entry) == "voided"
    better = await propose(database)
    assert (better.entry, better.amount_fen) == (f"{made.entry}:2", 500)
    await confirm(database, better)
    with pytest.raises(VoucherExists):
        await propose(database)
    for over in (gone, await present(database, better)):
        with pytest.raises(IllegalTransition):
            await withdraw(database, over)


async def test_a_voucher_that_nobody_confirms_expires(database: Database) -> None:
    made = await propose(database)
    assert made.confirm_by == TODAY + timedelta(days=12)  # a Sunday, then ten working days
    for late, state in ((made.confirm_by, "proposed"), (made.confirm_by + ONE_DAY, "expired")):
        async with database.transaction() as session:
            await vouchers.expire(replace(desk(session, FIRST), today=late), made.id)
        assert (await present(database, made)).state == state
    assert await status(database, made.entry) == "voided"
    with pytest.raises(IllegalTransition):
        await confirm(database, await present(database, made))


async def test_after_its_last_day_a_voucher_is_not_confirmed_though_no_sweep_came(
    database: Database,
) -> None:
    made = await propose(database)
    async with database.transaction() as session:
        late = replace(desk(session, SECOND), today=made.confirm_by + ONE_DAY)
        with pytest.raises(ActionBlocked) as refused:
            await vouchers.confirm(late, made.id, version=made.version)
    assert refused.value.errors[0].code == "voucher_overdue"


async def test_a_reversal_takes_the_money_back_by_two_people(database: Database) -> None:
    kept = await confirm(database, await propose(database))
    asked = await reverse(database, kept)
    assert (asked.kind, asked.reverses, asked.amount_fen) == ("reversal", kept.id, 500)
    assert await money(database, "city") == 1_000 * YUAN + 500
    waiting = await present(database, kept)
    assert (waiting.reversal_id, waiting.reversal_state) == (asked.id, "proposed")
    with pytest.raises(ActionBlocked) as twice:
        await reverse(database, waiting)
    assert twice.value.errors[0].code == "voucher_reversed"
    with pytest.raises(ActionBlocked) as same:
        await confirm(database, asked, FIRST)
    assert same.value.errors[0].code == "same_person_decides"
    undone = await confirm(database, asked)
    assert await money(database, "city") == 1_000 * YUAN
    async with database.reader() as connection:
        booked = await ledger.read_transaction(connection, undone.entry)
    assert (booked.reverses, booked.reason, booked.value_on) == (kept.entry, "多记一个零", TODAY)
    with pytest.raises(ActionBlocked) as once:
        await reverse(database, undone)
    assert once.value.errors[0].code == "voucher_is_reversal"


async def test_a_withdrawn_reversal_leaves_the_money_and_may_be_proposed_again(
    database: Database,
) -> None:
    kept = await confirm(database, await propose(database))
    await withdraw(database, await reverse(database, kept))
    assert await money(database, "city") == 1_000 * YUAN + 500
    second = await reverse(database, await present(database, kept), SECOND)
    await confirm(database, second, FIRST)
    assert await money(database, "city") == 1_000 * YUAN


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_reversal_is_dated_between_the_booking_and_today(
    database: Database, days: int
) -> None:
    kept = await confirm(database, await propose(database))
    with pytest.raises(ReversalDateRefused) as refused:
        async with database.transaction() as session:
            await vouchers.propose_reversal(
                desk(session, FIRST), kept.id, version=None, reason="x",
                value_on=TODAY + timedelta(days=days),
            )  # fmt: skip
    assert refused.value.errors[0].values == {"from": str(TODAY), "to": str(TODAY)}


async def test_money_that_backs_a_cover_is_not_taken_back(database: Database) -> None:
    kept = await confirm(database, await propose(database, amount=500 * YUAN))
    asked = await reverse(database, kept)
    await reserve(database, "L-1", 12_500 * YUAN + 2, shares=ONLY_CITY)  # 80 % of it: 10,000.01
    with pytest.raises(MoneyBound) as refused:
        await confirm(database, asked)
    assert refused.value.errors[0].values == {
        "amount_fen": 500 * YUAN, "remaining_fen": 1_000 * YUAN, "bound_fen": 10_000 * YUAN + 1,
        "leverage": "10",
    }  # fmt: skip
    await withdraw(database, asked)
    with pytest.raises(MoneyBound):
        await reverse(database, await present(database, kept))


async def test_after_a_loss_the_money_left_must_carry_the_promises(database: Database) -> None:
    """The size of the pool would still do (contributed × leverage); what is in it would not."""
    kept = await confirm(database, await propose(database, amount=500 * YUAN))
    await reserve(database, "L-1", 1_000 * YUAN, shares=ONLY_CITY)
    await reserve(database, "L-2", 5_000 * YUAN, shares=ONLY_CITY)
    await compensate(database, "C-1", "L-1", 1_000 * YUAN)
    with pytest.raises(MoneyBound) as refused:
        await reverse(database, kept)
    assert refused.value.errors[0].values["remaining_fen"] == 200 * YUAN


async def test_an_appropriation_goes_the_same_way(database: Database) -> None:
    await a_budget(database, "b", money=0)
    place = Place(budget_code="b")
    kept = await confirm(database, await propose(database, amount=1_000, place=place))
    asked = await reverse(database, kept)
    spent = {"budget_code": "b", "reference": "S-1", **AT}
    await done(database, pools.commit_budget, amount_fen=1, **spent)
    with pytest.raises(MoneyBound) as refused:
        await confirm(database, asked)
    assert refused.value.errors[0].values == {
        "amount_fen": 1_000, "remaining_fen": 0, "bound_fen": 1, "leverage": "1",
    }  # fmt: skip
    await done(database, pools.release, **spent)
    await confirm(database, asked)
    async with database.reader() as connection:
        assert (await ledger.balance(connection, "budget:b")).posted_fen == 0


async def test_a_share_that_is_not_there_gets_no_money(database: Database) -> None:
    for place in (Place(POOL, "county"), Place("none", "city"), Place(budget_code="none")):
        with pytest.raises(NotFound):
            await propose(database, place=place)


def works(voucher: Voucher) -> dict[str, Any]:
    """What may be done to one proposed voucher, each by somebody who may."""

    def by(who: Actor, move: Any, **more: Any) -> Any:
        def work(session: AsyncSession) -> Any:
            return move(desk(session, who), voucher.id, version=voucher.version, **more)

        return work

    third = replace(SECOND, sub="third")
    return {
        "confirm": by(SECOND, vouchers.confirm),
        "confirm by a third": by(third, vouchers.confirm),
        "withdraw": by(FIRST, vouchers.withdraw, reason="x"),
    }


@pytest.mark.parametrize("other", ["confirm by a third", "withdraw"])
@pytest.mark.parametrize("reversal", [False, True])
async def test_of_two_answers_at_once_one_counts(
    database: Database, other: str, reversal: bool
) -> None:
    made = await propose(database)
    if reversal:
        made = await reverse(database, await confirm(database, made))
    each = works(made)
    results = await race(database, each["confirm"], each[other])
    assert codes(results) == ["Voucher", "stale_etag"]
    await check_funds(database)


async def test_of_two_proposals_with_one_number_one_is_made(database: Database) -> None:
    def ask(who: Actor) -> Any:
        return lambda session: vouchers.propose(
            desk(session, who), CITY, reference="CZ-1", amount_fen=1
        )

    results = await race(database, ask(FIRST), ask(SECOND))
    assert codes(results) == ["Voucher", "voucher_exists"]


async def test_of_a_reversal_and_a_new_cover_one_gets_the_money(database: Database) -> None:
    kept = await confirm(database, await propose(database, amount=500 * YUAN))
    asked = await reverse(database, kept)

    def cover(session: AsyncSession) -> Any:
        return pools.reserve_cover(
            session, pool_code=POOL, loan_reference="L-1", principal_fen=15_000 * YUAN,
            shares=ONLY_CITY, **AT,
        )  # fmt: skip

    results = await race(database, works(asked)["confirm"], cover)
    assert codes(results) in (["Cover", "money_bound"], ["Voucher", "pool_exhausted"])
    assert sum(isinstance(result, Problem) for result in results) == 1
    await check_funds(database)


@pytest.mark.parametrize(
    ("amount", "bound"), [(400, None), (401, Bound(401, 599, 6_000, Decimal(10))), (1_001, ...)]
)
def test_what_remains_times_the_leverage_must_carry_what_is_promised(
    amount: int, bound: Any
) -> None:
    found = bound_by(Fund("980000", 1_000, 6_000, Decimal(10)), amount)
    assert found == bound or (bound is ... and found is not None)
