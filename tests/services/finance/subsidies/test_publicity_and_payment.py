"""Publicity, objections, payment and its taking back: who may, when, and that the books balance."""

from tests.services.finance.subsidies.conftest import House

FIRST = {"If-Match": '"1"'}

SAME = "same_person_decides"


async def test_nobody_pays_before_publicity_is_over_or_while_an_objection_is_open(
    house: House,
) -> None:
    case = await house.publicised()
    early = await house.act(house.treasury, case, "pay", 409)
    assert early["code"] == "illegal_transition"
    notice = case["facts"]["notice_id"]
    grounds = {"grounds": "该企业同一保单已在市级领取过补贴，请核查。"}
    objection = await house.other_founder.post(f"/notices/{notice}/objections", json=grounds)
    assert objection.status_code == 201, objection.text
    own = await house.founder.post(f"/notices/{notice}/objections", json=grounds)
    assert own.status_code == 403
    await house.pass_days(12)
    await house.fresh(case)
    assert case["state"] == "publicity_closed"
    blocked = await house.act(house.treasury, case, "pay", 409)
    assert blocked["errors"][0]["code"] == "objection_open"
    path, seen = (
        f"/objections/{objection.json()['id']}/actions/dismiss",
        {"If-Match": objection.headers["etag"]},
    )
    for reader, may in (
        (house.science, False),
        (house.second_science, True),
        (house.founder, False),
    ):
        listed = (await reader.get(f"/cases/{case['id']}/objections")).json()["items"]
        assert [each["may_answer"] for each in listed] == [may]
    theirs = await house.science.post(path, json={"answer": "经查未领取。"}, headers=seen)
    assert theirs.status_code == 409
    assert theirs.json()["errors"][0]["code"] == SAME
    answered = await house.second_science.post(path, json={"answer": "经查未领取。"}, headers=seen)
    assert answered.status_code == 200, answered.text
    assert answered.headers["etag"] == '"2"'
    for version, status, code in (
        (None, 428, "if_match_required"),
        ('"1"', 412, "stale_etag"),
        ('"2"', 409, "objection_decided"),
    ):
        headers = {"If-Match": version} if version else {}
        late = await house.second_science.post(path, json={"answer": "再查。"}, headers=headers)
        assert (late.status_code, late.json()["code"]) == (status, code), late.text
    await house.fresh(case)
    moved = house.running.caller("officer", sub="o-sci-2", org="treasury", regions=["980100"])
    judge = await house.act(moved, case, "pay", 409)
    assert judge["errors"][0]["code"] == SAME
    await house.act(house.treasury, case, "pay")


async def test_an_upheld_objection_ends_it_and_gives_everything_back(house: House) -> None:
    before = await house.budget()
    case = await house.publicised()
    notice = case["facts"]["notice_id"]
    objection = await house.other_founder.post(
        f"/notices/{notice}/objections", json={"grounds": "该保单并非该企业投保，发票为虚假。"}
    )
    await house.second_science.post(
        f"/objections/{objection.json()['id']}/actions/uphold",
        json={"answer": "情况属实。"},
        headers=FIRST,
    )
    await house.pass_days(12)
    await house.fresh(case)
    blocked = await house.act(house.treasury, case, "pay", 409)
    assert blocked["errors"][0]["code"] == "objection_upheld"
    await house.act(house.science, case, "reject", reason="异议成立")
    assert case["state"] == "rejected"
    after = await house.budget()
    assert after["committed_fen"] == before["committed_fen"]
    assert after["money_fen"] == before["money_fen"]


async def test_without_an_upheld_objection_a_publicised_subsidy_is_not_refused(
    house: House,
) -> None:
    case = await house.payable()
    refused = await house.act(house.science, case, "reject", 409, reason="改变主意")
    assert refused["errors"][0]["code"] == "no_upheld_objection"


async def test_review_and_payment_are_two_departments_and_two_people(house: House) -> None:
    case = await house.submitted()
    assert (await house.act(house.treasury, case, "approve", 403))["code"] == "not_your_move"
    await house.act(house.science, case, "approve")
    await house.pass_days(12)
    await house.fresh(case)
    assert (await house.act(house.science, case, "pay", 403))["code"] == "not_your_move"
    same = house.running.caller("officer", sub="o-sci", org="treasury", regions=["980100"])
    seen = (await same.get(f"/cases/{case['id']}")).json()
    assert [b["code"] for b in seen["blocked_actions"] if b["action"] == "pay"] == [SAME]
    assert (await house.act(same, case, "pay", 409))["errors"][0]["code"] == SAME


async def test_nobody_reviews_their_own_enterprise(house: House) -> None:
    case = await house.submitted()
    involved = house.running.caller(
        "officer", sub="sub-owner", person="a" * 64, org="science", regions=["980100"]
    )
    assert (await house.act(involved, case, "approve", 403))["code"] == "not_your_move"


async def test_a_subsidy_taken_back_balances_and_the_cost_item_stays_used(house: House) -> None:
    before = await house.budget()
    form = await house.form()
    case = await house.draft(form)
    await house.act(house.founder, case, "submit")
    await house.act(house.science, case, "approve")
    await house.pass_days(12)
    await house.fresh(case)
    await house.act(house.treasury, case, "pay")
    today = (await house.today()).isoformat()
    wrong = await house.act(
        house.treasury, case, "claw_back", 422, reason="虚假发票", received_on="2026-01-01"
    )
    assert wrong["code"] == "refund_refused"
    await house.act(house.treasury, case, "claw_back", reason="虚假发票", received_on=today)
    assert case["state"] == "clawed_back"
    after = await house.budget()
    assert after["money_fen"] == before["money_fen"]
    assert after["refunded_fen"] == after["paid_fen"] == case["facts"]["amount_fen"]
    shown = (await house.running.anonymous.get("/subsidies")).json()["items"][0]
    assert shown["refunded_on"] == today
    again = await house.draft(form)
    refused = await house.act(house.founder, again, "submit", 409)
    assert refused["code"] == "premium_already_subsidised"
