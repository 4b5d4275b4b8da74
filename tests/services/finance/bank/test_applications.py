"""A bank works its applications over its own API: what it sees, what it may do, what is refused."""

import asyncio
from typing import Any

import pytest

from tests.services.finance.bank.conftest import PREFIX, Banks, decision, good, reference
from tests.services.finance.borrowing import SONGLING


def actions(application: dict[str, Any]) -> dict[str, str]:
    return {each["action"]: each["href"] for each in application["allowed_actions"]}


@pytest.mark.policy("A049")
async def test_a_bank_takes_an_application_from_assignment_to_contract(banks: Banks) -> None:
    found = await banks.application()
    here = f"{PREFIX}/applications/{found['id']}"
    assert (found["state"], actions(found)) == ("assigned", {"accept": f"{here}/actions/accept"})
    found = good(await banks.move(found, "actions/accept"))
    assert found["state"] == "accepted"
    assert actions(found) == {
        "request_information": f"{here}/actions/request-information",
        "decide": f"{here}/actions/decide",
    }
    found = good(await banks.move(found, "actions/decide", decision(found["form"])))
    assert (found["state"], found["decision"]["outcome"]) == ("approved", "approved")
    assert actions(found)["contract"] == f"{here}/contracts"
    signed = await banks.move(found, "contracts", banks.terms(found))
    loan = good(signed, 201)
    assert signed.headers["location"] == f"{PREFIX}/loans/{loan['id']}"
    assert loan["application_id"] == found["id"]
    after = good(await banks.qingyu.get(f"/applications/{found['id']}"))
    assert (after["state"], after["loan_id"], after["loan_reference"]) == (
        "contracted",
        loan["id"],
        loan["reference"],
    )
    assert after["loan_href"] == f"{PREFIX}/loans/{loan['id']}"


async def test_an_application_shows_who_applies_and_why_it_is_eligible(banks: Banks) -> None:
    found = await banks.application()
    assert found["enterprise"]["name"].endswith("有限公司")
    assert found["enterprise"]["uscc"] == found["form"]["uscc"]
    assert found["eligibility"]
    assert all(each["ok"] for each in found["eligibility"])
    assert found["promised_by"] is not None


async def test_the_borrower_is_read_by_the_bank_that_has_the_application(banks: Banks) -> None:
    found = await banks.application()
    here = f"/applications/{found['id']}"
    plain = good(await banks.qingyu.get(here))
    full = good(await banks.qingyu.get(here, params={"expand": "borrower,timeline"}))
    assert plain["borrower"] is None
    assert full["borrower"]["library"]["revenue_fen"] > 0
    assert full["borrower"]["terms"]["most_fen"] >= full["amount_fen"]
    assert full["timeline"]
    other = await banks.songling.get(here, params={"expand": "borrower"})
    assert other.status_code == 404
    odd = await banks.qingyu.get(here, params={"expand": "borrower,secrets"})
    assert odd.status_code == 422


async def test_a_declined_application_is_closed_with_its_reason(banks: Banks) -> None:
    found = await banks.application()
    found = good(await banks.move(found, "actions/accept"))
    body = {"outcome": "declined", "reason": "现金流不足"}
    found = good(await banks.move(found, "actions/decide", body))
    assert (found["state"], found["decision"]["reason"]) == ("declined", "现金流不足")
    assert found["allowed_actions"] == []


async def test_information_is_asked_for_and_answered(banks: Banks) -> None:
    found = await banks.application()
    found = good(await banks.move(found, "actions/accept"))
    body = {"reason": "缺少纳税申报表", "items": ["近三个月纳税申报表"]}
    found = good(await banks.move(found, "actions/request-information", body))
    assert found["state"] == "information_requested"
    assert found["question"]["items"] == ["近三个月纳税申报表"]
    assert found["allowed_actions"] == []
    refused = await banks.move(found, "actions/decide", decision(found["form"]))
    assert (refused.status_code, refused.json()["code"]) == (409, "illegal_transition")


async def test_an_offer_can_be_withdrawn_before_the_contract(banks: Banks) -> None:
    found = await banks.approved()
    found = good(await banks.move(found, "actions/withdraw-offer", {"reason": "经营情况变化"}))
    assert found["state"] == "withdrawn"


async def test_the_list_holds_only_this_banks_and_pages_by_cursor(banks: Banks) -> None:
    mine = {(await banks.application())["id"] for _ in range(3)}
    theirs = await banks.application(SONGLING)
    seen: list[str] = []
    query: dict[str, Any] = {"limit": 2, "state": "assigned"}
    while True:
        page = good(await banks.qingyu.get("/applications", params=query))
        seen += [each["id"] for each in page["items"]]
        if page["next"] is None:
            break
        query["cursor"] = page["next"]
    assert mine <= set(seen)
    assert theirs["id"] not in seen
    assert len(seen) == len(set(seen))
    found = good(await banks.qingyu.get("/applications", params={"reference": "nothing"}))
    assert found["items"] == []


async def test_an_unchanged_application_is_not_sent_again(banks: Banks) -> None:
    found = await banks.application()
    path = f"/applications/{found['id']}"
    tag = (await banks.qingyu.get(path)).headers["etag"]
    again = await banks.qingyu.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    told = good(await banks.qingyu.get(path, params={"expand": "timeline,deadlines"}))
    assert [each["action"] for each in told["timeline"]][-1] == "submit"
    assert {each["key"] for each in told["deadlines"]} == {"acceptance"}


async def test_a_move_needs_the_version_last_seen_and_happens_once(banks: Banks) -> None:
    found = await banks.application()
    path = f"/applications/{found['id']}/actions/accept"
    assert (await banks.qingyu.post(path, json={})).json()["code"] == "if_match_required"
    stale = await banks.qingyu.post(path, json={}, version=found["version"] + 7)
    assert (stale.status_code, stale.json()["current"]["state"]) == (412, "assigned")
    first = await banks.qingyu.post(path, json={}, version=found["version"], key="once")
    again = await banks.qingyu.post(path, json={}, version=found["version"], key="once")
    assert (first.status_code, first.json()) == (200, again.json())
    assert again.headers["idempotency-hit"] == "true"


async def test_of_two_clerks_who_decide_at_once_one_wins(banks: Banks) -> None:
    found = good(await banks.move(await banks.application(), "actions/accept"))
    body = decision(found["form"])
    replies = await asyncio.gather(
        *(banks.move(found, "actions/decide", body, key=f"clerk-{n}") for n in range(4))
    )
    assert sorted(reply.status_code for reply in replies) == [200, 412, 412, 412]


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("actions/accept", {"unknown": 1}, 422),
        ("actions/decide", {"outcome": "maybe", "reason": "x"}, 422),
        ("actions/decide", {"outcome": "approved"}, 422),
        ("actions/request-information", {"reason": "x", "items": []}, 422),
        ("actions/withdraw-offer", {}, 422),
        ("contracts", {"bank_reference": "x"}, 422),
    ],
)
async def test_a_body_that_breaks_its_schema_is_refused_with_a_pointer(
    banks: Banks, path: str, body: dict[str, Any], status: int
) -> None:
    found = await banks.application()
    reply = await banks.move(found, path, body)
    assert reply.status_code == status, reply.text
    assert all(each["pointer"].startswith("/") for each in reply.json()["errors"])


async def test_a_contract_beyond_the_decision_leaves_nothing_behind(banks: Banks) -> None:
    found = await banks.approved()
    more = banks.terms(found, amount_fen=found["decision"]["amount_fen"] + 1)
    refused = await banks.move(found, "contracts", more)
    assert (refused.status_code, refused.json()["code"]) == (422, "contract_outside_decision")
    signed = await banks.move(found, "contracts", {**more, "amount_fen": more["amount_fen"] - 1})
    assert signed.status_code == 201, signed.text  # the reference was not used up by the refusal


async def test_a_bank_reference_is_unique_for_ever(banks: Banks) -> None:
    first, second = await banks.approved(), await banks.approved()
    name = reference()
    good(await banks.move(first, "contracts", banks.terms(first, bank_reference=name)), 201)
    again = await banks.move(second, "contracts", banks.terms(second, bank_reference=name))
    assert (again.status_code, again.json()["code"]) == (409, "bank_reference_used")
    assert again.json()["existing"]["href"].startswith(PREFIX)


async def test_what_passed_on_to_another_bank_is_gone_for_the_first(banks: Banks) -> None:
    found = await banks.application()
    await banks.world.later(days=7)
    after = await banks.qingyu.get(f"/applications/{found['id']}")
    listed = good(await banks.qingyu.get("/applications", params={"limit": 200}))["items"]
    assert after.status_code == 404
    assert found["id"] not in [each["id"] for each in listed]
    late = await banks.move(found, "actions/accept")
    assert late.status_code == 404


async def test_each_documented_example_is_a_body_that_is_taken(banks: Banks) -> None:
    paths = banks.service.app.openapi()["paths"]

    def example(path: str, name: str) -> dict[str, Any]:
        operation = paths[f"{PREFIX}/applications/{{application_id}}/{path}"]["post"]
        content = operation["requestBody"]["content"]["application/json"]
        return dict(content["examples"][name]["value"])

    found = good(await banks.move(await banks.application(), "actions/accept"))
    asked = await banks.move(
        found, "actions/request-information", example("actions/request-information", "tax_returns")
    )
    assert asked.status_code == 200, asked.text
    other = good(await banks.move(await banks.application(), "actions/accept"))
    offer = good(await banks.move(other, "actions/decide", example("actions/decide", "approve")))
    terms = example("contracts", "as_decided") | {"signed_on": banks.today}
    assert (await banks.move(offer, "contracts", terms)).status_code == 201
    third = good(await banks.move(await banks.application(), "actions/accept"))
    declined = await banks.move(third, "actions/decide", example("actions/decide", "decline"))
    assert declined.json()["state"] == "declined"
