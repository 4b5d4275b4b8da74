"""Budgets: committed, obligated, paid once; never out of order. Real PostgreSQL."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import asyncpg
import pytest

from kit.db import Database, raw
from services.finance.ledger import service as ledger
from services.finance.pools import service as pools
from services.finance.pools.budgets.store import commitment_of
from services.finance.pools.errors import (
    BudgetExhausted,
    BudgetNotFound,
    CommitmentExists,
    CommitmentPaid,
)
from tests.services.finance.pools.funds import AT, a_budget, check_funds

BUDGET = "test-budget"


@pytest.fixture
async def database(fresh_database: Callable[[str], Any]) -> AsyncIterator[Database]:
    made = Database(fresh_database("finance").app)
    await a_budget(made, BUDGET, money=1_000)
    yield made
    await check_funds(made)
    await made.close()


async def do(database: Database, work: Callable[..., Awaitable[Any]], ref: str, **more: Any) -> Any:
    async with database.transaction() as session:
        return await work(session, **({"budget_code": BUDGET, "reference": ref} | AT | more))


async def figures(database: Database, reference: str) -> tuple[int, int, int, int]:
    async with database.reader() as connection:
        item = await commitment_of(connection, BUDGET, reference)
    assert item is not None
    return item.committed_fen, item.obligated_fen, item.paid_fen, item.refunded_fen


async def test_a_subsidy_is_committed_obligated_and_paid_through_the_books(
    database: Database,
) -> None:
    await do(database, pools.commit_budget, "S-1", amount_fen=300)
    await do(database, pools.oblige, "S-1", amount_fen=250)
    await do(database, pools.pay, "S-1", amount_fen=250)
    assert await figures(database, "S-1") == (300, 250, 250, 0)
    await do(database, pools.release, "S-1")
    assert await figures(database, "S-1") == (250, 250, 250, 0)
    async with database.reader() as connection:
        assert (await ledger.balance(connection, f"budget:{BUDGET}")).posted_fen == 750
        assert (await ledger.balance(connection, f"subsidy:{BUDGET}")).posted_fen == 250
        booked = await ledger.read_transaction(connection, f"SUBSIDY:{BUDGET}:S-1")
        driver = await raw(connection)
        kinds = await driver.fetch("SELECT kind FROM budget_moves ORDER BY id")
    assert booked.value_on == AT["today"]
    assert [row["kind"] for row in kinds] == ["committed", "obligated", "paid", "released"]


async def test_each_step_stays_within_the_one_before(database: Database) -> None:
    with pytest.raises(BudgetExhausted):
        await do(database, pools.commit_budget, "S-1", amount_fen=1_001)
    await do(database, pools.commit_budget, "S-1", amount_fen=1_000)
    with pytest.raises(BudgetExhausted):
        await do(database, pools.commit_budget, "S-2", amount_fen=1)
    with pytest.raises(BudgetExhausted):
        await do(database, pools.oblige, "S-1", amount_fen=1_001)
    with pytest.raises(BudgetExhausted):
        await do(database, pools.pay, "S-1", amount_fen=1)
    await do(database, pools.oblige, "S-1", amount_fen=500)
    with pytest.raises(BudgetExhausted):
        await do(database, pools.pay, "S-1", amount_fen=501)
    with pytest.raises(BudgetExhausted):
        await do(database, pools.release, "S-1", amount_fen=1_001)


async def test_a_matter_is_committed_and_paid_once(database: Database) -> None:
    await do(database, pools.commit_budget, "S-1", amount_fen=100)
    with pytest.raises(CommitmentExists):
        await do(database, pools.commit_budget, "S-1", amount_fen=100)
    await do(database, pools.oblige, "S-1", amount_fen=100)
    await do(database, pools.pay, "S-1", amount_fen=40)
    with pytest.raises(CommitmentPaid):
        await do(database, pools.pay, "S-1", amount_fen=60)


async def test_what_is_released_can_be_promised_again(database: Database) -> None:
    await do(database, pools.commit_budget, "S-1", amount_fen=1_000)
    await do(database, pools.oblige, "S-1", amount_fen=900)
    await do(database, pools.release, "S-1", amount_fen=400)
    assert await figures(database, "S-1") == (600, 600, 0, 0)
    await do(database, pools.commit_budget, "S-2", amount_fen=400)
    await do(database, pools.release, "S-1")
    assert await figures(database, "S-1") == (0, 0, 0, 0)


async def test_a_refund_comes_back_and_is_not_spent_again(database: Database) -> None:
    await do(database, pools.commit_budget, "S-1", amount_fen=1_000)
    await do(database, pools.oblige, "S-1", amount_fen=1_000)
    await do(database, pools.pay, "S-1", amount_fen=1_000)
    with pytest.raises(BudgetExhausted):
        await do(database, pools.refund, "S-1", amount_fen=1_001)
    await do(database, pools.refund, "S-1", amount_fen=1_000)
    async with database.reader() as connection:
        assert (await ledger.balance(connection, f"budget:{BUDGET}")).posted_fen == 1_000
    with pytest.raises(BudgetExhausted):
        await do(database, pools.commit_budget, "S-2", amount_fen=1)


async def test_what_is_not_there_is_said(database: Database) -> None:
    with pytest.raises(BudgetNotFound):
        await do(database, pools.commit_budget, "S-1", amount_fen=1, budget_code="none")
    for step in (pools.oblige, pools.pay, pools.refund):
        with pytest.raises(BudgetNotFound):
            await do(database, step, "none", amount_fen=1)
    with pytest.raises(BudgetNotFound):
        await do(database, pools.release, "none")
    with pytest.raises(ValueError):
        await do(database, pools.commit_budget, "S-1", amount_fen=0)


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE budgets SET committed_fen = 1001", "budget_order"),
        ("UPDATE budgets SET obligated_fen = committed_fen + 1", "budget_order"),
        ("UPDATE budgets SET paid_fen = obligated_fen + 1", "budget_order"),
        ("UPDATE budgets SET paid_fen = -1", "budget_order"),
        ("UPDATE budgets SET appropriated_fen = 99", "budget_order"),
        ("UPDATE budgets SET refunded_fen = 1", "budget_refunded"),
        ("UPDATE budget_items SET paid_fen = 51", "budget_item_order"),
        ("UPDATE budget_items SET obligated_fen = 101", "budget_item_order"),
        ("UPDATE budget_items SET refunded_fen = 1", "budget_item_refunded"),
    ],
)
async def test_the_database_itself_keeps_the_order(
    database: Database, statement: str, rule: str
) -> None:
    await do(database, pools.commit_budget, "S-1", amount_fen=100)
    await do(database, pools.oblige, "S-1", amount_fen=50)
    async with database.reader() as connection:
        driver = await raw(connection)
        with pytest.raises(asyncpg.CheckViolationError) as refused:
            await driver.execute(statement)
    assert rule in str(refused.value)


async def test_moves_of_a_budget_are_not_rewritten(database: Database) -> None:
    await do(database, pools.commit_budget, "S-1", amount_fen=100)
    async with database.reader() as connection:
        driver = await raw(connection)
        with pytest.raises(asyncpg.RestrictViolationError):
            await driver.execute("UPDATE budget_moves SET amount_fen = 1")
