"""Odd input is refused as a problem, never answered by a failure of ours."""

from typing import Any

import pytest

from tests.services.finance.loans.house import House

TERMS = {"term_months": 12, "repayment_method": "bullet", "reason": "测试"}


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_fen": 0},
        {"amount_fen": -1},
        {"amount_fen": 10**15 + 1},
        {"amount_fen": 1.5},
        {"amount_fen": "100"},
        {"amount_fen": True},
        {"value_on": "2026-13-01"},
        {"value_on": 0},
        {"value_on": "9999-12-31"},
        {"value_on": "0001-01-01"},
        {"bank_reference": ""},
        {"bank_reference": "<b>1"},
        {"bank_reference": "a\nb"},
        {"bank_reference": "😀"},
        {"bank_reference": "x" * 65},
        {"purpose": "recovery"},
        {"unknown": 1},
    ],
)
async def test_a_repayment_that_cannot_be_read_is_refused(
    house: House, changes: dict[str, Any]
) -> None:
    loan = await house.drawn()
    answer = await house.report(loan, "repayments", 422, **({"amount_fen": 1} | changes))
    assert answer["code"] in ("invalid_request", "value_date_refused")


@pytest.mark.parametrize(
    "rate", ["1", "-0.01", "0.0000001", "NaN", "Infinity", "4.35", "", "x", 0.03, None]
)
async def test_a_rate_is_a_decimal_string_from_0_to_below_1(house: House, rate: Any) -> None:
    loan = await house.drawn()
    answer = await house.report(loan, "restructurings", 422, annual_rate=rate, **TERMS)
    assert answer["errors"][0]["pointer"] == "/annual_rate"


@pytest.mark.parametrize("rate", ["0", "-0", "3E-2", "0.03", "0.035999"])
async def test_any_way_of_writing_a_rate_is_read(house: House, rate: str) -> None:
    loan = await house.drawn()
    await house.report(loan, "restructurings", annual_rate=rate, **TERMS)
    assert loan["annual_rate"].lstrip("-") in ("0", "0.03", "0.035999")


async def test_a_reason_without_letters_that_a_database_can_hold_is_no_failure(
    house: House,
) -> None:
    loan = await house.drawn()
    answer = await house.report(
        loan, "classifications", 422, classification="loss", reason="a\x00b"
    )
    assert [e["code"] for e in answer["errors"]] == ["invisible_character"]


async def test_a_bank_s_own_contract_number_is_taken(house: House) -> None:
    loan = await house.drawn()
    said = {
        "amount_fen": 1,
        "bank_reference": "（2026）青银贷字第001号",
        "value_on": str(house.today),
    }
    await house.report(loan, "repayments", **said)
    said["bank_reference"] = "(2026)青银贷字第001号"  # the same number, whatever the keyboard
    assert (await house.report(loan, "repayments", 409, **said))["code"] == "bank_reference_used"


@pytest.mark.parametrize(
    "query",
    ["reference=%00", "state=gone", "limit=0", "limit=999", "application_id=1", "uscc=%00%00"],
)
async def test_an_odd_question_is_refused(house: House, query: str) -> None:
    reply = await house.bank().get(f"/loans?{query}")
    assert reply.status_code == 422, reply.text
    if "reference" not in query:
        assert (await house.founder.get(f"/loans?{query}")).status_code == 422


@pytest.mark.parametrize("path", ["renewals/1/reversals", "repayments/0/reversals", "nothing"])
async def test_a_path_that_is_not_there_is_refused(house: House, path: str) -> None:
    loan = await house.drawn()
    body = {"bank_reference": house.ref(), "reason": "测试"}
    reply = await house.bank().post(f"/loans/{loan['id']}/{path}", json=body, version=2)
    assert reply.status_code in (404, 422)


@pytest.mark.parametrize("role", ["founder", "officer", "carrier_operator", "expert"])
async def test_nobody_but_a_bank_reports(house: House, role: str) -> None:
    loan = await house.drawn()
    caller = house.bank()
    other = house.running.caller(role, org="science", regions=["980100"])
    caller.headers = other.headers
    reply = await caller.post(
        f"/loans/{loan['id']}/repayments",
        json={"bank_reference": "x", "amount_fen": 1, "value_on": str(house.today)},
        version=2,
    )
    assert reply.status_code == 403
    assert (await caller.get(f"/loans/{loan['id']}")).status_code == 403


async def test_a_bank_that_the_token_does_not_name_sees_nothing(house: House) -> None:
    reply = await house.bank(org=None).get("/loans")  # type: ignore[arg-type]
    assert reply.status_code == 403
