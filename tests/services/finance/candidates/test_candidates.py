"""The library of candidate enterprises: from a founder's figures to a live entry, and its end."""

import asyncio
from typing import Any

import pytest

from services.finance.candidates import store
from tests.services.finance.borrowing import (
    WAN_FEN,
    Company,
    World,
    act,
    codes,
    draft,
    figures_of,
    move,
    read,
    submitted,
)

MATTER = "candidate-enterprise"


async def entry(world: World, company: Company) -> Any:
    async with world.finance.app.state.database.reader() as connection:
        return await store.entry_of(connection, company.uscc, on=world.today)


async def test_a_verified_company_is_in_the_library_for_a_year(world: World) -> None:
    company = await world.company()
    case = await submitted(company, MATTER, figures_of(company))
    assert (case["state"], case["title"]) == ("submitted", company.name)
    assert case["promised_by"]
    assert await entry(world, company) is None
    seen = await read(world.officer(), case)
    assert {a["action"] for a in seen["allowed_actions"]} == {
        "enter",
        "request_correction",
        "refuse",
    }
    entered = await move(world.officer(), case, "enter", {"note": "已核对纳税申报表"})
    assert (entered["state"], entered["allowed_actions"]) == ("entered", [])
    held = await entry(world, company)
    assert held.revenue_fen == 800 * WAN_FEN
    assert (held.valid_until - held.verified_on).days in (365, 366)
    listed = (await world.officer().get("/candidate-entries")).json()["items"]
    assert company.uscc in {each["uscc"] for each in listed}


async def test_an_entry_holds_through_its_last_day_and_ends_by_itself(world: World) -> None:
    company = await world.company()
    await world.in_library(company)
    held = await entry(world, company)
    days = (held.valid_until - world.today).days
    await world.later(days=days)
    assert await entry(world, company) is not None
    await world.later(days=1)
    assert await entry(world, company) is None
    async with world.finance.app.state.database.reader() as connection:
        assert await store.entry_of(connection, company.uscc, on=held.valid_until) is not None
    listed = (await world.officer().get("/candidate-entries")).json()["items"]
    assert company.uscc not in {each["uscc"] for each in listed}


async def test_new_figures_replace_the_entry(world: World) -> None:
    company = await world.company()
    await world.in_library(company)
    await world.later(days=30)
    await world.in_library(company, revenue_fen=1200 * WAN_FEN)
    held = await entry(world, company)
    assert held.revenue_fen == 1200 * WAN_FEN
    assert held.verified_on == world.today


async def test_only_the_legal_representative_applies(world: World) -> None:
    company, other = await world.company(), await world.company()
    for uscc in (other.uscc, "91980101MA99999999"):
        case = await draft(company, MATTER, figures_of(company, uscc=uscc))
        reply = await act(company.founder, case, "submit")
        assert reply.status_code == 422
        assert codes(reply) == {"/form/uscc": "enterprise_not_yours"}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"revenue_fen": 40_000 * WAN_FEN, "titles": ["high_tech"]}, {}),
        ({"revenue_fen": 40_000 * WAN_FEN - 1, "titles": ["high_tech"]}, {}),
        ({"staff": 1000, "titles": ["high_tech"]}, {}),  # 300号: staff or revenue
        (
            {"staff": 1000, "revenue_fen": 40_000 * WAN_FEN, "titles": ["high_tech"]},
            {"/form/staff": "staff_unmet", "/form/revenue_fen": "revenue_unmet"},
        ),
        ({"good_standing": False, "titles": ["reserve"]}, {"/form/good_standing": "good_standing_unmet"}),
        ({"own_ip": 0, "patents": 0}, {"/form/titles": "borrower_ground_unmet"}),
        ({"sme_score": 59}, {"/form/titles": "borrower_ground_unmet"}),
        ({"sme_score": 60}, {}),
        ({"sme_score": None}, {"/form/titles": "borrower_ground_unknown"}),
        ({"sme_score": None, "titles": ["angel_backed"]}, {}),
        ({"tech_staff": 21}, {"/form/tech_staff": "more_than_the_whole"}),
        ({"figures_year": 2023}, {"/form/figures_year": "year_impossible"}),
        ({"figures_year": 2025}, {"/form/figures_year": "figures_too_old"}),
        ({"figures_year": 2027}, {}),
        ({"figures_year": 2028}, {"/form/figures_year": "year_impossible"}),
    ],
)  # fmt: skip
async def test_each_condition_is_named_where_it_fails(
    world: World, changes: dict[str, Any], found: dict[str, str]
) -> None:
    company = await world.company()
    case = await draft(company, MATTER, figures_of(company, **changes))
    reply = await act(company.founder, case, "submit")
    if found:
        assert reply.status_code == 422
        assert found.items() <= codes(reply).items()
    else:
        assert reply.status_code == 200, reply.text


async def test_a_company_has_one_pending_application(world: World) -> None:
    company = await world.company()
    cases = [await draft(company, MATTER, figures_of(company)) for _ in range(5)]
    replies = await asyncio.gather(*(act(company.founder, case, "submit") for case in cases))
    assert sorted(reply.status_code for reply in replies) == [200, 409, 409, 409, 409]
    refused = next(reply for reply in replies if reply.status_code == 409)
    assert refused.json()["code"] == "candidate_entry_pending"


async def test_a_withdrawn_application_gives_its_place_free(world: World) -> None:
    company = await world.company()
    case = await submitted(company, MATTER, figures_of(company))
    assert (await move(company.founder, case, "withdraw"))["state"] == "withdrawn"
    assert (await submitted(company, MATTER, figures_of(company)))["state"] == "submitted"


async def test_correction_is_asked_for_once_and_answered(world: World) -> None:
    company, officer = await world.company(), world.officer()
    case = await submitted(company, MATTER, figures_of(company))
    notice = {"reason": "数据不一致", "items": ["营业收入与申报表不一致"]}
    asked = await move(officer, case, "request_correction", notice)
    assert asked["correction"]["items"][0]["detail"] == "营业收入与申报表不一致"
    assert asked["answer_by"]
    corrected = await company.founder.put(
        f"/cases/{case['id']}/form",
        version=asked["version"],
        json={"form": figures_of(company, revenue_fen=700 * WAN_FEN)},
    )
    again = await move(company.founder, corrected.json(), "submit")
    reply = await act(officer, again, "request_correction", notice)
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (
        409,
        "correction_already_requested",
    )
    await move(officer, again, "enter", {"note": "已核对"})
    assert (await entry(world, company)).revenue_fen == 700 * WAN_FEN


async def test_a_correction_not_answered_lapses_and_frees_the_place(world: World) -> None:
    company = await world.company()
    case = await submitted(company, MATTER, figures_of(company))
    notice = {"reason": "数据不一致", "items": ["职工人数"]}
    await move(world.officer(), case, "request_correction", notice)
    await world.later(days=40)
    assert (await read(company.founder, case))["state"] == "lapsed"
    await submitted(company, MATTER, figures_of(company))


async def test_an_overdue_verification_is_escalated(world: World) -> None:
    company = await world.company()
    case = await submitted(company, MATTER, figures_of(company))
    await world.later(days=30)
    seen = await read(world.officer(), case)
    assert (seen["state"], seen["facts"]["overdue"]) == ("submitted", True)


async def test_a_refusal_says_why(world: World) -> None:
    company = await world.company()
    case = await submitted(company, MATTER, figures_of(company))
    await move(world.officer(), case, "refuse", {"reason": "数据无法核实"})
    seen = await read(company.founder, case)
    assert (seen["state"], seen["facts"]["refusal"]) == ("refused", "数据无法核实")
    assert await entry(world, company) is None


async def test_only_a_head_removes_an_entry(world: World) -> None:
    company = await world.company()
    case = await world.in_library(company)
    reply = await act(world.officer(), case, "remove", {"reason": "失信"})
    assert (reply.status_code, reply.json()["code"]) == (403, "not_your_move")
    removed = await move(world.officer(head=True), case, "remove", {"reason": "失信"})
    assert removed["state"] == "removed"
    assert await entry(world, company) is None


@pytest.mark.parametrize(
    ("org", "region"), [("registration", "980100"), ("treasury", "980100"), ("science", "980200")]
)
async def test_another_department_or_region_does_not_know_of_it(
    world: World, org: str, region: str
) -> None:
    company = await world.company()
    case = await submitted(company, MATTER, figures_of(company))
    officer = world.officer(org=org, region=region)
    assert (await officer.get(f"/cases/{case['id']}")).status_code == 404
    assert (await act(officer, case, "enter", {"note": "x"})).status_code == 404
    assert (await act((await world.company()).founder, case, "withdraw")).status_code == 404
    listed = (await officer.get("/candidate-entries")).json()["items"]
    assert company.uscc not in {each["uscc"] for each in listed}


async def test_an_officer_does_not_verify_their_own_company(world: World) -> None:
    company = await world.company()
    case = await submitted(company, MATTER, figures_of(company))
    both = world.finance.caller(
        "founder", "officer", sub=f"sub-{company.person}", person=company.person,
        org="science", regions=["980100"],
    )  # fmt: skip
    reply = await act(both, case, "enter", {"note": "我说了算"})
    assert (reply.status_code, reply.json()["code"]) == (403, "not_your_move")
