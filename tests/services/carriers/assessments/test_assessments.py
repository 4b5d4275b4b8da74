"""The year's round through HTTP: due, reminded, reported, graded, missing; two failures cost the title."""

import asyncio
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from tests.services.carriers.assessments.reporting import WEAK, Titled

SPRING_2028, SPRING_2029, SPRING_2030 = date(2028, 2, 1), date(2029, 2, 1), date(2030, 2, 1)


@pytest.mark.policy_part("C005")
async def test_a_year_is_reported_scored_and_graded(titled: Titled) -> None:
    await titled.on(SPRING_2028)
    assert (await titled.years())[2027]["state"] == "due"
    case_id = await titled.reported(2027)
    shown = (await titled.operator.get(f"/cases/{case_id}")).json()["facts"]
    lines = {each["key"]: each for each in shown["lines"]}
    assert (lines["events"]["points"], lines["events"]["origin"]) == ("10.00", "reported")
    assert lines["occupancy_percent"]["origin"] == "computed"
    assert lines["quality"]["points"] == "0.00"  # not checked yet
    reply = await titled.do(titled.city, case_id, "grade", quality=100, note="现场核查属实")
    assert reply.status_code == 200, reply.text
    facts = reply.json()["facts"]
    assert facts["grade"] == "excellent"
    points = sum(float(each["points"]) for each in facts["lines"])
    assert float(facts["score"]) == pytest.approx(points)
    year = (await titled.years())[2027]
    assert (year["state"], year["grade"], year["score"]) == ("graded", "excellent", facts["score"])


async def test_the_sheet_is_public_and_sums_to_a_hundred(titled: Titled) -> None:
    found = (await titled.running.anonymous.get("/indicator-sets/maker_space")).json()
    weights = [int(i["weight"]) for i in found["indicators"] if i["group"] != "bonus"]
    assert sum(weights) == 100
    assert [g["grade"] for g in found["grades"]] == ["excellent", "good", "pass", "fail"]
    before = await titled.running.anonymous.get("/indicator-sets/maker_space?on=2016-12-31")
    assert before.status_code == 404


async def test_without_a_report_the_year_fails_but_only_after_a_reminder(titled: Titled) -> None:
    await titled.on(date(2028, 3, 14))
    assert (await titled.years())[2027]["state"] == "due"
    await titled.on(date(2028, 3, 15))
    year = (await titled.years())[2027]
    assert (year["state"], year["due_on"]) == ("reminded", "2028-03-31")
    await titled.on(date(2028, 3, 31))
    assert (await titled.years())[2027]["state"] == "reminded"
    await titled.on(date(2028, 4, 1))
    year = (await titled.years())[2027]
    assert (year["state"], year["grade"]) == ("missing", "fail")
    assert (await titled.title())["status"] == "valid"


async def test_a_late_reminder_still_leaves_a_fortnight(titled: Titled) -> None:
    """The worker was away: whoever was not reminded in time is not failed on the spot."""
    await titled.on(date(2028, 6, 1))
    year = (await titled.years())[2027]
    assert (year["state"], year["due_on"]) == ("reminded", "2028-06-16")
    assert (await titled.graded(2027))["grade"] == "excellent"


async def test_two_failed_years_in_a_row_cost_the_title(titled: Titled) -> None:
    """The rule of 国科发火〔2017〕120号, and the one that policy D sets for communities."""
    await titled.on(SPRING_2028)
    first = await titled.graded(2027, quality=40, **WEAK)
    assert (first["grade"], first["title_lost"]) == ("fail", False)
    assert (await titled.title())["status"] == "valid"
    await titled.on(SPRING_2029)
    second = await titled.graded(2028, quality=40, **WEAK)
    assert (second["grade"], second["title_lost"]) == ("fail", True)
    title = await titled.title()
    assert (title["status"], title["end_reason"]) == ("revoked", "two_failed_assessments")
    assert (await titled.running.anonymous.get("/carriers/ZC-001")).json()["tier"] == "unranked"
    await titled.on(SPRING_2030)
    assert sorted(await titled.years()) == [2027, 2028]  # no title, no further year


async def test_a_missing_report_after_a_failure_costs_it_too(titled: Titled) -> None:
    await titled.on(SPRING_2028)
    await titled.graded(2027, quality=40, **WEAK)
    await titled.on(date(2029, 3, 20))
    await titled.on(date(2029, 4, 10))
    assert (await titled.title())["status"] == "revoked"


async def test_fail_pass_fail_stays(titled: Titled) -> None:
    for spring, year, changes in (
        (SPRING_2028, 2027, WEAK), (SPRING_2029, 2028, {}), (SPRING_2030, 2029, WEAK),
    ):  # fmt: skip
        await titled.on(spring)
        await titled.graded(year, quality=60, **changes)
    grades = {year: each["grade"] for year, each in (await titled.years()).items()}
    assert (grades[2027], grades[2029]) == ("fail", "fail")
    assert grades[2028] != "fail"
    assert (await titled.title())["status"] == "valid"


async def test_a_title_of_the_second_half_is_not_assessed_for_that_year(titled: Titled) -> None:
    async with titled.running.app.state.database.transaction() as session:
        await session.execute(text("UPDATE carrier_titles SET valid_from = '2027-07-01'"))
    await titled.on(SPRING_2029)
    assert sorted(await titled.years()) == [2028]


@pytest.mark.parametrize(
    ("year", "changes", "code"),
    [
        (2028, {}, "form_incomplete"),
        (2026, {}, "assessment_not_open"),
        (2027, {"new_firms": 26}, "form_incomplete"),
        (2027, {"carrier_code": "ZC-002"}, "form_incomplete"),
        (2027, {"carrier_code": "FH-001"}, "assessment_not_open"),
    ],
)
async def test_what_cannot_be_reported_is_refused(
    titled: Titled, year: int, changes: dict[str, Any], code: str
) -> None:
    await titled.on(SPRING_2028)
    case_id = await titled.draft(year, **changes)
    reply = await titled.do(titled.operator, case_id, "submit")
    assert reply.json()["code"] == code, reply.text


async def test_a_year_is_reported_once(titled: Titled) -> None:
    await titled.on(SPRING_2028)
    cases = [await titled.draft(2027) for _ in range(4)]
    replies = await asyncio.gather(
        *(titled.do(titled.operator, case_id, "submit") for case_id in cases)
    )
    assert sorted(r.status_code for r in replies) == [200, 409, 409, 409]
    assert {r.json()["code"] for r in replies if r.status_code == 409} == {"assessment_not_open"}


async def test_withdrawn_and_lapsed_reports_are_due_again(titled: Titled) -> None:
    await titled.on(SPRING_2028)
    case_id = await titled.reported(2027)
    await titled.do(titled.operator, case_id, "withdraw")
    assert (await titled.years())[2027]["state"] == "due"
    case_id = await titled.reported(2027)
    reply = await titled.do(
        titled.city, case_id, "request_correction", reason="与台账不符", items=["活动场次"]
    )
    assert reply.status_code == 200, reply.text
    said = await titled.do(titled.operator, case_id, "explain", item=1, answer="台账漏记两场")
    assert said.status_code == 200, said.text
    assert (await titled.do(titled.operator, case_id, "submit")).status_code == 200
    assert (
        await titled.do(titled.city, case_id, "grade", quality=80, note="属实")
    ).status_code == 200


async def test_only_the_department_of_its_region_grades(titled: Titled) -> None:
    await titled.on(SPRING_2028)
    case_id = await titled.reported(2027)
    own = await titled.do(titled.operator, case_id, "grade", quality=100, note="自评")
    assert (own.status_code, own.json()["code"]) == (403, "not_your_move")
    elsewhere = titled.running.caller("officer", org="science", regions=["980200"])
    assert (await elsewhere.get(f"/cases/{case_id}")).status_code == 404


async def test_the_operator_hears_of_reminder_and_grade(titled: Titled) -> None:
    await titled.on(date(2028, 3, 20))
    await titled.graded(2027)
    async with titled.running.app.state.database.reader() as connection:
        query = text(
            "SELECT type, audience FROM outbox WHERE type LIKE 'carriers.assessment.%' ORDER BY id"
        )
        rows = (await connection.execute(query)).all()
    assert [row.type for row in rows] == [
        "carriers.assessment.reminded.v1",
        "carriers.assessment.graded.v1",
    ]
    assert all("org:qingyu-maker-space" in row.audience for row in rows)
