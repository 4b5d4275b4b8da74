"""科技保险保费补贴 over HTTP: the whole way to the money, and what stands in it."""

import asyncio
from typing import Any

import pytest

from services.finance.pools.seed import years
from tests.services.finance.subsidies.conftest import OTHER, House

GOOD_REASON = {"reason": "发票金额不清", "items": ["请上传清晰的发票"]}


@pytest.mark.policy_part("A058")
async def test_a_paid_premium_comes_back_by_its_rate_after_review_and_publicity(
    house: House,
) -> None:
    before = await house.budget()
    case = await house.submitted(premium_fen=1_000_001)
    assert (case["state"], case["title"]) == ("submitted", "青屿云帆软件有限公司")
    assert case["facts"]["first_time"] is True
    assert case["promised_by"]
    await house.act(house.science, case, "approve")
    assert (case["state"], case["facts"]["amount_fen"]) == ("publicised", 500_001)
    assert case["facts"]["limited_by"] == "rate"
    shown = {line["label"]["en"]: line["value"] for line in case["shown"]}
    assert (shown["Subsidy"], shown["Rate"]) == (500_001, "0.5")
    held = await house.budget()
    assert held["committed_fen"] - before["committed_fen"] == 500_001
    assert held["paid_fen"] == before["paid_fen"]
    notice = await house.running.anonymous.get(f"/notices/{case['facts']['notice_id']}")
    shown = [line["value"] for line in notice.json()["content"]]
    assert 500_001 in shown
    assert "6200" not in str(shown)
    await house.pass_days(12)
    await house.fresh(case)
    assert case["state"] == "publicity_closed"
    paid = await house.act(house.treasury, case, "pay")
    assert paid["state"] == "paid"
    after = await house.budget()
    assert after["paid_fen"] - before["paid_fen"] == 500_001
    assert before["money_fen"] - after["money_fen"] == 500_001


async def test_everybody_sees_what_was_paid_and_nobody_an_account(house: House) -> None:
    case = await house.payable()
    assert (await house.running.anonymous.get("/subsidies")).json()["items"] == []
    await house.act(house.treasury, case, "pay")
    reply = await house.running.anonymous.get("/subsidies")
    item = reply.json()["items"][0]
    assert set(item) == {
        "id", "enterprise_name", "uscc", "coverage", "insurer", "amount_fen", "paid_on", "refunded_on",
    }  # fmt: skip
    assert "6200" not in reply.text


async def test_founder_and_staff_have_their_lists_and_others_none(house: House) -> None:
    case = await house.submitted()
    mine = (await house.founder.get("/subsidies/mine")).json()["items"]
    assert [one["reference"] for one in mine] == [case["reference"]]
    assert (await house.other_founder.get("/subsidies/mine")).json()["items"] == []
    for officer in (house.science, house.treasury):
        found = (await officer.get("/subsidies/applications")).json()["items"]
        assert [one["id"] for one in found] == [case["id"]]
    others = (
        house.running.caller("officer", org="science", regions=["980200"]),
        house.running.caller("officer", org="registration", regions=["980100"]),
    )
    for officer in others:
        assert (await officer.get("/subsidies/applications")).json()["items"] == []
    assert (await house.founder.get("/subsidies/applications")).status_code == 403
    assert (await house.other_founder.get(f"/cases/{case['id']}")).status_code == 404


async def test_only_the_legal_representative_applies_and_the_papers_must_be_there(
    house: House,
) -> None:
    body = {
        "matter": "tech-insurance-premium-subsidy",
        "form": await house.form(uscc=OTHER),
    }
    made = (await house.founder.post("/cases", json=body)).json()
    refused = await house.act(house.founder, made, "submit", 422)
    assert refused["code"] == "form_incomplete"
    codes = [(e["pointer"], e["code"]) for e in refused["errors"]]
    assert ("/form/uscc", "not_your_enterprise") in codes
    assert [e for e in codes if e[1] == "material_missing"] == [("/form", "material_missing")] * 3


@pytest.mark.policy_part("A058")
async def test_the_same_cost_item_is_never_subsidised_twice(house: House) -> None:
    form = await house.form(policy_number="PL-2026-0001")
    first = await house.draft(form)
    await house.act(house.founder, first, "submit")
    later = form | {"policy_number": " pl 2026 0001", "period_from_on": form["paid_on"]}
    again = await house.draft(later)
    refused = await house.act(house.founder, again, "submit", 409)
    assert refused["code"] == "premium_already_subsidised"
    assert refused["existing"]["reference"] == first["reference"]
    other_cover = await house.draft(form | {"coverage": "personnel"})
    await house.act(house.founder, other_cover, "submit")
    await house.act(house.founder, first, "withdraw")
    await house.act(house.founder, again, "submit")
    assert again["state"] == "submitted"


async def test_a_look_alike_of_the_number_is_refused_while_it_is_typed(house: House) -> None:
    form = await house.form(policy_number="РL-REVIEW-0001")  # a Cyrillic Р
    body = {"matter": "tech-insurance-premium-subsidy", "form": form}
    reply = await house.founder.post("/cases", json=body)
    assert reply.status_code == 422
    found = {(e["pointer"], e["code"]) for e in reply.json()["errors"]}
    assert found == {("/form/policy_number", "policy_number_unreadable")}


@pytest.mark.policy_part("A058")
async def test_one_policy_is_not_subsidised_for_a_second_enterprise(house: House) -> None:
    form = await house.form(policy_number="PL-2026-0002")
    first = await house.draft(form)
    await house.act(house.founder, first, "submit")
    names = {"uscc": OTHER, "insurer": "云川示例财产保险(演示)", "policy_number": "PL20260002"}
    again = await house.draft(form | names, by=house.other_founder)
    refused = await house.act(house.other_founder, again, "submit", 409)
    assert refused["code"] == "premium_already_subsidised"
    assert "existing" not in refused  # another enterprise's business
    renamed = await house.draft(form | {"insurer": "云川财险"})
    refused = await house.act(house.founder, renamed, "submit", 409)
    assert refused["existing"]["reference"] == first["reference"]


async def test_another_application_for_the_same_policy_is_shown_to_the_reviewer(
    house: House,
) -> None:
    form = await house.form(policy_number="PL-2026-0003")
    first = await house.draft(form)
    await house.act(house.founder, first, "submit")
    ends = form["period_to_on"]
    later = {
        "period_from_on": f"{int(ends[:4]) + 1}-01-01",
        "period_to_on": f"{int(ends[:4]) + 1}-12-31",
    }
    second = await house.draft(form | later)
    await house.act(house.founder, second, "submit")
    elsewhere = await house.draft(
        form | {"uscc": OTHER, "insurer": "松岭示例保险（演示）"}, by=house.other_founder
    )
    await house.act(house.other_founder, elsewhere, "submit")

    async def lines(case: dict[str, Any]) -> list[str]:
        seen = (await house.science.get(f"/cases/{case['id']}")).json()["shown"]
        found = {line["label"]["en"]: line["value"] for line in seen}
        return [each["en"] for each in found.get("Other applications for this policy number", [])]

    assert await lines(first) == []
    assert await lines(second) == [
        f"{first['reference']}: the same enterprise, Product liability,"
        f" {form['period_from_on']} to {ends}"
    ]
    assert sorted(await lines(elsewhere)) == sorted(
        f"{case['reference']}: by another enterprise" for case in (first, second)
    )


async def test_two_submissions_of_one_cost_item_at_once_have_one_winner(house: House) -> None:
    form = await house.form()
    drafts = [await house.draft(form) for _ in range(4)]

    async def submit(case: dict[str, Any]) -> int:
        reply = await house.founder.post(
            f"/cases/{case['id']}/actions/submit", json={}, version=case["version"]
        )
        return reply.status_code

    found = sorted(await asyncio.gather(*(submit(case) for case in drafts)))
    assert found == [200, 409, 409, 409]


async def test_two_subsidies_for_the_last_fen_of_the_budget_have_one_winner(house: House) -> None:
    cases = [await house.submitted(premium_fen=1_000_000) for _ in range(2)]
    await house.leave_in_budget(500_000)

    async def approve(case: dict[str, Any]) -> tuple[int, str]:
        reply = await house.science.post(
            f"/cases/{case['id']}/actions/approve", json={}, version=case["version"]
        )
        return reply.status_code, reply.json().get("code", reply.json().get("state"))

    found = sorted(await asyncio.gather(*(approve(case) for case in cases)))
    assert found == [(200, "publicised"), (422, "budget_exhausted")]
    left = await house.budget()
    assert left["committed_fen"] == left["appropriated_fen"]


async def test_a_year_without_a_budget_is_named_and_the_case_waits_for_it(house: House) -> None:
    last = years(await house.today())[-1]
    while (await house.today()).year <= last:
        await house.pass_days(365)
    case = await house.submitted()
    refused = await house.act(house.science, case, "approve", 409)
    year = (await house.today()).year
    assert (refused["code"], refused["year"]) == ("no_budget_of_year", year)
    assert str(year) in refused["detail"]
    assert (await house.fresh(case))["state"] == "submitted"


async def test_the_year_has_a_cap_for_each_enterprise_under_any_race(house: House) -> None:
    await house.leave_in_budget(100_000_000)
    cases = [await house.submitted(premium_fen=40_000_000) for _ in range(3)]

    async def approve(case: dict[str, Any]) -> tuple[int, Any]:
        reply = await house.science.post(
            f"/cases/{case['id']}/actions/approve", json={}, version=case["version"]
        )
        body = reply.json()
        return reply.status_code, body.get("code") or body["facts"]["amount_fen"]

    found = await asyncio.gather(*(approve(case) for case in cases))
    assert sorted(found, key=str) == [
        (200, 10_000_000), (200, 20_000_000), (422, "year_cap_reached"),
    ]  # fmt: skip


@pytest.mark.policy_part("A058")
async def test_what_other_levels_paid_counts_and_never_more_than_the_premium(house: House) -> None:
    others = [
        {"level": "province", "scheme": "省级保费补贴", "amount_fen": 500_000},
        {"level": "county", "scheme": "区级奖励", "amount_fen": 300_000},
    ]
    case = await house.publicised(premium_fen=1_000_000, other_subsidies=others)
    assert case["facts"]["amount_fen"] == 200_000
    assert case["facts"]["limited_by"] == "total_share"


async def test_an_officer_may_accept_less_of_the_premium_and_never_more(house: House) -> None:
    case = await house.submitted(premium_fen=1_000_000)
    more = await house.act(house.science, case, "approve", 422, accepted_premium_fen=1_000_001)
    assert more["errors"][0]["code"] == "accepted_exceeds_paid"
    await house.act(house.science, case, "approve", accepted_premium_fen=800_000)
    assert case["facts"]["amount_fen"] == 400_000


async def test_one_correction_is_asked_for_and_the_corrected_form_is_reviewed(
    house: House,
) -> None:
    case = await house.submitted()
    await house.act(house.science, case, "request_correction", **GOOD_REASON)
    assert [i["detail"] for i in case["correction"]["items"]] == GOOD_REASON["items"]
    form = await house.form(premium_fen=900_000)
    saved = await house.founder.put(
        f"/cases/{case['id']}/form", json={"form": form}, version=case["version"]
    )
    assert saved.status_code == 200, saved.text
    case |= saved.json()
    await house.act(house.founder, case, "submit")
    second = await house.act(house.science, case, "request_correction", 409, **GOOD_REASON)
    assert second["errors"][0]["code"] == "correction_already_requested"
    await house.act(house.science, case, "approve")
    assert case["facts"]["amount_fen"] == 450_000


async def test_a_correction_that_never_comes_lapses_and_frees_the_cost_item(house: House) -> None:
    form = await house.form()
    case = await house.draft(form)
    await house.act(house.founder, case, "submit")
    await house.act(house.science, case, "request_correction", **GOOD_REASON)
    await house.pass_days(40)
    assert (await house.fresh(case))["state"] == "lapsed"
    again = await house.draft(form)
    await house.act(house.founder, again, "submit")


@pytest.mark.parametrize(
    ("on", "rate", "cap"), [("2016-12-31", "25", "20000000"), ("2017-01-01", "50", "30000000")]
)
async def test_the_numbers_are_those_of_the_day(house: House, on: str, rate: str, cap: str) -> None:
    reply = await house.running.anonymous.get("/subsidies/scheme", params={"on": on})
    found = {(p["key"], p["coverage"]): p for p in reply.json()["parameters"]}
    assert found[("rate", "product_liability")]["value"] == rate
    assert found[("year_cap", None)]["value"] == cap
    assert all("演示" in p["source_document"] for p in reply.json()["parameters"])


async def test_the_matter_describes_itself_for_the_pages(house: House) -> None:
    matter = (await house.running.anonymous.get("/matters/tech-insurance-premium-subsidy")).json()
    assert [page["key"] for page in matter["pages"]] == ["enterprise", "policy", "premium"]
    assert [m["code"] for m in matter["materials"]] == ["policy", "invoice", "payment_proof"]
    labels = [f["label"] for page in matter["pages"] for f in page["fields"]]
    assert all(label["zh"] and label["en"] for label in labels)
