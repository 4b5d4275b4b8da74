"""Experts: who may sit on a panel, who must not, and that each scores once, whatever comes at once."""

import asyncio
import uuid
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.fixtures.callers import Running
from tests.services.carriers.recognition.applying import Filing, a_sheet

ALL_THREE = ["ZJ-0001", "ZJ-0002", "ZJ-0003"]


def a_person(**changes: Any) -> dict[str, Any]:
    return {
        "name": "方知远",
        "id_number": "980101197001014010",
        "organisation": "青屿示例设计院（演示）",
        "fields": ["culture_and_design"],
    } | changes


async def register(filing: Filing, **changes: Any) -> str:
    reply = await filing.province.post("/experts", json=a_person(**changes))
    assert reply.status_code == 201, reply.text
    code: str = reply.json()["code"]
    return code


async def recommended(filing: Filing) -> None:
    await filing.submitted()
    await filing.done(filing.city, "recommend", reason="材料齐全")


@pytest.mark.parametrize(
    ("codes", "status", "code"),
    [
        (ALL_THREE[:1], 422, "panel_not_odd"),
        (ALL_THREE[:2], 422, "panel_not_odd"),
        ([*ALL_THREE[:2], "ZJ-0001"], 409, "expert_on_panel"),
        ([*ALL_THREE[:2], "ZJ-9999"], 422, "unknown_expert"),
        ([], 422, "invalid_request"),
    ],
)
async def test_a_panel_is_three_or_more_odd_and_of_different_experts(
    filing: Filing, codes: list[str], status: int, code: str
) -> None:
    await recommended(filing)
    reply = await filing.do(filing.province, "convene", experts=codes)
    assert (reply.status_code, reply.json()["code"]) == (status, code)


async def test_an_expert_of_the_operator_is_refused(filing: Filing) -> None:
    code = await register(filing, org_code="qingyu-maker-space")
    await recommended(filing)
    reply = await filing.do(filing.province, "convene", experts=[*ALL_THREE[:2], code])
    assert (reply.status_code, reply.json()["code"]) == (422, "expert_in_conflict")
    assert reply.json()["errors"][0]["pointer"] == "/experts/2"


async def test_one_who_declares_an_interest_stands_aside_and_is_replaced(filing: Filing) -> None:
    await filing.in_review()
    refused = await filing.do(filing.expert(0), "score", **a_sheet(no_interest=False))
    assert refused.status_code == 422
    reason = "我的学生在该空间创业"
    found = await filing.done(filing.expert(1), "recuse", reason=reason)
    assert found["state"] == "expert_review"
    assert (await filing.expert(1).get(f"/cases/{filing.case_id}")).status_code == 404
    for number in (0, 2):
        found = await filing.done(filing.expert(number), "score", **a_sheet())
    assert found["state"] == "expert_review"  # two are no panel
    again = await filing.do(filing.province, "appoint", experts=["ZJ-0002"])
    assert (again.status_code, again.json()["code"]) == (409, "expert_on_panel")
    other = await register(filing)
    found = await filing.done(filing.province, "appoint", experts=[other])
    assert found["facts"]["panel_size"] == 3
    timeline = (await filing.case(filing.operator, expand="timeline"))["timeline"]
    assert reason not in str(timeline)


async def test_an_expert_scores_once(filing: Filing) -> None:
    await filing.in_review()
    await filing.done(filing.expert(0), "score", **a_sheet(90))
    again = await filing.do(filing.expert(0), "score", **a_sheet(10))
    assert (again.status_code, again.json()["code"]) == (409, "already_scored")
    leave = await filing.do(filing.expert(0), "recuse", reason="想退出")
    assert (leave.status_code, leave.json()["code"]) == (409, "already_scored")


async def test_the_same_score_sent_twice_at_once_counts_once(filing: Filing) -> None:
    await filing.in_review()
    version, key = await filing.version(), uuid.uuid4().hex
    path = f"/cases/{filing.case_id}/actions/score"
    same = await asyncio.gather(
        *(filing.expert(0).post(path, json=a_sheet(), version=version, key=key) for _ in range(4))
    )
    assert {r.status_code for r in same} <= {200, 409}
    other = await asyncio.gather(
        *(filing.expert(0).post(path, json=a_sheet(), version=version + 1) for _ in range(4))
    )
    assert {r.json()["code"] for r in other} == {"already_scored"}
    assert (await filing.case())["facts"]["scored"] == 1


async def test_experts_who_score_at_the_same_instant_both_count(filing: Filing) -> None:
    """All see the same version: one is first, the others read again and send again. No score is lost."""
    await filing.in_review()

    async def insist(number: int) -> int:
        tries = 0
        while True:
            tries += 1
            reply = await filing.do(filing.expert(number), "score", **a_sheet(70 + number))
            if reply.status_code != 412:
                assert reply.status_code == 200, reply.text
                return tries

    await asyncio.gather(*(insist(number) for number in range(3)))
    found = await filing.case()
    assert (found["state"], found["facts"]["review"]["average"]) == ("reviewed", "71.00")


async def test_an_expert_sees_their_own_sheet_only_and_the_applicant_none(filing: Filing) -> None:
    await filing.in_review()
    await filing.done(filing.expert(0), "score", **a_sheet(90, comment="只有我知道"))
    mine = (await filing.case(filing.expert(0), expand="panel"))["expanded"]["panel"]
    assert [(m["code"], m["comment"]) for m in mine] == [("ZJ-0001", "只有我知道")]
    theirs = (await filing.case(filing.expert(1), expand="panel"))["expanded"]["panel"]
    assert [(m["code"], m["comment"]) for m in theirs] == [("ZJ-0002", None)]
    operators = await filing.case(filing.operator, expand="panel,timeline")
    assert operators["expanded"]["panel"] == []
    assert "只有我知道" not in str(operators)
    officers = (await filing.case(filing.province, expand="panel"))["expanded"]["panel"]
    assert [m["scored"] for m in officers] == [True, False, False]
    assert officers[0]["total"] == "90.00"


async def test_scores_are_never_rewritten(filing: Filing) -> None:
    await filing.in_review()
    await filing.done(filing.expert(0), "score", **a_sheet())
    database = filing.running.app.state.database
    for statement in ("UPDATE panel_scores SET total = 100", "DELETE FROM panel_scores"):
        with pytest.raises(DBAPIError):
            async with database.transaction() as session:
                await session.execute(text(statement))


@pytest.mark.parametrize(
    "wrong", [{"premises": 101}, {"team": -1}, {"results": None}, {"extra": 1}]
)
async def test_a_sheet_has_bounds(filing: Filing, wrong: dict[str, Any]) -> None:
    await filing.in_review()
    reply = await filing.do(filing.expert(0), "score", **a_sheet(**wrong))
    assert reply.status_code == 422


async def test_a_late_review_is_escalated(filing: Filing) -> None:
    await filing.in_review()
    await filing.days_pass(40)
    found = await filing.case()
    assert (found["state"], found["facts"]["overdue"]) == ("expert_review", True)


async def test_experts_are_registered_without_their_numbers(fresh: Running) -> None:
    filing = Filing(fresh)
    reply = await filing.province.post("/experts", json=a_person())
    assert (reply.status_code, reply.headers["etag"]) == (201, '"1"')
    assert "980101197001014010" not in reply.text
    assert "principal" not in reply.json()
    twice = await filing.province.post("/experts", json=a_person(name="另一个名字"))
    assert (twice.status_code, twice.json()["code"]) == (409, "expert_registered")
    listed = (await filing.province.get("/experts", params={"field": "culture_and_design"})).json()
    assert {each["code"] for each in listed["items"]} == {"ZJ-0003", reply.json()["code"]}


async def test_a_retired_expert_gets_no_new_panel(filing: Filing) -> None:
    reply = await filing.province.post("/experts/ZJ-0003/actions/retire", json={}, version=1)
    assert (reply.status_code, reply.json()["active"]) == (200, False)
    stale = await filing.province.post("/experts/ZJ-0002/actions/retire", json={}, version=7)
    assert stale.status_code == 412
    await recommended(filing)
    refused = await filing.do(filing.province, "convene", experts=ALL_THREE)
    assert refused.json()["code"] == "unknown_expert"


async def test_the_register_of_experts_is_the_science_departments(fresh: Running) -> None:
    treasury = fresh.caller("officer", org="treasury", regions=["980100"])
    assert (await treasury.post("/experts", json=a_person())).status_code == 404
    for stranger in (fresh.caller("founder"), fresh.caller("carrier_operator", org="x")):
        assert (await stranger.get("/experts")).status_code == 403
        assert (await stranger.post("/experts", json=a_person())).status_code == 403
    assert (await fresh.anonymous.get("/experts")).status_code == 401
