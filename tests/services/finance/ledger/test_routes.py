"""The books over HTTP: histories page by page, single transactions, and who may look."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from services.finance.composition import SERVICE
from services.finance.ledger import service
from services.finance.ledger.rules import Entry, Posting
from tests.fixtures.callers import Caller, Running, running
from tests.services.finance.ledger.books import check_books

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
DAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
async def finance(fresh_database: Callable[[str], Any]) -> AsyncIterator[Running]:
    async with running(SERVICE, fresh_database("finance").app) as made:
        async with made.app.state.database.transaction() as session:
            for code, kind in (("till", "asset"), ("capital", "equity"), ("Bank-1:a", "asset")):
                await service.open_account(
                    session, code, title=("账户", code), kind=kind, guarded=code == "till", now=NOW
                )
            for number in range(1, 8):
                await service.post(session, an_entry(f"T-{number}", number), now=NOW)
            await service.post(session, an_entry("P-1", 100, pending=True), now=NOW)
            await service.reverse(session, "T-7", reason="重复入账", value_on=DAY, now=NOW)
        yield made
        await check_books(made.app.state.database)


def an_entry(reference: str, amount: int, *, pending: bool = False) -> Entry:
    postings = [Posting("capital", "till", amount)]
    return Entry(reference, "contribution", "出资", DAY, postings, pending=pending)


def treasury(finance: Running) -> Caller:
    return finance.caller("officer", org="treasury", regions=["980100"])


async def pages(caller: Caller, path: str, **params: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        asked = {"limit": 3, **params} | ({"cursor": cursor} if cursor else {})
        reply = await caller.get(path, params=asked)
        assert reply.status_code == 200, reply.text
        found += reply.json()["items"]
        cursor = reply.json()["next"]
        if cursor is None:
            return found


async def test_a_history_shows_the_balance_after_each_entry_newest_first(
    finance: Running,
) -> None:
    found = await pages(treasury(finance), "/ledger/accounts/till/entries")
    assert [each["sequence"] for each in found] == list(range(8, 0, -1))
    assert [each["balance_fen"] for each in found] == [21, 28, 21, 15, 10, 6, 3, 1]
    assert found[0] | {"posted_at": None} == {
        "sequence": 8, "reference": "T-7:reversal", "kind": "reversal", "description": "冲正 T-7",
        "value_on": "2026-11-20", "posted_at": None, "amount_fen": -7, "balance_fen": 21,
    }  # fmt: skip
    other = await pages(treasury(finance), "/ledger/accounts/capital/entries")
    assert [each["balance_fen"] for each in other] == [-each["balance_fen"] for each in found]


async def test_accounts_show_what_is_posted_and_what_is_held(finance: Running) -> None:
    accounts = {each["code"]: each for each in await pages(treasury(finance), "/ledger/accounts")}
    till = accounts["till"]
    assert (till["posted_fen"], till["pending_in_fen"], till["available_fen"]) == (21, 100, 21)
    assert accounts["capital"]["pending_out_fen"] == 100
    assert accounts["capital"]["available_fen"] == -121
    assert till["title"] == {"zh": "账户", "en": "till"}
    only = await pages(treasury(finance), "/ledger/accounts", kind="asset", under="Bank-1:")
    assert [each["code"] for each in only] == ["Bank-1:a"]


async def test_a_transaction_shows_its_dates_postings_and_what_it_reverses(
    finance: Running,
) -> None:
    caller = treasury(finance)
    undone = (await caller.get("/ledger/transactions/T-7:reversal")).json()
    assert (undone["reverses"], undone["reason"], undone["status"]) == ("T-7", "重复入账", "posted")
    assert undone["postings"] == [{"source": "till", "destination": "capital", "amount_fen": 7}]
    pending = (await caller.get("/ledger/transactions/P-1")).json()
    assert (pending["status"], pending["posted_at"], pending["value_on"]) == (
        "pending", None, "2026-11-20",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/ledger/transactions/none", 404, "unknown_transaction"),
        ("/ledger/accounts/none/entries", 404, "not_found"),
        ("/ledger/accounts/till/entries?cursor=x", 400, "invalid_cursor"),
        ("/ledger/accounts?kind=gold", 422, "invalid_request"),
        ("/ledger/accounts?under=%25", 422, "invalid_request"),
    ],
)
async def test_bad_questions_get_a_stable_code(
    finance: Running, path: str, status: int, code: str
) -> None:
    reply = await treasury(finance).get(path)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


PATHS = (
    "/ledger/accounts", "/ledger/accounts/till/entries", "/ledger/transactions/T-1",
    "/ledger/export",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
async def test_only_those_who_answer_for_the_money_read_the_books(
    finance: Running, path: str
) -> None:
    may = [
        finance.caller("officer", org="science", regions=["980100"]),
        finance.caller("head", org="treasury", regions=["980000"]),
        finance.caller("administrator"),
    ]
    may_not = [
        finance.caller("officer", org="registration", regions=["980100"]),
        finance.caller("officer", org="science"),
        finance.caller("founder"),
        finance.caller("bank", org="science", scope="bank"),
        finance.caller("bank", org="qingyu-example-bank", scope="bank"),
        finance.caller("expert"),
    ]
    assert [(await each.get(path)).status_code for each in may] == [200] * len(may)
    assert [(await each.get(path)).status_code for each in may_not] == [403] * len(may_not)
    assert (await finance.anonymous.get(path)).status_code == 401
