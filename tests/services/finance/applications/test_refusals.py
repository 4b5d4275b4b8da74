"""What stops an application, and who may not touch it."""

import asyncio
from typing import Any

import pytest

from tests.services.finance.borrowing import (
    LANSHI,
    OFFER,
    QINGYU,
    SONGLING,
    WAN_FEN,
    World,
    act,
    codes,
    draft,
    loan_of,
    move,
    submitted,
)

MATTER = "loan-application"


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"amount_fen": 3000 * WAN_FEN + 1}, {"/form/amount_fen": "amount_over_limit"}),
        ({"term_months": 13}, {"/form/term_months": "term_over_limit"}),
        ({"product_code": "nothing-here"}, {"/form/product_code": "product_not_offered"}),
        ({"product_code": "startup-person-demo"}, {"/form/product_code": "product_not_offered"}),
        ({"product_code": "zhenketong-demo"}, {"/form/product_code": "product_not_applied_for_here"}),
        ({"product_code": "kedai-share-b"}, {"/form/revenue_fen": "", "/form/product_code": "revenue_unmet"}),
        ({"first_loan": True}, {"/form/first_loan_evidence": "first_loan_unproved"}),
    ],
)  # fmt: skip
async def test_each_limit_is_named_where_it_is_broken(
    world: World, changes: dict[str, Any], found: dict[str, str]
) -> None:
    company = await world.company()
    await world.in_library(company)
    case = await draft(company, MATTER, loan_of(company, **changes))
    reply = await act(company.founder, case, "submit")
    assert reply.status_code == 422
    assert codes(reply) == {pointer: code for pointer, code in found.items() if code}


async def test_every_failing_criterion_is_a_finding(world: World) -> None:
    company = await world.company()
    form = loan_of(company, revenue_fen=5000 * WAN_FEN, staff=1000)
    reply = await act(company.founder, await draft(company, MATTER, form), "submit")
    found = {e["code"]: e for e in reply.json()["errors"]}
    assert set(found) == {"library_or_graduate_unmet", "revenue_unmet", "staff_unmet"}
    assert found["revenue_unmet"]["values"]["threshold"] == "5000"
    assert found["library_or_graduate_unmet"]["values"]["legal_basis"].startswith(
        "苏财金〔2021〕46号"
    )
    labels = (await world.finance.anonymous.get("/codes")).json()["lists"]["criteria_findings"]
    assert set(found) <= {each["code"] for each in labels}


async def test_a_region_without_a_bank_says_so(world: World) -> None:
    company = await world.company(region="980201")
    await world.in_library(company, revenue_fen=6000 * WAN_FEN, titles=["high_tech"])
    form = loan_of(company, product_code="kedai-share-b")
    reply = await act(company.founder, await draft(company, MATTER, form), "submit")
    assert codes(reply) == {"/form/product_code": "no_partner_bank"}


async def test_only_the_legal_representative_applies(world: World) -> None:
    company, other = await world.company(), await world.company()
    for uscc in (other.uscc, "91980101MA99999999"):
        case = await draft(company, MATTER, loan_of(company, uscc=uscc))
        reply = await act(company.founder, case, "submit")
        assert codes(reply) == {"/form/uscc": "enterprise_not_yours"}
        checked = await company.founder.get(f"/cases/{case['id']}/findings")
        assert checked.json()["findings"][0]["code"] == "enterprise_not_yours"


async def test_a_wish_that_the_bank_cannot_meet_is_passed_over(world: World) -> None:
    company = await world.company()
    await world.in_library(company)
    case = await submitted(company, MATTER, loan_of(company, preferred_bank=LANSHI))
    assert case["facts"]["bank"] in (QINGYU, SONGLING)


async def test_of_many_submits_at_once_one_application_is_open(world: World) -> None:
    company = await world.company()
    await world.in_library(company)
    cases = [await draft(company, MATTER, loan_of(company)) for _ in range(6)]
    replies = await asyncio.gather(*(act(company.founder, case, "submit") for case in cases))
    assert sorted(reply.status_code for reply in replies) == [200] + [409] * 5
    won = next(reply.json() for reply in replies if reply.status_code == 200)
    for reply in replies:
        if reply.status_code == 409:
            assert reply.json()["code"] == "application_already_open"
            assert reply.json()["existing"]["id"] == won["id"]
    await move(company.founder, won, "withdraw")
    await submitted(company, MATTER, loan_of(company))


async def test_applications_spread_over_the_banks(world: World) -> None:
    got = []
    for _ in range(4):
        company = await world.company()
        await world.in_library(company)
        got.append((await submitted(company, MATTER, loan_of(company)))["facts"]["bank"])
    assert abs(got.count(QINGYU) - got.count(SONGLING)) <= 2
    assert set(got) == {QINGYU, SONGLING}


@pytest.mark.parametrize(
    ("changes", "pointer", "code"),
    [
        ({"amount_fen": 300 * WAN_FEN + 1}, "/amount_fen", "offer_over_limit"),
        ({"annual_rate": "0.035001"}, "/annual_rate", "rate_over_limit"),
        ({"annual_rate": 0.03}, "/annual_rate", "value_error"),
        ({"term_months": 13}, "/term_months", "term_over_limit"),
        ({"amount_fen": None}, "/amount_fen", "missing"),
        ({"outcome": "declined"}, "/amount_fen", "offer_in_a_refusal"),
    ],
)
async def test_an_offer_stays_within_what_was_asked_and_allowed(
    world: World, changes: dict[str, Any], pointer: str, code: str
) -> None:
    company, bank = await world.company(), world.bank(QINGYU)
    await world.in_library(company)
    case = await submitted(company, MATTER, loan_of(company, preferred_bank=QINGYU))
    case = await move(bank, case, "accept")
    reply = await act(bank, case, "decide", OFFER | changes)
    assert reply.status_code == 422, reply.text
    assert codes(reply)[pointer] == code
    await move(bank, case, "decide", OFFER | {"annual_rate": "0.035"})


async def test_each_move_belongs_to_its_side(world: World) -> None:
    company, bank = await world.company(), world.bank(QINGYU)
    await world.in_library(company)
    case = await submitted(company, MATTER, loan_of(company, preferred_bank=QINGYU))
    for caller, action in (
        (company.founder, "accept"),
        (bank, "withdraw"),
        (bank, "pass_over"),
        (company.founder, "expire"),
        (world.officer(), "accept"),
    ):
        reply = await act(caller, case, action)
        assert (reply.status_code, reply.json()["code"]) == (403, "not_your_move"), action
    reply = await act(bank, case, "decide", OFFER)
    assert (reply.status_code, reply.json()["code"]) == (409, "illegal_transition")
    assert (await act(bank, {**case, "version": 1}, "accept")).status_code == 412


async def test_a_clerk_does_not_handle_their_own_company_s_application(world: World) -> None:
    company = await world.company()
    await world.in_library(company)
    case = await submitted(company, MATTER, loan_of(company, preferred_bank=QINGYU))
    clerk = world.bank(QINGYU, person=company.person)
    reply = await act(clerk, case, "accept")
    assert (reply.status_code, reply.json()["code"]) == (403, "own_application")
    colleague = await move(world.bank(QINGYU), case, "accept")
    reply = await act(clerk, colleague, "decide", OFFER)
    assert (reply.status_code, reply.json()["code"]) == (403, "own_application")


async def test_officers_see_their_region_s_applications_and_move_none(world: World) -> None:
    company = await world.company()
    await world.in_library(company)
    case = await submitted(company, MATTER, loan_of(company))
    seen = await world.officer().get(f"/cases/{case['id']}")
    assert (seen.status_code, seen.json()["allowed_actions"]) == (200, [])
    assert (await world.officer(region="980200").get(f"/cases/{case['id']}")).status_code == 404
    assert (await world.officer(org="tax").get(f"/cases/{case['id']}")).status_code == 404
