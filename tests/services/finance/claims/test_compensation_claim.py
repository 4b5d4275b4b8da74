"""风险补偿 over HTTP: from a default to the money and back, and what stands in its way."""

import asyncio
from typing import Any

from services.finance.enterprises import store as enterprises
from tests.services.finance.bank.conftest import PREFIX, good, reference
from tests.services.finance.claims.conftest import Claims

SAME = "same_person_decides"
CONDITIONS: tuple[tuple[dict[str, Any], str, str], ...] = (
    ({"funds_used_as_agreed": False}, "/funds_used_as_agreed", "funds_used_as_agreed"),
    ({"demanded_on": "2026-01-01"}, "/demanded_on", "demanded_after_overdue"),
    ({"demanded_on": "2031-01-01"}, "/demanded_on", "demanded_after_overdue"),
    ({"unpaid_principal_fen": 1}, "/unpaid_principal_fen", "base_is_unpaid_principal"),
    ({"loan_id": "00000000-0000-4000-8000-000000000000"}, "/loan_id", "loan_unknown"),
)


async def test_each_condition_that_fails_names_its_place(claims: Claims) -> None:
    (loan,) = await claims.defaulted()
    for changes, pointer, code in CONDITIONS:
        body = claims.body(loan, **changes)
        reply = await claims.bank.post("/compensation-claims", json=body)
        assert (reply.status_code, reply.json()["code"]) == (422, "claim_conditions_not_met")
        assert [(e["pointer"], e["code"]) for e in reply.json()["errors"]] == [(pointer, code)]
        checked = await claims.bank.post(
            "/compensation-claims", params={"validate_only": True}, json=body
        )
        assert (checked.status_code, checked.json()["complete"]) == (200, False)
    assert good(await claims.bank.get("/compensation-claims"))["items"] == []


async def test_a_loan_that_pays_cannot_be_claimed(claims: Claims) -> None:
    loan = await claims.banks.loan()
    reply = await claims.bank.post("/compensation-claims", json=claims.body(loan))
    codes = {e["code"] for e in reply.json()["errors"]}
    assert {"defaulted", "overdue_days"} <= codes


async def test_a_loan_is_claimed_once_until_the_claim_ends_unpaid(claims: Claims) -> None:
    (loan,) = await claims.defaulted()
    bodies = [claims.body(loan) for _ in range(3)]
    replies = await asyncio.gather(
        *(claims.bank.post("/compensation-claims", json=body) for body in bodies)
    )
    assert sorted(r.status_code for r in replies) == [201, 409, 409]
    first = next(r.json() for r in replies if r.status_code == 201)
    refused = next(r.json() for r in replies if r.status_code == 409)
    assert refused["code"] == "loan_already_claimed"
    assert refused["existing"]["href"] == f"{PREFIX}/compensation-claims/{first['id']}"
    path = f"/compensation-claims/{first['id']}/actions/withdraw"
    assert (await claims.bank.post(path, json={})).status_code == 428
    gone = good(await claims.bank.post(path, json={}, version=first["version"]))
    assert gone["state"] == "withdrawn"
    used = await claims.bank.post(
        "/compensation-claims", json=claims.body(loan, bank_reference=first["bank_reference"])
    )
    assert (used.status_code, used.json()["code"]) == (409, "bank_reference_used")
    await claims.claimed(loan)


async def test_the_same_request_again_makes_no_second_claim(claims: Claims) -> None:
    (loan,) = await claims.defaulted()
    body = claims.body(loan)
    first = await claims.bank.post("/compensation-claims", json=body, key="claim-1")
    again = await claims.bank.post("/compensation-claims", json=body, key="claim-1")
    assert first.json()["id"] == again.json()["id"]
    assert again.headers["idempotency-hit"] == "true"


async def test_another_banks_loan_and_claim_do_not_exist(claims: Claims) -> None:
    (loan,) = await claims.defaulted()
    other = claims.banks.songling
    foreign = await other.post("/compensation-claims", json=claims.body(loan))
    assert [e["code"] for e in foreign.json()["errors"]] == ["loan_unknown"]
    claim = await claims.claimed(loan)
    here = f"/compensation-claims/{claim['id']}"
    assert (await other.get(here)).status_code == 404
    assert good(await other.get("/compensation-claims"))["items"] == []
    for path in ("actions/withdraw", "recoveries"):
        body = {} if path.startswith("actions") else {
            "bank_reference": reference("ZC"), "amount_fen": 1, "received_on": claims.today,
        }  # fmt: skip
        reply = await other.post(f"{here}/{path}", json=body, version=claim["version"])
        assert reply.status_code == 404
    founder = claims.service.caller("founder", sub="sub-x", person="c" * 64)
    assert (await founder.get(f"/cases/{claim['id']}")).status_code == 404
    assert (await founder.get(f"//{PREFIX[1:]}{here}")).status_code == 403


async def test_both_departments_agree_before_the_province_and_no_person_twice(
    claims: Claims,
) -> None:
    (loan,) = await claims.defaulted()
    claim = await claims.claimed(loan)
    early = await claims.act(claims.province, claim, "approve", 409)
    assert early["code"] == "illegal_transition"
    wrong = await claims.act(claims.treasury, claim, "agree_science", 403)
    assert wrong["code"] == "not_your_move"
    await claims.act(claims.science, claim, "agree_science")
    twice = await claims.act(claims.science, claim, "agree_science", 409)
    assert twice["errors"][0]["code"] == "already_agreed"
    both = claims.officer("o-science", "treasury")
    assert (await claims.act(both, claim, "agree_treasury", 409))["errors"][0]["code"] == SAME
    agreed = await claims.act(claims.treasury, claim, "agree_treasury")
    assert agreed["state"] == "reviewed_locally"
    local = await claims.act(claims.science, claim, "approve", 403)
    assert local["code"] == "not_your_move"
    provincial = claims.officer("o-science", "science", "980000")
    assert (await claims.act(provincial, claim, "approve", 409))["errors"][0]["code"] == SAME
    await claims.act(claims.province, claim, "approve")
    await claims.pass_days(12)
    assert (await claims.act(claims.treasury, claim, "pay", 409))["errors"][0]["code"] == SAME
    assert (await claims.act(claims.payer, claim, "pay"))["state"] == "recovering"


async def test_either_department_may_reject_and_the_bank_hears_why(claims: Claims) -> None:
    loans = await claims.defaulted(2)
    for who, loan in zip((claims.science, claims.treasury), loans, strict=True):
        claim = await claims.claimed(loan)
        await claims.act(who, claim, "reject", reason="用途核查材料不足")
        seen = await claims.seen(claim)
        assert (seen["state"], seen["refusal"]) == ("rejected", "用途核查材料不足")
        await claims.claimed(loan)
    inbox = good(await claims.bank.get("/inbox"))["items"]
    assert "claim.rejected" in {message["kind"] for message in inbox}


async def test_nobody_decides_on_the_loan_of_their_own_enterprise(claims: Claims) -> None:
    (loan,) = await claims.defaulted()
    claim = await claims.claimed(loan)
    async with claims.service.app.state.database.reader() as connection:
        debtor = await enterprises.find(connection, loan["uscc"])
    person = debtor.legal_representative if debtor is not None else None
    involved = claims.officer("o-debtor", "science", person=person)
    assert (await claims.act(involved, claim, "agree_science", 403))["code"] == "not_your_move"


async def test_the_public_reads_names_and_no_codes(claims: Claims) -> None:
    (loan,) = await claims.defaulted()
    claim = await claims.publicised(await claims.claimed(loan))
    notice = claim["notice_href"].rsplit("/", 1)[1]
    shown = good(await claims.service.anonymous.get(f"/notices/{notice}"))
    found = {line["label"]["en"]: line["value"] for line in shown["content"]}
    assert found["Bank"]["zh"].startswith("青屿示例银行")
    assert found["Bank"]["en"].startswith("Qingyu")
    assert "qingyu-example-bank" not in str(found)
    assert "suke-980000" not in str(found)
    assert "资金" in found["Pool"]["zh"]


async def test_an_open_objection_blocks_the_payment_and_an_upheld_one_ends_the_claim(
    claims: Claims,
) -> None:
    (loan,) = await claims.defaulted()
    claim = await claims.publicised(await claims.claimed(loan))
    notice = claim["notice_href"].rsplit("/", 1)[1]
    citizen = claims.service.caller("founder", sub="sub-citizen", person="d" * 64)
    raised = await citizen.post(
        f"/notices/{notice}/objections", json={"grounds": "该贷款资金被挪作他用，请核查。"}
    )
    objection = good(raised, 201)
    own = await claims.service.caller("bank", sub="clerk", org="qingyu-example-bank").post(
        f"/notices/{notice}/objections", json={"grounds": "本行对公示内容有不同意见。"}
    )
    assert own.status_code == 403
    await claims.pass_days(12)
    blocked = await claims.act(claims.payer, claim, "pay", 409)
    assert blocked["errors"][0]["code"] == "objection_open"
    path, seen = f"/objections/{objection['id']}/actions/uphold", {"If-Match": '"1"'}
    theirs = await claims.science.post(path, json={"answer": "情况属实。"}, headers=seen)
    assert theirs.status_code == 409
    assert theirs.json()["errors"][0]["code"] == SAME
    other = claims.officer("o-science-2", "science")
    good(await other.post(path, json={"answer": "情况属实。"}, headers=seen))
    blocked = await claims.act(claims.payer, claim, "pay", 409)
    assert blocked["errors"][0]["code"] == "objection_upheld"
    await claims.act(claims.payer, claim, "reject", reason="异议成立")
    assert (await claims.seen(claim))["state"] == "rejected"
    assert (await claims.loan(loan["id"]))["compensated_fen"] == 0


async def test_whoever_reviews_is_shown_the_conditions_and_who_has_agreed(claims: Claims) -> None:
    (loan,) = await claims.defaulted()
    claim = await claims.claimed(loan)
    await claims.act(claims.science, claim, "agree_science")
    case = good(await claims.treasury.get(f"/cases/{claim['id']}"))
    shown = {line["label"]["en"]: line["value"] for line in case["shown"]}
    assert shown["Unpaid principal"] == loan["outstanding_fen"]
    assert len(shown["Conditions"]) == 6
    assert all(line["zh"].startswith("✓ ") for line in shown["Conditions"])
    assert shown["Local review"][0]["zh"].startswith("科技部门同意")
    assert "deciders" not in case["facts"]


async def test_a_clerk_claims_in_the_window_by_picking_one_of_the_banks_loans(
    claims: Claims,
) -> None:
    (loan,) = await claims.defaulted()
    clerk = claims.service.caller("bank", sub="clerk", org="qingyu-example-bank")
    (option,) = good(await clerk.get("/claimable-loans"))["items"]
    assert option["value"] == loan["id"]
    assert loan["reference"] in option["label"]["zh"]
    others = claims.service.caller("bank", sub="other", org="songling-example-bank")
    assert good(await others.get("/claimable-loans"))["items"] == []
    assert (await claims.science.get("/claimable-loans")).status_code == 403
    draft = {"matter": "compensation-claim", "form": {"loan_id": option["value"]}}
    case = good(await clerk.post("/cases", json=draft), 201)
    early = await claims.act(clerk, case, "submit", 422)
    assert early["code"] == "form_incomplete"
    saved = await clerk.put(
        f"/cases/{case['id']}/form", json={"form": claims.body(loan)}, version=case["version"]
    )
    good(saved)
    submitted = await claims.act(clerk, case, "submit")
    assert submitted["title"].endswith(loan["reference"])
    assert (await claims.seen(case))["state"] == "submitted"
    assert good(await clerk.get("/claimable-loans"))["items"] == []


async def test_the_matter_describes_itself_for_the_pages(claims: Claims) -> None:
    matter = good(await claims.service.anonymous.get("/matters/compensation-claim"))
    assert [page["key"] for page in matter["pages"]] == ["loan", "use", "demand"]
    moves = {m["action"] for m in matter["workflow"]["moves"]}
    assert {"agree_science", "agree_treasury", "approve", "pay", "claw_back"} <= moves
