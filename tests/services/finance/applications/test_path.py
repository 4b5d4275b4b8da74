"""A loan application from a founder's wish to the bank's contract, with two banks' clerks."""

from typing import Any

import pytest

from services.finance.pools.seed import seed_pools
from tests.services.finance.borrowing import (
    OFFER,
    QINGYU,
    SONGLING,
    WAN_FEN,
    Company,
    World,
    act,
    draft,
    graduate,
    loan_of,
    move,
    read,
    submitted,
)

MATTER = "loan-application"
ASKED = {"reason": "需核实纳税", "items": ["近三个月纳税申报表"]}
TERMS = {
    "bank_reference": "HT-2027-0001",
    "amount_fen": 250 * WAN_FEN,
    "annual_rate": "0.0345",
    "term_months": 12,
    "repayment_method": "equal_instalments",
    "signed_on": "2027-03-02",
}


async def first_loan(world: World) -> tuple[Company, dict[str, Any]]:
    """A company of the library asks the second bank for its first loan."""
    company = await world.company()
    await world.in_library(company)
    said = {"first_loan": True, "first_loan_evidence": "企业信用报告 2027-02"}
    form = loan_of(company, preferred_bank=SONGLING, **said)
    return company, await submitted(company, MATTER, form)


async def test_a_first_loan_is_assigned_to_the_bank_of_choice_and_no_other(world: World) -> None:
    company, case = await first_loan(world)
    other = world.bank(QINGYU)
    assert (case["state"], case["title"]) == ("assigned", company.name)
    facts = case["facts"]
    assert facts["bank"] == SONGLING
    assert [v["ok"] for v in facts["eligibility"]] == [True, True, True]
    assert facts["first_loan"] == {
        "claimed": True,
        "evidence": "企业信用报告 2027-02",
        "previous_loans": 0,
        "confirmed": None,
        "verified_by": None,
        "verified_on": None,
    }
    assert (await other.get(f"/cases/{case['id']}")).status_code == 404
    assert (await act(other, case, "accept")).status_code == 404


@pytest.mark.policy("A049")
async def test_a_first_loan_from_wish_to_contract(world: World) -> None:
    await seed_pools(world.finance.app.state)
    company, case = await first_loan(world)
    bank = world.bank(SONGLING)
    case = await move(bank, case, "accept")
    assert case["promised_by"]
    case = await move(bank, case, "request_information", ASKED)
    assert (case["state"], case["facts"]["correction"]["items"]) == (
        "information_requested",
        ASKED["items"],
    )
    case = await move(company.founder, case, "answer_information", {"answer": "已补充"})
    assert case["facts"]["answers"][0]["answer"] == "已补充"
    assert "correction" not in case["facts"]
    case = await move(bank, case, "decide", {**OFFER, "first_loan_confirmed": True})
    assert (case["state"], case["facts"]["decision"]["annual_rate"]) == ("approved", "0.0345")
    assert case["facts"]["first_loan"]["verified_by"] == SONGLING
    shown = {line["label"]["zh"]: line["value"] for line in case["shown"]}
    assert (shown["批准金额"], shown["年利率"]) == (250 * WAN_FEN, "0.0345")
    assert shown["贷款条件"][1]["zh"] == "✓ 年营业收入：要求小于5000万元，实际800万元"
    await world.later(days=1)
    case = await move(bank, case, "contract", TERMS)
    assert case["state"] == "contracted"
    assert case["facts"]["loan_reference"]
    timeline = (await read(company.founder, case, "timeline"))["timeline"]
    assert [each["action"] for each in timeline] == [
        "create", "submit", "accept", "request_information", "answer_information", "decide",
        "approve", "contract",
    ]  # fmt: skip

    volumes = (await world.officer().get("/partners/volumes?year=2027")).json()["items"]
    (mine,) = [v for v in volumes if v["bank"] == SONGLING]
    assert (mine["contracts"], mine["contracted_fen"], mine["first_loans"]) == (
        1,
        250 * WAN_FEN,
        1,
    )
    second = await draft(company, MATTER, case["form"])
    reply = await act(company.founder, second, "submit")
    assert {e["code"] for e in reply.json()["errors"]} == {"not_the_first_loan"}


@pytest.mark.policy("A049")
async def test_each_region_s_volumes_are_its_own(world: World) -> None:
    company = await world.company(region="980201")
    await world.in_library(company)
    await submitted(company, MATTER, loan_of(company))
    here = (await world.officer(region="980200").get("/partners/volumes")).json()["items"]
    assert [(v["bank"], v["applications"], v["open"]) for v in here] == [
        ("lanshi-example-bank", 1, 1)
    ]
    there = (await world.officer().get("/partners/volumes")).json()["items"]
    assert "lanshi-example-bank" not in {v["bank"] for v in there}


async def test_a_declined_application_tells_why_and_another_may_follow(world: World) -> None:
    company, bank = await world.company(), world.bank(QINGYU)
    await world.in_library(company)
    case = await submitted(company, MATTER, loan_of(company, preferred_bank=QINGYU))
    case = await move(bank, case, "accept")
    declined = await move(bank, case, "decide", {"outcome": "declined", "reason": "现金流不足"})
    assert declined["state"] == "declined"
    seen = await read(company.founder, case)
    assert seen["facts"]["decision"]["reason"] == "现金流不足"
    await submitted(company, MATTER, loan_of(company))


async def test_a_graduate_borrows_with_figures_of_its_own(world: World) -> None:
    company = await world.company()
    await graduate(world, company, uscc=company.uscc)
    case = await draft(company, MATTER, loan_of(company))
    reply = await act(company.founder, case, "submit")
    assert {e["pointer"]: e["code"] for e in reply.json()["errors"]} == {
        "/form/revenue_fen": "revenue_unknown",
        "/form/staff": "staff_unknown",
    }
    form = loan_of(company, revenue_fen=600 * WAN_FEN, staff=12)
    case = await submitted(company, MATTER, form)
    assert {v["key"]: v["origin"] for v in case["facts"]["eligibility"]} == {
        "library_or_graduate": "computed",
        "revenue": "reported",
        "staff": "reported",
    }


async def test_the_bank_withdraws_its_offer_with_a_reason(world: World) -> None:
    company, bank = await world.company(), world.bank(QINGYU)
    await world.in_library(company)
    case = await submitted(company, MATTER, loan_of(company, preferred_bank=QINGYU))
    case = await move(bank, await move(bank, case, "accept"), "decide", OFFER)
    case = await move(bank, case, "withdraw_offer", {"reason": "企业被冻结账户"})
    assert (case["state"], case["facts"]["withdrawal"]["by"]) == ("withdrawn", "bank")
    reply = await act(bank, case, "contract", TERMS)
    assert (reply.status_code, reply.json()["code"]) == (409, "illegal_transition")
