"""Who reads which loan, page by page, and that what was booked stays."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.services.finance.loans.house import QINGYU, SONGLING, House


async def test_another_banks_loan_does_not_exist(house: House) -> None:
    loan = await house.drawn()
    other = house.bank(SONGLING)
    assert (await other.get(f"/loans/{loan['id']}")).status_code == 404
    listed = (await other.get("/loans", params={"reference": loan["reference"]})).json()
    assert listed["items"] == []
    day = str(house.today)
    terms = {"annual_rate": "0.03", "term_months": 6, "repayment_method": "bullet"}
    said = {"bank_reference": "x1", "value_on": day, "reason": "测试"}
    for path, body in {
        "disbursements": {"bank_reference": "x1", "amount_fen": 1, "value_on": day},
        "repayments": {"bank_reference": "x1", "amount_fen": 1, "value_on": day},
        "classifications": {"classification": "loss", "value_on": day, "reason": "测试"},
        "restructurings": said | terms,
        "renewals": said | terms,
        "write-offs": said,
        "disbursements/1/reversals": {"bank_reference": "x1", "reason": "测试"},
    }.items():
        reply = await other.post(f"/loans/{loan['id']}/{path}", json=body, version=2)
        assert reply.status_code == 404, path
    assert (await house.fresh(loan))["version"] == 2


async def test_a_founder_reads_their_loan_and_nobody_elses(house: House) -> None:
    loan = await house.drawn()
    mine = (await house.founder.get(f"/loans/{loan['id']}")).json()
    assert mine["next_due_on"] == loan["next_due_on"]
    assert len(mine["schedule"]) == 12
    assert mine["allowed_actions"] == []
    assert mine["href"] == f"/api/finance/v1/loans/{loan['id']}"
    assert any(x["id"] == loan["id"] for x in (await house.founder.get("/loans")).json()["items"])
    stranger = house.running.caller("founder", sub="someone", person="f" * 64)
    assert (await stranger.get(f"/loans/{loan['id']}")).status_code == 404
    assert (await stranger.get("/loans")).json()["items"] == []


@pytest.mark.parametrize(
    ("org", "region", "status"),
    [
        ("science", "980100", 200),
        ("treasury", "980000", 200),
        ("science", "980200", 404),
        ("registration", "980100", 404),
    ],
)
async def test_officers_of_science_and_treasury_read_the_loans_of_their_region(
    house: House, org: str, region: str, status: int
) -> None:
    loan = await house.drawn()
    reply = await house.officer(org, region).get(f"/loans/{loan['id']}")
    assert reply.status_code == status
    listed = (await house.officer(org, region).get("/loans")).json()["items"]
    assert any(x["id"] == loan["id"] for x in listed) == (status == 200)


async def test_the_banks_list_goes_on_page_by_page(house: House) -> None:
    wanted = {(await house.drawn())["id"] for _ in range(3)}
    seen: list[str] = []
    cursor: str | None = None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = (await house.bank().get("/loans", params=params)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert wanted <= set(seen)
    assert len(seen) == len(set(seen))
    bad = await house.bank().get("/loans", params={"cursor": "nonsense"})
    assert (bad.status_code, bad.json()["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("table", ["loan_entries", "loan_instalments", "bank_references"])
@pytest.mark.parametrize("change", ["DELETE FROM {0}", "UPDATE {0} SET {1} = {1}"])
async def test_nothing_that_was_booked_can_be_edited_or_deleted(
    house: House, table: str, change: str
) -> None:
    await house.drawn(org=QINGYU)
    column = "reference" if table == "bank_references" else "loan_id"
    statement = text(change.format(table, column))
    async with house.running.app.state.database.transaction() as session:
        with pytest.raises(DBAPIError, match=r"append-only|permission"):
            await session.execute(statement)
        await session.rollback()
