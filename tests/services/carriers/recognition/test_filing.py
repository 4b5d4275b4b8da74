"""The filing of a maker space through HTTP: the whole path, and what stops it."""

from typing import Any

import pytest

from tests.fixtures.callers import Running
from tests.services.carriers.recognition.applying import Filing, a_form, a_sheet

FIRST = {"If-Match": '"1"'}


@pytest.mark.policy("A015")
async def test_a_maker_space_is_filed_from_application_to_title(filing: Filing) -> None:
    before = await filing.carrier()
    found = await filing.submitted()
    assert (found["state"], found["facts"]["criteria_ok"]) == ("submitted", True)
    assert found["region_code"] == "980101"
    found = await filing.done(filing.city, "recommend", reason="材料齐全")
    found = await filing.done(filing.province, "convene", experts=["ZJ-0001", "ZJ-0002", "ZJ-0003"])
    assert found["facts"]["panel_size"] == 3
    for number, points in enumerate((85, 80, 90)):
        found = await filing.done(filing.expert(number), "score", **a_sheet(points))
    assert found["state"] == "reviewed"
    assert found["facts"]["review"] == {
        "average": "85.00", "recommending": 3, "members": 3, "passed": True,
    }  # fmt: skip
    found = await filing.done(filing.province, "propose", reason="拟予备案")
    assert found["state"] == "publicised"
    notice = await filing.running.anonymous.get(f"/notices/{found['facts']['notice_id']}")
    assert "听潮众创空间（演示）" in [line["value"]["zh"] for line in notice.json()["content"]]
    early = await filing.do(filing.province, "recognise")
    assert (early.status_code, early.json()["code"]) == (409, "illegal_transition")
    await filing.days_pass(9)
    found = await filing.done(filing.deciding, "recognise")
    assert found["state"] == "recognised"
    title = (
        await filing.running.anonymous.get(f"/titles/{found['facts']['title']['number']}")
    ).json()
    assert (title["status"], title["carrier_code"]) == ("valid", "ZC-001")
    assert int(title["valid_to"][:4]) - int(title["valid_from"][:4]) == 3
    after = await filing.carrier()
    assert (before["tier"], after["tier"]) == ("unranked", "provincial")
    listed = await filing.running.anonymous.get("/carriers/ZC-001/titles")
    assert [each["number"] for each in listed.json()["items"]] == [title["number"]]


async def test_a_draft_shows_what_each_criterion_says_and_why(filing: Filing) -> None:
    found = (await filing.start(tenants=12, new_firms=2)).json()
    again = await filing.case(filing.operator)
    assert (again["title"], again["facts"]) == ("听潮众创空间（演示）", found["facts"])
    verdicts = {each["key"]: each for each in found["facts"]["verdicts"]}
    assert not found["facts"]["criteria_ok"]
    assert verdicts["tenants"]["ok"] is False
    assert verdicts["tenants"]["reason"]["zh"] == "年入驻创业团队和企业：要求不少于20家，实际12家"
    assert (
        verdicts["running_months"] | {"ok": True, "origin": "computed"}
        == verdicts["running_months"]
    )
    assert verdicts["mentors"]["origin"] == "reported"
    assert all(each["source_document"] for each in verdicts.values())


async def test_of_two_ways_to_reach_a_bar_one_is_enough(filing: Filing) -> None:
    """Nine new firms meet the bar; two financed ones do not, and need not."""
    found = await filing.submitted()
    verdicts = {each["key"]: each for each in found["facts"]["verdicts"]}
    assert verdicts["new_firms"]["ok"]
    assert (verdicts["financed_firms"]["ok"], verdicts["financed_firms"]["waived"]) == (False, True)
    assert found["facts"]["criteria_ok"]


async def test_a_document_makes_a_reported_value_evidence(filing: Filing) -> None:
    found = await filing.submitted()
    verdicts = {each["key"]: each for each in found["facts"]["verdicts"]}
    assert verdicts["tenants"]["origin"] == "evidence"
    assert verdicts["full_time_staff"]["origin"] == "reported"


async def test_nobody_can_recommend_what_misses_a_criterion(filing: Filing) -> None:
    found = await filing.submitted(events=3)
    assert not found["facts"]["criteria_ok"]
    reply = await filing.do(filing.city, "recommend", reason="同意")
    assert (reply.status_code, reply.json()["code"]) == (409, "action_blocked")
    case = await filing.case(filing.city)
    assert "criteria_unmet" in {each["code"] for each in case["blocked_actions"]}


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"carrier_code": "ZC-002"}, "/form/carrier_code"),
        ({"carrier_code": "FH-001"}, "/form/carrier_code"),
        ({"carrier_code": "ZZ-1"}, "/form/carrier_code"),
        ({"new_firms": 27}, "/form/new_firms"),
    ],
)
async def test_what_cannot_be_declared_stops_the_submission(
    filing: Filing, changes: dict[str, Any], pointer: str
) -> None:
    await filing.start(**changes)
    await filing.attach()
    reply = await filing.do(filing.operator, "submit")
    assert reply.json()["code"] == "form_incomplete"
    assert pointer in {each["pointer"] for each in reply.json()["errors"]}


async def test_required_documents_are_asked_for(filing: Filing) -> None:
    await filing.start()
    reply = await filing.do(filing.operator, "submit")
    assert (reply.status_code, reply.json()["code"]) == (422, "form_incomplete")
    assert {each["pointer"] for each in reply.json()["errors"]} == {
        "/materials/operator_licence",
        "/materials/tenant_list",
    }


async def test_a_carrier_has_one_open_application(filing: Filing) -> None:
    await filing.submitted()
    second = Filing(filing.running)
    await second.start()
    await second.attach()
    reply = await second.do(second.operator, "submit")
    assert (reply.status_code, reply.json()["code"]) == (409, "recognition_pending")
    await filing.done(filing.operator, "withdraw")
    assert (await second.do(second.operator, "submit")).status_code == 200


async def test_a_correction_is_asked_for_once_and_can_lapse(filing: Filing) -> None:
    await filing.submitted()
    items = ["入驻名单缺少协议编号"]
    await filing.done(filing.city, "request_correction", reason="名单不全", items=items)
    untouched = await filing.do(filing.operator, "submit")
    assert untouched.json()["errors"][0]["code"] == "correction_unanswered"
    await filing.done(filing.operator, "explain", item=1, answer="协议编号在名单末页")
    await filing.done(filing.operator, "submit")
    again = await filing.do(filing.city, "request_correction", reason="再补", items=items)
    assert (again.status_code, again.json()["code"]) == (409, "action_blocked")


async def test_an_unanswered_correction_lapses_and_frees_the_carrier(filing: Filing) -> None:
    await filing.submitted()
    await filing.done(filing.city, "request_correction", reason="名单不全", items=["名单"])
    await filing.days_pass(40)
    assert (await filing.case())["state"] == "lapsed"
    assert (await Filing(filing.running).submitted())["state"] == "submitted"


async def test_false_statements_bar_the_carrier_for_two_years(filing: Filing) -> None:
    await filing.submitted()
    await filing.done(filing.city, "reject", reason="入驻名单系伪造", false_statements=True)
    again = Filing(filing.running)
    await again.start()
    await again.attach()
    reply = await again.do(again.operator, "submit")
    assert (reply.status_code, reply.json()["code"]) == (409, "barred_from_applying")
    await again.days_pass(740)
    assert (await again.do(again.operator, "submit")).status_code == 200


async def test_who_may_do_what(filing: Filing) -> None:
    """The city does not convene, the operator does not decide, and strangers see nothing."""
    await filing.submitted()
    convene = await filing.do(filing.city, "convene", experts=["ZJ-0001"])
    assert convene.status_code == 403
    assert (await filing.do(filing.operator, "recommend", reason="x")).status_code == 403
    elsewhere = filing.running.caller("officer", org="science", regions=["980200"])
    treasury = filing.running.caller("officer", org="treasury", regions=["980100"])
    rival = filing.running.caller("carrier_operator", org="carrier-zc-002")
    for stranger in (
        elsewhere,
        treasury,
        rival,
        filing.expert(0),
        filing.running.caller("founder"),
    ):
        assert (await stranger.get(f"/cases/{filing.case_id}")).status_code == 404


async def test_an_objection_stands_in_the_way_until_it_is_decided(filing: Filing) -> None:
    found = await filing.publicised()
    notice = found["facts"]["notice_id"]
    neighbour = filing.running.caller("founder", sub="sub-neighbour", person="p-neighbour")
    raised = await neighbour.post(
        f"/notices/{notice}/objections", json={"grounds": "入驻企业实际不在该地址办公"}
    )
    assert raised.status_code == 201, raised.text
    own = await filing.operator.post(
        f"/notices/{notice}/objections", json={"grounds": "本单位对公示内容提出异议"}
    )
    assert own.json()["code"] == "objection_by_party", own.text
    await filing.days_pass(9)
    reply = await filing.do(filing.deciding, "recognise")
    assert reply.json()["errors"][0]["code"] == "objection_open"
    decided = await filing.deciding.post(
        f"/objections/{raised.json()['id']}/actions/dismiss",
        json={"answer": "现场核实在址办公"},
        headers=FIRST,
    )
    assert decided.status_code == 200, decided.text
    assert (await filing.done(filing.deciding, "recognise"))["state"] == "recognised"


async def test_an_upheld_objection_ends_in_rejection(filing: Filing) -> None:
    found = await filing.publicised()
    neighbour = filing.running.caller("founder", sub="sub-neighbour", person="p-neighbour")
    raised = await neighbour.post(
        f"/notices/{found['facts']['notice_id']}/objections",
        json={"grounds": "该场地已经转租作他用"},
    )
    await filing.days_pass(9)
    upheld = await filing.deciding.post(
        f"/objections/{raised.json()['id']}/actions/uphold",
        json={"answer": "情况属实"},
        headers=FIRST,
    )
    assert upheld.status_code == 200, upheld.text
    blocked = await filing.do(filing.deciding, "recognise")
    assert blocked.json()["errors"][0]["code"] == "objection_upheld"
    assert (await filing.done(filing.province, "reject", reason="异议成立"))["state"] == "rejected"


async def test_a_review_that_fails_goes_no_further(filing: Filing) -> None:
    found = await filing.reviewed(50, 59, 55)
    assert not found["facts"]["review"]["passed"]
    reply = await filing.do(filing.province, "propose", reason="拟予备案")
    assert (reply.status_code, reply.json()["code"]) == (409, "action_blocked")


async def test_a_title_in_force_leaves_nothing_to_apply_for(filing: Filing) -> None:
    await filing.recognised()
    again = Filing(filing.running)
    await again.start()
    await again.attach()
    reply = await again.do(again.operator, "submit")
    assert (reply.status_code, reply.json()["code"]) == (409, "title_held")


async def test_the_guide_and_the_form_are_there_in_both_languages(fresh: Running) -> None:
    found = (await fresh.anonymous.get("/matters/maker-space-filing")).json()
    assert found["title"] == {"zh": "众创空间备案", "en": "File a maker space"}
    assert found["pages"][0]["key"] == "carrier"
    names = {f["name"] for page in found["pages"] for f in page["fields"]}
    assert names == set(a_form())
