"""What a bank reports of a loan, through its API: draw-down, repayment, reversal, classification."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.services.finance.loans.house import MONEY, QINGYU, SONGLING, House


async def test_a_contract_is_filed_with_its_cover_before_anything_is_drawn(house: House) -> None:
    row = await house.sign()
    assert (row.state, row.filed_on, row.disbursed_fen) == ("contracted", house.today, 0)
    assert await house.cover(row) == MONEY
    loan = (await house.bank().get(f"/loans/{row.id}")).json()
    assert [a["action"] for a in loan["allowed_actions"]] == ["disburse", "classify"]
    assert [b["code"] for b in loan["blocked_actions"]] == ["nothing_to_reverse"]
    assert sum(line["principal_fen"] for line in loan["schedule"]) == MONEY
    assert await house.events(row.id) == ["contracted"]


async def test_the_plan_starts_on_the_day_of_drawing(house: House) -> None:
    row = await house.sign()
    await house.pass_days(9)
    loan = {"id": str(row.id), "version": 1}
    await house.report(loan, "disbursements", amount_fen=MONEY)
    assert loan["state"] == "active"
    assert loan["starts_on"] == house.today.isoformat() == loan["schedule"][0]["starts_on"]
    assert loan["plan"] == 1
    assert loan["next_due_on"] == loan["schedule"][0]["due_on"]
    assert await house.events(row.id) == ["contracted", "disbursed"]


async def test_no_more_is_drawn_than_the_contract_allows(house: House) -> None:
    row = await house.sign()
    loan = {"id": str(row.id), "version": 1}
    answer = await house.report(loan, "disbursements", 422, amount_fen=MONEY + 1)
    assert answer["code"] == "disbursement_over_contract"
    assert answer["errors"][0]["values"] == {"most_fen": MONEY}
    await house.report(loan, "disbursements", amount_fen=MONEY - 100)
    answer = await house.report(loan, "disbursements", 422, amount_fen=101)
    assert answer["code"] == "disbursement_over_contract"
    await house.report(loan, "disbursements", amount_fen=100)
    assert (loan["disbursed_fen"], loan["undrawn_fen"]) == (MONEY, 0)
    answer = await house.report(loan, "disbursements", 409, amount_fen=1)
    assert answer["code"] == "loan_move_blocked"


async def test_a_second_draw_down_keeps_the_due_dates(house: House) -> None:
    row = await house.sign()
    loan = {"id": str(row.id), "version": 1}
    await house.report(loan, "disbursements", amount_fen=60_000_00)
    dues = [line["due_on"] for line in loan["schedule"]]
    await house.pass_days(10)
    await house.report(loan, "disbursements", amount_fen=60_000_00)
    assert [line["due_on"] for line in loan["schedule"]] == dues
    assert sum(line["principal_fen"] for line in loan["schedule"]) == MONEY
    # ten days on 60,000 yuan at 3.6 % over 360, then the rest of the month on 120,000
    ten_days = 60_000_00 * 36 * 10 // 360_000
    first = loan["schedule"][0]
    rest = (date.fromisoformat(first["due_on"]) - house.today).days
    assert first["interest_fen"] == ten_days + round(MONEY * 36 * rest / 360_000)


async def test_nothing_is_drawn_before_the_filing_or_tomorrow(house: House) -> None:
    row = await house.sign()
    loan = {"id": str(row.id), "version": 1}
    for day, code in ((-1, "before_filing"), (1, "in_the_future")):
        value_on = (house.today + timedelta(days=day)).isoformat()
        answer = await house.report(loan, "disbursements", 422, amount_fen=MONEY, value_on=value_on)
        assert (answer["code"], answer["errors"][0]["code"]) == ("value_date_refused", code)


async def test_a_contract_that_is_not_drawn_in_time_lapses_and_gives_its_cover_back(
    house: House,
) -> None:
    row = await house.sign()
    await house.pass_to(row.draw_by_on)
    assert (await house.fresh({"id": str(row.id)}))["state"] == "contracted"
    await house.pass_days(1)
    loan = await house.fresh({"id": str(row.id)})
    assert (loan["state"], loan["allowed_actions"]) == ("lapsed", [])
    assert await house.cover(row) == 0
    answer = await house.report(loan, "disbursements", 409, amount_fen=MONEY)
    assert answer["code"] == "loan_move_refused"
    messages = (await house.bank().get("/inbox")).json()["items"]
    assert any(m["kind"] == "loan.lapsed" and row.reference in str(m) for m in messages)


async def test_an_instalment_on_its_day_is_interest_first_and_then_principal(
    house: House,
) -> None:
    loan = await house.drawn()
    first = loan["schedule"][0]
    await house.pass_to(date.fromisoformat(first["due_on"]))
    amount = first["interest_fen"] + first["principal_fen"]
    await house.report(loan, "repayments", amount_fen=amount)
    assert loan["entries"][-1]["allocation"] == {
        "overdue_interest_fen": 0, "overdue_principal_fen": 0,
        "interest_fen": first["interest_fen"], "principal_fen": first["principal_fen"],
    }  # fmt: skip
    assert loan["schedule"][0]["status"] == "paid"
    assert loan["outstanding_fen"] == MONEY - first["principal_fen"]
    assert await house.cover(loan) == loan["outstanding_fen"]


async def test_an_overpayment_is_refused_with_the_most_that_is_due(house: House) -> None:
    loan = await house.drawn()
    first = loan["schedule"][0]
    most = first["interest_fen"] + first["principal_fen"]
    answer = await house.report(loan, "repayments", 422, amount_fen=most + 1)
    assert (answer["code"], answer["errors"][0]["values"]) == ("overpayment", {"most_fen": most})
    answer = await house.report(loan, "repayments", 422, amount_fen=MONEY + 1, purpose="prepayment")
    assert answer["errors"][0]["values"] == {"most_fen": MONEY}


async def test_a_loan_falls_overdue_and_into_default_by_the_calendar_alone(house: House) -> None:
    loan = await house.drawn()
    due = date.fromisoformat(loan["next_due_on"])
    await house.pass_to(due)
    assert (await house.fresh(loan))["state"] == "active"
    await house.pass_days(1)
    assert (await house.fresh(loan))["state"] == "overdue"
    assert (loan["days_overdue"], loan["overdue_since"]) == (1, due.isoformat())
    await house.pass_to(due + timedelta(days=59))
    assert (await house.fresh(loan))["state"] == "overdue"
    await house.pass_days(1)
    assert (await house.fresh(loan))["state"] == "defaulted"
    assert await house.events(loan["id"]) == ["contracted", "disbursed", "overdue", "defaulted"]
    kinds = await house.rows(
        "SELECT kind FROM bank_messages WHERE subject_en LIKE :r", r=f"%{loan['reference']}%"
    )
    assert sorted(row.kind for row in kinds) == ["loan.defaulted", "loan.overdue"]
    flagged = await house.rows(
        "SELECT non_performing FROM cover_reservations WHERE loan_reference = :r",
        r=loan["reference"],
    )
    assert flagged[0].non_performing is True


async def test_a_jump_of_the_calendar_passes_through_overdue_to_default(house: House) -> None:
    loan = await house.drawn()
    await house.pass_days(120)
    assert (await house.fresh(loan))["state"] == "defaulted"
    assert (await house.events(loan["id"]))[-2:] == ["overdue", "defaulted"]


async def test_paying_all_arrears_cures_and_a_reversal_brings_the_default_back(
    house: House,
) -> None:
    loan = await house.drawn()
    await house.pass_days(100)
    before = await house.fresh(dict(loan))
    loan |= before
    owed = loan["overdue_principal_fen"] + loan["overdue_interest_fen"]
    await house.report(loan, "repayments", amount_fen=owed)
    assert loan["state"] == "active"
    entry = loan["entries"][-1]["number"]
    await house.report(loan, f"repayments/{entry}/reversals")
    changed = {"version", "updated_at", "entries"}
    assert {k: v for k, v in loan.items() if k not in changed} == {
        k: v for k, v in before.items() if k not in changed
    }
    assert (await house.events(loan["id"]))[-5:] == [
        "repaid", "cured", "reversed", "overdue", "defaulted",
    ]  # fmt: skip
    await house.check_books()


async def test_an_earlier_repayment_is_reversed_and_the_later_ones_are_spread_anew(
    house: House,
) -> None:
    loan = await house.drawn()
    for line in list(loan["schedule"][:2]):
        await house.pass_to(date.fromisoformat(line["due_on"]))
        await house.report(
            loan, "repayments", amount_fen=line["interest_fen"] + line["principal_fen"]
        )
    first = loan["schedule"][0]
    await house.report(loan, "repayments/2/reversals")
    assert loan["state"] == "overdue"
    used = loan["entries"][2]["allocation"]
    assert used["overdue_interest_fen"] == first["interest_fen"]
    assert loan["entries"][1]["reversed_by"] == 4
    await house.check_books()


async def test_a_reversed_payoff_reopens_the_loan_with_its_cover(house: House) -> None:
    loan = await house.drawn()
    await house.pass_days(20)
    payoff = (await house.fresh(loan))["payoff_fen"]
    assert payoff == MONEY + MONEY * 36 * 20 // 360_000
    await house.report(loan, "repayments", amount_fen=payoff, purpose="prepayment")
    assert (loan["state"], loan["closed_on"]) == ("settled", house.today.isoformat())
    assert await house.cover(loan) == 0
    await house.report(loan, "repayments/2/reversals")
    assert (loan["state"], loan["closed_on"]) == ("active", None)
    assert await house.cover(loan) == MONEY
    assert (await house.events(loan["id"]))[-4:] == ["repaid", "settled", "reversed", "reopened"]


async def test_an_entry_is_reversed_once_and_only_as_what_it_is(house: House) -> None:
    loan = await house.drawn()
    await house.report(loan, "repayments", amount_fen=100)
    assert (await house.report(loan, "disbursements/2/reversals", 404))["code"] == "not_found"
    assert (await house.report(loan, "repayments/9/reversals", 404))["code"] == "not_found"
    await house.report(loan, "repayments/2/reversals")
    answer = await house.report(loan, "repayments/2/reversals", 409)
    assert (answer["code"], answer["reversed_by"]) == ("entry_already_reversed", 3)


async def test_a_draw_down_with_money_after_it_stays_and_else_goes_back_to_the_contract(
    house: House,
) -> None:
    loan = await house.drawn()
    await house.report(loan, "repayments", amount_fen=100)
    here = f"/api/finance/bank/v1/loans/{loan['id']}"
    links = [entry["reversal_href"] for entry in loan["entries"]]
    assert links == [None, f"{here}/repayments/2/reversals"]
    answer = await house.report(loan, "disbursements/1/reversals", 409)
    assert (answer["code"], answer["entry"]) == ("entry_not_reversible", 2)
    await house.report(loan, "repayments/2/reversals")
    await house.report(loan, "disbursements/1/reversals")
    assert (loan["state"], loan["starts_on"], loan["disbursed_fen"]) == ("contracted", None, 0)
    await house.report(loan, "disbursements", amount_fen=MONEY)
    assert loan["state"] == "active"


async def test_a_late_report_of_an_early_payment_undoes_what_the_calendar_did(
    house: House,
) -> None:
    loan = await house.drawn()
    first = loan["schedule"][0]
    await house.pass_to(date.fromisoformat(first["due_on"]) + timedelta(days=3))
    assert (await house.fresh(loan))["state"] == "overdue"
    amount = first["interest_fen"] + first["principal_fen"]
    await house.report(loan, "repayments", amount_fen=amount, value_on=first["due_on"])
    assert (loan["state"], loan["days_overdue"]) == ("active", 0)


@pytest.mark.parametrize(
    "classification", ["special_mention", "substandard", "doubtful", "loss", "normal"]
)
async def test_a_bank_classifies_in_five_classes(house: House, classification: str) -> None:
    loan = await house.drawn()
    await house.report(loan, "classifications", classification=classification, reason="贷后检查")
    assert loan["classification"] == classification
    answer = await house.report(
        loan, "classifications", 422, classification="fine", reason="贷后检查"
    )
    assert answer["code"] == "invalid_request"


async def test_a_reference_of_a_bank_is_used_once_for_ever_and_the_refusal_names_its_use(
    house: House,
) -> None:
    loan, other = await house.drawn(), await house.drawn()
    reference = house.ref()
    await house.report(loan, "repayments", amount_fen=100, bank_reference=reference)
    answer = await house.report(other, "repayments", 409, amount_fen=100, bank_reference=reference)
    assert answer["code"] == "bank_reference_used"
    assert answer["existing"]["id"] == loan["id"]
    assert answer["existing"]["href"] == f"/api/finance/bank/v1/loans/{loan['id']}"
    theirs = await house.drawn(org=SONGLING)
    await house.report(theirs, "repayments", amount_fen=100, bank_reference=reference, org=SONGLING)


async def test_a_report_needs_the_present_version_and_says_which_it_is(house: House) -> None:
    loan = await house.drawn()
    stale = {"id": loan["id"], "version": 1}
    answer = await house.report(stale, "repayments", 412, amount_fen=100)
    assert (answer["code"], answer["current"]["version"]) == ("stale_etag", 2)
    body = {"bank_reference": house.ref(), "amount_fen": 100, "value_on": str(house.today)}
    reply = await house.bank().post(f"/loans/{loan['id']}/repayments", json=body)
    assert reply.status_code == 428


async def test_a_repeated_report_with_the_same_key_is_booked_once(house: House) -> None:
    loan = await house.drawn()
    body = {"bank_reference": house.ref(), "amount_fen": 100, "value_on": str(house.today)}
    path = f"/loans/{loan['id']}/repayments"
    first = await house.bank().post(path, json=body, version=2, key="once")
    again = await house.bank().post(path, json=body, version=2, key="once")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.headers["idempotency-hit"] == "true"
    assert again.json() == first.json()
    assert len((await house.fresh(loan))["entries"]) == 2


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
