"""The books leave the house: what hledger itself makes of them, over HTTP, to the fen."""

import csv
import io
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kit.db import Database, raw
from services.finance.composition import SERVICE
from services.finance.ledger import export, service
from services.finance.ledger.rules import Entry, Posting
from services.finance.pools import service as pools
from services.finance.pools.seed import seed_pools
from tests.fixtures.callers import Running, running
from tests.services.finance.ledger.books import check_books
from tests.services.finance.pools.funds import AT, CLASS_A

NOW = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
REVERSED_ON = date(2026, 12, 1)


@pytest.fixture(scope="module")
async def finance(fresh_database: Callable[[str], Any]) -> AsyncIterator[Running]:
    """Demonstration money, one loan that went bad and came back in part, one reversal, one pending."""
    async with running(SERVICE, fresh_database("finance").app) as made:
        await seed_pools(made.app.state)
        await live_a_little(made.app.state.database)
        yield made
        await check_books(made.app.state.database)


async def live_a_little(database: Database) -> None:
    async with database.transaction() as session:
        await pools.reserve_cover(
            session, pool_code="suke-980000", loan_reference="L-1", principal_fen=1_234_567_89,
            shares=CLASS_A, **AT,
        )  # fmt: skip
        await pools.pay_compensation(
            session, claim_reference="C-1", loan_reference="L-1", base_fen=1_234_567_89, **AT
        )
        await pools.return_recovery(
            session, claim_reference="C-1", recovery_reference="R-1", amount_fen=100_001,
            costs_fen=3, **AT,
        )  # fmt: skip
        for reference, day in (("X-1", date(2026, 3, 1)), ("X-2", date(2026, 2, 1))):
            await service.post(session, an_entry(reference, value_on=day), now=NOW)
        await service.reverse(session, "X-1", reason="重复", value_on=REVERSED_ON, now=NOW)
        await service.post(session, an_entry("P-1", pending=True), now=NOW)
        await service.post(session, an_entry("P-2", pending=True), now=NOW)
        await service.void_pending(session, "P-2", now=NOW)


def an_entry(reference: str, **changes: Any) -> Entry:
    values: dict[str, Any] = {
        "kind": "contribution",
        "description": ' 出资;第"1"期 | \\ 两行\n说明 ',
        "value_on": date(2026, 11, 22),
        "postings": [
            Posting("contribution:suke-980000:city", "pool:suke-980000:city", 7),
            Posting("contribution:suke-980000:province", "pool:suke-980000:province", 100),
        ],
    }
    return Entry(reference=reference, **(values | changes))


async def exported(finance: Running, format_name: str) -> str:
    caller = finance.caller("head", org="treasury", regions=["980000"])
    reply = await caller.get("/ledger/export", params={"format": format_name})
    assert reply.status_code == 200
    assert reply.headers["content-type"] == "text/plain; charset=utf-8"
    return reply.text


def run_hledger(journal: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("hledger")
    if program is None:
        pytest.skip("hledger is not installed (apt-get install hledger)")
    return subprocess.run(
        [program, *words, "-f", str(journal)],
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
async def journal(finance: Running, tmp_path: Path) -> Path:
    file = tmp_path / "books.journal"
    file.write_text(await exported(finance, "hledger"), encoding="utf-8")
    return file


async def stated(finance: Running) -> dict[str, int]:
    """Every account and what it states, over the API."""
    found: dict[str, int] = {}
    caller = finance.caller("administrator")
    page: dict[str, Any] = {"next": None}
    while True:
        params = {"limit": 5} | ({"cursor": page["next"]} if page["next"] else {})
        page = (await caller.get("/ledger/accounts", params=params)).json()
        for each in page["items"]:
            name = f"{export.HLEDGER_ROOTS[each['kind']]}:{each['code']}"
            assert name not in found
            found[name] = each["posted_fen"]
        if page["next"] is None:
            return found


async def test_hledger_finds_nothing_wrong(journal: Path) -> None:
    checked = run_hledger(journal, "check", "--strict", "ordereddates")
    assert (checked.returncode, checked.stderr) == (0, "")


async def test_hledgers_balances_are_the_accounts_balances(finance: Running, journal: Path) -> None:
    shown = run_hledger(
        journal, "balance", "--flat", "--empty", "--no-total", "-O", "csv", "--layout=bare"
    )
    assert shown.returncode == 0, shown.stderr
    rows = list(csv.reader(io.StringIO(shown.stdout)))[1:]
    balances = {row[0]: int(Decimal(row[-1]) * 100) for row in rows}
    expected = await stated(finance)
    assert {name: fen for name, fen in balances.items() if name in expected} == expected
    assert sum(expected.values()) == 0
    assert expected["assets:pool:suke-980000:province"] != 0


async def test_every_posted_transaction_is_there_once_and_no_other(
    finance: Running, journal: Path
) -> None:
    shown = run_hledger(journal, "print", "-O", "csv")
    codes = {(row["txnidx"], row["code"]) for row in csv.DictReader(io.StringIO(shown.stdout))}
    async with finance.app.state.database.reader() as connection:
        driver = await raw(connection)
        rows = await driver.fetch("SELECT reference, status FROM ledger_transactions")
    posted = [row["reference"] for row in rows if row["status"] == "posted"]
    assert sorted(code for _, code in codes) == sorted([*posted, "BALANCES"])
    assert {"COMP:C-1", "RECO:R-1", "X-1", "X-1:reversal", "X-2"} < set(posted)
    assert {"P-1", "P-2"} == {row["reference"] for row in rows} - set(posted)


def test_hledger_notices_a_fen_that_is_missing(journal: Path) -> None:
    """The proof of the proof: break one amount on both sides, and the stated balances disagree."""
    text = journal.read_text(encoding="utf-8")
    broken = text.replace("-0.07 CNY", "-0.06 CNY", 1).replace("  0.07 CNY", "  0.06 CNY", 1)
    assert broken != text
    journal.write_text(broken, encoding="utf-8")
    assert run_hledger(journal, "check").returncode != 0


async def test_the_same_books_give_the_same_text(finance: Running) -> None:
    for format_name in ("hledger", "beancount"):
        assert await exported(finance, format_name) == await exported(finance, format_name)


async def test_beancount_gets_the_same_transactions_in_its_own_words(finance: Running) -> None:
    text = await exported(finance, "beancount")
    assert "Assets:Pool:Suke-980000:City  0.07 CNY" in text
    assert "Equity:Contribution:Suke-980000:City  -0.07 CNY" in text
    assert '2026-02-01 * "出资；第”1”期 ｜ ＼ 两行 说明"\n  reference: "X-2"' in text
    seeded_on = finance.app.state.clock.today()  # after the reversal's day, once that is past
    closed_on = max(REVERSED_ON, seeded_on) + timedelta(days=1)
    for name, fen in (await stated(finance)).items():
        capital = ":".join(part[0].upper() + part[1:] for part in name.split(":"))
        assert f" open {capital} CNY\n" in text
        assert f"{closed_on} balance {capital}  {export.yuan(fen)} CNY\n" in text


async def test_an_unknown_language_is_refused(finance: Running) -> None:
    caller = finance.caller("administrator")
    reply = await caller.get("/ledger/export", params={"format": "excel"})
    assert reply.status_code == 422


@pytest.mark.parametrize(
    ("fen", "written"),
    [(0, "0.00"), (7, "0.07"), (-7, "-0.07"), (-100, "-1.00"), (123456, "1234.56")],
)
def test_fen_are_written_as_yuan_with_two_decimals(fen: int, written: str) -> None:
    assert export.yuan(fen) == written


def test_empty_books_are_still_a_journal(tmp_path: Path) -> None:
    file = tmp_path / "empty.journal"
    file.write_text(export.hledger(export.Books([], [])), encoding="utf-8")
    assert run_hledger(file, "check", "--strict").returncode == 0
    assert "balance" not in export.beancount(export.Books([], []))
