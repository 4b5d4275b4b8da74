"""Two books, one business date: the file, the upload, the register of breaks."""

import asyncio
import csv
import hashlib
import io
import json
from base64 import b64encode
from collections.abc import AsyncIterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import text

from services.finance.bank.reconciliation import figures
from tests.services.finance.bank.conftest import Banks, good, reference


@pytest.fixture(autouse=True)
async def no_statements(banks: Banks) -> AsyncIterator[None]:
    yield
    async with banks.service.app.state.database.transaction() as session:
        await session.execute(text("DELETE FROM reconciliation_breaks"))
        # statements are append-only; each test works on a later day than the one before
    await banks.world.later(days=1)


async def file_of(banks: Banks, day: str, **more: Any) -> list[dict[str, Any]]:
    reply = await banks.qingyu.get(f"/reconciliations/{day}", **more)
    assert reply.status_code == 200, reply.text
    assert reply.headers["content-type"] == "application/x-ndjson"
    return [json.loads(line) for line in reply.text.splitlines()]


async def own_row(banks: Banks, day: str, loan: dict[str, Any]) -> dict[str, Any]:
    return next(row for row in await file_of(banks, day) if row["loan_id"] == loan["id"])


async def statement(banks: Banks, day: str) -> list[dict[str, Any]]:
    """What a bank whose books agree would send."""
    names = ("bank_reference", "outstanding_fen", "disbursed_fen", "interest_repaid_fen")
    return [{name: row[name] for name in names} for row in await file_of(banks, day)]


async def send(banks: Banks, day: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    return good(await banks.qingyu.post(f"/reconciliations/{day}", json={"rows": rows}))


async def repay(banks: Banks, loan: dict[str, Any], fen: int, on: str) -> dict[str, Any]:
    present = good(await banks.qingyu.get(f"/loans/{loan['id']}"))
    body = {"bank_reference": reference("HK"), "amount_fen": fen, "value_on": on}
    path = f"/loans/{loan['id']}/repayments"
    return good(await banks.qingyu.post(path, version=present["version"], json=body), 201)


async def test_the_file_is_as_of_its_business_date(banks: Banks) -> None:
    loan = await banks.loan()
    first = banks.today
    await banks.world.later(days=3)
    line = loan["schedule"][0]
    await repay(banks, loan, line["principal_fen"] + line["interest_fen"], banks.today)
    then, now = await own_row(banks, first, loan), await own_row(banks, banks.today, loan)
    assert (then["outstanding_fen"], then["principal_repaid_fen"]) == (loan["amount_fen"], 0)
    assert now["outstanding_fen"] == loan["amount_fen"] - line["principal_fen"]
    before = date.fromisoformat(first) - timedelta(days=1)
    rows = await file_of(banks, before.isoformat())
    assert loan["id"] not in [row["loan_id"] for row in rows]


async def test_the_file_comes_as_csv_too_with_the_digest_of_its_bytes(banks: Banks) -> None:
    await banks.loan()
    path = f"/reconciliations/{banks.today}"
    reply = await banks.qingyu.get(path, headers={"Accept": "text/csv"})
    digest = b64encode(hashlib.sha256(reply.content).digest()).decode()
    assert reply.headers["content-digest"] == f"sha-256=:{digest}:"
    assert reply.headers["content-type"] == "text/csv; charset=utf-8"
    table = list(csv.DictReader(io.StringIO(reply.text)))
    told = await file_of(banks, banks.today)
    assert [row["loan_id"] for row in table] == [row["loan_id"] for row in told]
    assert all({k: str(v) for k, v in t.items()} == r for t, r in zip(told, table, strict=True))
    refused = await banks.qingyu.get(path, headers={"Accept": "application/pdf"})
    assert (refused.status_code, refused.json()["code"]) == (406, "format_not_offered")


async def test_a_day_that_has_not_come_has_no_figures(banks: Banks) -> None:
    day = (banks.world.today + timedelta(days=1)).isoformat()
    for reply in (
        await banks.qingyu.get(f"/reconciliations/{day}"),
        await banks.qingyu.post(f"/reconciliations/{day}", json={"rows": []}),
    ):
        assert (reply.status_code, reply.json()["code"]) == (422, "business_date_not_reached")
    assert (await banks.qingyu.get("/reconciliations/yesterday")).status_code == 404


async def test_books_that_agree_have_no_breaks(banks: Banks) -> None:
    await banks.loan()
    found = await send(banks, banks.today, await statement(banks, banks.today))
    assert found["breaks"] == []
    assert found["matched"] == found["loans"] >= 1


async def test_what_is_booked_while_the_figures_are_compared_opens_no_break(
    banks: Banks, monkeypatch: pytest.MonkeyPatch
) -> None:
    loan = await banks.loan()
    rows, read = await statement(banks, banks.today), figures.read_dossiers

    async def after_a_repayment(*args: Any) -> Any:
        monkeypatch.undo()
        await repay(banks, loan, 100, banks.today)
        return await read(*args)

    monkeypatch.setattr(figures, "read_dossiers", after_a_repayment)
    assert (await send(banks, banks.today, rows))["breaks"] == []
    assert len((await send(banks, banks.today, rows))["breaks"]) > 0


async def test_a_break_has_an_owner_and_an_age_and_ends_when_the_books_agree(banks: Banks) -> None:
    loan = await banks.loan()
    rows = await statement(banks, banks.today)
    mine = next(row for row in rows if row["bank_reference"] == loan["bank_reference"])
    mine["outstanding_fen"] -= 1
    ghost = {"bank_reference": reference("GHOST"), "outstanding_fen": 5}
    found = await send(banks, banks.today, [*rows, ghost])
    assert {(b["kind"], b["field"], b["owner"], b["age_days"]) for b in found["breaks"]} == {
        ("differs", "outstanding_fen", "qingyu-example-bank", 0),
        ("missing_here", "loan", "qingyu-example-bank", 0),
    }
    await banks.world.later(days=4)
    rows = await statement(banks, banks.today)
    mine = next(row for row in rows if row["bank_reference"] == loan["bank_reference"])
    mine["outstanding_fen"] -= 2
    found = await send(banks, banks.today, rows)
    assert [(b["kind"], b["age_days"]) for b in found["breaks"]] == [("differs", 4)]
    assert found["resolved"] == 1
    assert found["breaks"][0]["theirs"] == str(loan["amount_fen"] - 2)
    mine["outstanding_fen"] += 2
    assert (await send(banks, banks.today, rows))["breaks"] == []
    closed = good(await banks.qingyu.get("/reconciliation-breaks", params={"state": "resolved"}))
    assert [b["age_days"] for b in closed["items"]] == [4, 4]


async def test_a_loan_that_the_bank_does_not_list_is_a_break(banks: Banks) -> None:
    loan = await banks.loan()
    rows = await statement(banks, banks.today)
    found = await send(
        banks, banks.today, [r for r in rows if r["bank_reference"] != loan["bank_reference"]]
    )
    assert [(b["kind"], b["loan_id"]) for b in found["breaks"]] == [("missing_at_bank", loan["id"])]


async def test_figures_of_an_earlier_day_do_not_overtake_those_of_a_later(banks: Banks) -> None:
    earlier = banks.today
    await banks.world.later(days=1)
    await send(banks, banks.today, await statement(banks, banks.today))
    late = await banks.qingyu.post(f"/reconciliations/{earlier}", json={"rows": []})
    assert (late.status_code, late.json()["code"]) == (409, "statement_superseded")


async def test_two_uploads_at_once_open_each_break_once(banks: Banks) -> None:
    ghost = {"bank_reference": reference("GHOST"), "outstanding_fen": 5}
    rows = [*await statement(banks, banks.today), ghost]
    await asyncio.gather(*(send(banks, banks.today, rows) for _ in range(4)))
    found = good(await banks.qingyu.get("/reconciliation-breaks", params={"state": "open"}))
    assert [each["bank_reference"] for each in found["items"]] == [ghost["bank_reference"]]


async def test_another_banks_loans_stand_in_no_file_and_its_reference_is_unknown_here(
    banks: Banks,
) -> None:
    loan = await banks.loan()
    day = banks.today
    reply = await banks.songling.get(f"/reconciliations/{day}")
    assert loan["id"] not in reply.text
    rows = [{"bank_reference": loan["bank_reference"], "outstanding_fen": loan["outstanding_fen"]}]
    theirs = good(await banks.songling.post(f"/reconciliations/{day}", json={"rows": rows}))
    assert [(b["kind"], b["loan_id"], b["ours"]) for b in theirs["breaks"]] == [
        ("missing_here", None, None)
    ]


async def test_a_statement_names_each_loan_once_and_no_unknown_field(banks: Banks) -> None:
    line = {"bank_reference": "HT-1", "outstanding_fen": 1}
    for rows in ([line, line], [{**line, "state": "good"}], [{**line, "outstanding_fen": -1}]):
        path = f"/reconciliations/{banks.today}"
        reply = await banks.qingyu.post(path, json={"rows": rows})
        assert (reply.status_code, reply.json()["code"]) == (422, "invalid_request")
