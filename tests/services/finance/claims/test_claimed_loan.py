"""While a claim for a loan is open its terms stand still, whoever is first."""

import asyncio
from typing import Any

import httpx

from tests.services.finance.bank.conftest import good, reference
from tests.services.finance.claims.conftest import Claims

TERMS = {
    "annual_rate": "0.03", "term_months": 6, "repayment_method": "bullet", "reason": "企业恢复经营",
}  # fmt: skip


async def restructure(claims: Claims, loan: dict[str, Any]) -> httpx.Response:
    body = {"bank_reference": reference("CZ"), "value_on": claims.today, **TERMS}
    path = f"/loans/{loan['id']}/restructurings"
    return await claims.bank.post(path, json=body, version=loan["version"])


async def blocked(claims: Claims, loan: dict[str, Any]) -> dict[str, str]:
    found = await claims.loan(loan["id"])
    return {each["action"]: each["code"] for each in found["blocked_actions"]}


async def test_a_loan_with_an_open_claim_is_not_restructured_and_the_refusal_names_it(
    claims: Claims,
) -> None:
    (loan,) = await claims.defaulted()
    claim = await claims.claimed(loan)
    stale = await restructure(claims, loan)
    assert stale.status_code == 412, "what may be reported has changed with the claim"
    loan = await claims.loan(loan["id"])
    refused = await restructure(claims, loan)
    assert refused.status_code == 409
    problem = refused.json()
    assert (problem["code"], problem["errors"][0]["code"]) == (
        "loan_move_blocked",
        "loan_already_claimed",
    )
    assert problem["existing"]["id"] == claim["id"]
    assert problem["existing"]["reference"] == claim["reference"]
    path = problem["existing"]["href"].removeprefix("/api/finance/bank/v1")
    assert good(await claims.bank.get(path))["loan_id"] == loan["id"]
    assert (await blocked(claims, loan))["restructure"] == "loan_already_claimed"
    assert (await blocked(claims, loan))["claim"] == "loan_already_claimed"


async def test_a_claim_that_ended_unpaid_gives_the_loan_free(claims: Claims) -> None:
    withdrawn, rejected = await claims.defaulted(2)
    claim = await claims.claimed(withdrawn)
    path = f"/compensation-claims/{claim['id']}/actions/withdraw"
    good(await claims.bank.post(path, json={}, version=claim["version"]))
    other = await claims.claimed(rejected)
    await claims.act(claims.science, other, "reject", reason="催收依据不足")
    for loan in (withdrawn, rejected):
        present = await claims.loan(loan["id"])
        assert "restructure" not in await blocked(claims, loan)
        good(await restructure(claims, present), 201)
        assert (await claims.loan(loan["id"]))["state"] == "active"


async def test_a_clawed_back_loan_is_its_banks_again(claims: Claims) -> None:
    (loan,) = await claims.defaulted()
    claim = await claims.paid(loan)
    assert (await blocked(claims, loan))["restructure"] == "loan_compensated"
    said = {"reason": "资金用途不符", "received_on": claims.today}
    await claims.act(claims.payer, claim, "claw_back", **said)
    good(await restructure(claims, await claims.loan(loan["id"])), 201)


async def test_of_a_claim_and_a_restructuring_at_once_one_is_taken(claims: Claims) -> None:
    loans = await claims.defaulted(8)
    calls: list[Any] = []
    for number, loan in enumerate(loans):
        claim = claims.bank.post("/compensation-claims", json=claims.body(loan))
        pair = [claim, restructure(claims, loan)]
        calls += pair if number % 2 else pair[::-1]
    replies = await asyncio.gather(*calls)
    for number, loan in enumerate(loans):
        pair = replies[2 * number : 2 * number + 2]
        claim, terms = pair if number % 2 else pair[::-1]
        assert (claim.status_code == 201) != (terms.status_code == 201), (claim.text, terms.text)
        assert claim.status_code in (201, 422)
        assert terms.status_code in (201, 409, 412)
        present = await claims.loan(loan["id"])
        state = "defaulted" if claim.status_code == 201 else "active"
        assert (present["state"], present["plan"]) == (state, 1 if state == "defaulted" else 2)
