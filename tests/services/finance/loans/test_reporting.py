"""What a bank reports of a loan, through its API: draw-down, repayment, reversal, classification."""

from datetime import date, timedelta

import pytest

from tests.services.finance.loans.house import MONEY, SONGLING, House


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
    told = [event for event in await house.events(loan["id"]) if event != "reminded"]
    assert told == ["contracted", "disbursed", "overdue", "defaulted"]
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
