"""Four eyes on a filing: the city recommends, one person of the province proposes, another decides."""

from typing import Any

from tests.fixtures.callers import Caller
from tests.services.carriers.recognition.applying import Filing

FIRST = {"If-Match": '"1"'}

SAME = "same_person_decides"


def blocked(case: dict[str, Any]) -> dict[str, str]:
    return {each["action"]: each["code"] for each in case["blocked_actions"]}


def allowed(case: dict[str, Any]) -> set[str]:
    return {each["action"] for each in case["allowed_actions"]}


async def refused(filing: Filing, who: Caller, action: str, **body: Any) -> None:
    reply = await filing.do(who, action, **body)
    assert (reply.status_code, reply.json()["code"]) == (409, "action_blocked"), reply.text
    assert [each["code"] for each in reply.json()["errors"]] == [SAME]


async def test_who_proposed_a_filing_does_not_decide_it(filing: Filing) -> None:
    await filing.publicised()
    await filing.days_pass(9)
    mine, theirs = await filing.case(filing.province), await filing.case(filing.deciding)
    assert blocked(mine) == {"recognise": SAME}
    assert "recognise" in allowed(theirs)
    await refused(filing, filing.province, "recognise")
    assert (await filing.done(filing.deciding, "recognise"))["state"] == "recognised"


async def test_another_account_of_the_same_person_is_the_same_person(filing: Filing) -> None:
    """A person is known by the keyed hash in the token too, whatever account it stands in."""
    first, second = (
        filing.running.caller(
            "officer", sub=sub, person="p-both", org="science", regions=["980000"]
        )
        for sub in ("sub-first", "sub-second")
    )
    await filing.reviewed()
    await filing.done(first, "propose", reason="拟予备案")
    await filing.days_pass(9)
    await refused(filing, second, "recognise")


async def test_who_recommended_a_filing_neither_proposes_nor_decides_it(filing: Filing) -> None:
    """Even where somebody moved from the city to the province meanwhile."""
    await filing.reviewed()
    moved = filing.running.caller("officer", sub="sub-city", org="science", regions=["980000"])
    await refused(filing, moved, "propose", reason="拟予备案")
    await filing.done(filing.province, "propose", reason="拟予备案")
    await filing.days_pass(9)
    await refused(filing, moved, "recognise")


async def test_the_province_does_not_recommend_in_the_place_of_the_city(filing: Filing) -> None:
    await filing.submitted()
    assert "recommend" not in allowed(await filing.case(filing.province))
    for action, body in (
        ("recommend", {"reason": "材料齐全"}),
        ("request_correction", {"reason": "名单不全", "items": ["名单"]}),
    ):
        reply = await filing.do(filing.province, action, **body)
        assert (reply.status_code, reply.json()["code"]) == (403, "not_your_move")


async def test_who_proposed_a_filing_does_not_judge_an_objection_to_it(filing: Filing) -> None:
    found = await filing.publicised()
    neighbour = filing.running.caller("founder", sub="sub-neighbour", person="p-neighbour")
    raised = await neighbour.post(
        f"/notices/{found['facts']['notice_id']}/objections",
        json={"grounds": "入驻企业实际不在该地址办公"},
    )
    dismiss = f"/objections/{raised.json()['id']}/actions/dismiss"
    for involved in (filing.province, filing.city):
        reply = await involved.post(dismiss, json={"answer": "现场核实在址办公"}, headers=FIRST)
        assert (reply.status_code, reply.json()["errors"][0]["code"]) == (409, SAME), reply.text
    reply = await filing.deciding.post(dismiss, json={"answer": "现场核实在址办公"}, headers=FIRST)
    assert reply.json()["state"] == "dismissed"
