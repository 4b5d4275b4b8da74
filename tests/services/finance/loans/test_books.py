"""The loan book as an outsider re-checks it: hledger over the export says what the loans say."""

import asyncio
import csv
import io
import random
import shutil
import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.services.finance.loans.house import QINGYU, SONGLING, House

NEW = {"annual_rate": "0.03", "term_months": 6, "repayment_method": "bullet", "reason": "续贷"}


async def a_year_of_a_bank(house: House, org: str, chance: random.Random) -> None:
    """Loans drawn, repaid, reversed, reported late and renewed, in no order."""
    loans: list[dict[str, Any]] = []
    for _ in range(30):
        await house.pass_days(chance.randrange(0, 12))
        if len(loans) < 5:
            loans.append(await house.drawn(org=org))
            continue
        loan = await house.fresh(chance.choice(loans), org=org)
        actions = {action["action"] for action in loan["allowed_actions"]}
        links = [e["reversal_href"] for e in loan["entries"] if e["reversal_href"]]
        if links and chance.random() < 0.3:
            await house.report(loan, chance.choice(links).split(f"{loan['id']}/")[1], org=org)
        elif "repay" in actions:
            amount = chance.randrange(1, loan["payoff_fen"] + 1)
            await house.report(loan, "repayments", org=org, purpose="prepayment", amount_fen=amount)
        if "renew" in actions and chance.random() < 0.2:
            reply = await house.bank(org).post(
                f"/loans/{loan['id']}/renewals",
                json=NEW | {"bank_reference": house.ref(), "value_on": str(house.today)},
                version=loan["version"],
            )
            assert reply.status_code in (201, 422, 409), reply.text
        await house.check_books()


def hledger(journal: Path, *words: str) -> str:
    """What hledger says of the journal; without a word on its standard error."""
    program = shutil.which("hledger")
    if program is None:
        pytest.skip("hledger is not installed (apt-get install hledger)")
    command = [program, *words, "-f", str(journal)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


async def test_hledger_says_of_each_bank_what_its_loans_say(house: House, tmp_path: Path) -> None:
    chance = random.Random(7)
    for org in (QINGYU, SONGLING):
        await a_year_of_a_bank(house, org, chance)
    treasury = house.officer("treasury", "980000")
    exported = await treasury.get("/ledger/export", params={"format": "hledger"})
    assert exported.status_code == 200
    journal = tmp_path / "books.journal"
    journal.write_text(exported.text, encoding="utf-8")
    await asyncio.to_thread(hledger, journal, "check", "--strict")
    words = ("balance", "--flat", "--no-total", "-O", "csv", "--layout=bare", "loans")
    shown = await asyncio.to_thread(hledger, journal, *words)
    rows = list(csv.reader(io.StringIO(shown)))[1:]
    balances = {row[0].split("loans:")[1]: int(Decimal(row[-1]) * 100) for row in rows}
    for org in (QINGYU, SONGLING):
        sums = (
            await house.rows(
                "SELECT sum(disbursed_fen) AS drawn, sum(principal_repaid_fen) AS repaid,"
                " sum(renewed_fen) AS renewed, sum(outstanding_fen) AS left FROM loans"
                " WHERE bank = :b",
                b=org,
            )
        )[0]
        assert -balances[f"{org}:drawn"] == sums.drawn
        assert balances.get(f"{org}:repaid", 0) == sums.repaid
        assert balances.get(f"{org}:renewed", 0) == sums.renewed
        assert balances.get(f"{org}:outstanding", 0) == sums.left
