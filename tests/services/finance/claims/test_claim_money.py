"""The money of a claim over HTTP: paid by shares, recovered, reversed, clawed back. The books balance."""

import asyncio
import random
from typing import Any

from tests.services.finance.bank.conftest import good, reference
from tests.services.finance.claims.conftest import Claims


async def test_a_defaulted_loan_is_compensated_by_shares_and_recovered_to_the_last_fen(
    claims: Claims,
) -> None:
    (loan,) = await claims.defaulted(amount_fen=250_000_001)
    before = await claims.pool()
    claim = await claims.claimed(loan)
    base = loan["outstanding_fen"]
    assert (claim["state"], claim["base_fen"]) == ("submitted", base)
    assert all(verdict["ok"] for verdict in claim["verdicts"])
    assert all("演示" in verdict["source_document"] for verdict in claim["verdicts"])
    claim = await claims.publicised(claim)
    assert claim["state"] == "publicised"
    assert claim["notice_href"]
    await claims.pass_days(12)
    assert (await claims.seen(claim))["state"] == "publicity_closed"
    await claims.act(claims.payer, claim, "pay")
    claim = await claims.seen(claim)
    assert claim["state"] == "recovering"
    assert claim["shares"] == {"province": base * 40 // 100, "city": base * 40 // 100}
    assert claim["paid_fen"] == sum(claim["shares"].values()) <= base * 80 // 100
    after = await claims.pool()
    assert before["province"] - after["province"] == claim["shares"]["province"]
    half = base // 2
    claim = good(await claims.recover(claim, half, costs_fen=10_000), 201)
    assert claim["returned_fen"] < claim["paid_fen"]
    claim = good(await claims.recover(claim, base - half), 201)
    assert (claim["state"], claim["left_to_recover_fen"]) == ("closed", 0)
    assert claim["paid_fen"] - claim["returned_fen"] <= 8_000
    assert (await claims.loan(loan["id"]))["state"] == "settled"
    case = good(await claims.science.get(f"/cases/{claim['id']}"))
    shown = {line["label"]["en"]: line["value"] for line in case["shown"]}
    assert shown["Compensation"] == claim["paid_fen"]
    assert shown["Principal recovered"] == base
    assert [line["en"].split(":")[0] for line in shown["By shares"]] == ["Province", "City"]
    assert await claims.books() == 0


async def test_without_costs_everything_that_was_paid_comes_back(claims: Claims) -> None:
    (loan,) = await claims.defaulted()
    before = await claims.pool()
    claim = await claims.paid(loan)
    recovered = 0
    for part in (1, 3, 7, claim["base_fen"] - 11):
        claim, recovered = good(await claims.recover(claim, part), 201), recovered + part
        assert claim["returned_fen"] <= recovered, "more came back than came in"
    assert claim["state"] == "closed"
    assert claim["returned_fen"] == claim["paid_fen"]
    assert await claims.pool() == before


async def test_a_recovery_booked_in_error_is_reversed_and_reopens_the_claim(
    claims: Claims,
) -> None:
    (loan,) = await claims.defaulted()
    claim = await claims.paid(loan)
    paid_out = await claims.pool()
    claim = good(await claims.recover(claim, claim["base_fen"]), 201)
    assert claim["state"] == "closed"
    wrong = claim["recoveries"][0]
    path = f"/compensation-claims/{claim['id']}/recoveries/{wrong['id']}/reversals"
    body = {"bank_reference": reference("ZC"), "reason": "误报他户回款"}
    claim = good(await claims.bank.post(path, json=body, version=claim["version"]), 201)
    assert (claim["state"], claim["recovered_fen"], claim["returned_fen"]) == ("recovering", 0, 0)
    assert claim["recoveries"][0]["reversed_by"] == claim["recoveries"][1]["id"]
    assert await claims.pool() == paid_out
    assert (await claims.loan(loan["id"]))["state"] == "defaulted"
    again = await claims.bank.post(
        path, json=body | {"bank_reference": reference("ZC")}, version=claim["version"]
    )
    assert (again.status_code, again.json()["code"]) == (409, "recovery_already_reversed")
    assert good(await claims.recover(claim, claim["base_fen"]), 201)["state"] == "closed"
    assert await claims.books() == 0


async def test_a_wrong_recovery_is_corrected_after_the_write_off_was_taken_back(
    claims: Claims,
) -> None:
    (loan,) = await claims.defaulted()
    claim = await claims.paid(loan)
    paid_out = await claims.pool()
    claim = good(await claims.recover(claim, 1_000_000), 201)
    loan = await claims.loan(loan["id"])
    said = {"bank_reference": reference("HX"), "value_on": claims.today, "reason": "误报核销"}
    path = f"/loans/{loan['id']}/write-offs"
    loan = good(await claims.bank.post(path, json=said, version=loan["version"]), 201)
    wrong = claim["recoveries"][0]
    undo = f"/compensation-claims/{claim['id']}/recoveries/{wrong['id']}/reversals"
    body = {"bank_reference": reference("ZC"), "reason": "误报他户回款"}
    held = await claims.bank.post(undo, json=body, version=claim["version"])
    assert (held.status_code, held.json()["code"]) == (409, "entry_not_reversible")
    claim = good(await claims.recover(claim, 500), 201)
    loan = await claims.loan(loan["id"])
    assert loan["written_off_fen"] == claim["left_to_recover_fen"]
    claim = await reverse(claims, claim, claim["recoveries"][1])
    loan = await claims.loan(loan["id"])
    write_off = next(e for e in loan["entries"] if e["kind"] == "write_off")
    again = {"bank_reference": reference("HX"), "reason": "误报核销"}
    path = write_off["reversal_href"].removeprefix("/api/finance/bank/v1")
    loan = good(await claims.bank.post(path, json=again, version=loan["version"]), 201)
    claim = await reverse(claims, claim, wrong)
    assert (claim["recovered_fen"], claim["returned_fen"]) == (0, 0)
    assert await claims.pool() == paid_out
    assert (await claims.loan(loan["id"]))["outstanding_fen"] == claim["base_fen"]
    assert await claims.books() == 0


async def test_a_compensation_that_should_not_have_been_paid_is_clawed_back(
    claims: Claims,
) -> None:
    (loan,) = await claims.defaulted()
    before = await claims.pool()
    claim = await claims.paid(loan)
    claim = good(await claims.recover(claim, 1_000_000), 201)
    await claims.act(
        claims.payer, claim, "claw_back", 422, reason="虚构用途", received_on="2026-01-01"
    )
    await claims.act(claims.payer, claim, "claw_back", reason="虚构用途", received_on=claims.today)
    claim = await claims.seen(claim)
    assert (claim["state"], claim["clawed_back_on"]) == ("clawed_back", claims.today)
    assert await claims.pool() == before
    assert await claims.books() == 0
    loan = await claims.loan(loan["id"])
    assert loan["compensated_fen"] == 0
    again = await claims.bank.post("/compensation-claims", json=claims.body(loan))
    assert (again.status_code, again.json()["code"]) == (409, "loan_already_claimed")


async def test_what_the_debtor_pays_meanwhile_lowers_the_base(claims: Claims) -> None:
    (loan,) = await claims.defaulted()
    claim = await claims.publicised(await claims.claimed(loan))
    body = {"bank_reference": reference("HK"), "amount_fen": 5_000_000, "value_on": claims.today}
    version = (await claims.loan(loan["id"]))["version"]
    path = f"/loans/{loan['id']}/repayments"
    good(await claims.bank.post(path, json=body, version=version), 201)
    await claims.pass_days(12)
    left = (await claims.loan(loan["id"]))["outstanding_fen"]
    assert left < loan["outstanding_fen"]
    await claims.act(claims.payer, claim, "pay")
    assert (await claims.seen(claim))["base_fen"] == left


async def test_two_claims_for_the_last_fen_of_the_pool_have_one_winner(claims: Claims) -> None:
    loans = await claims.defaulted(2)
    payable = [await claims.publicised(await claims.claimed(loan)) for loan in loans]
    await claims.pass_days(12)
    share = loans[0]["outstanding_fen"] * 40 // 100
    await claims.leave_in_pool(share)
    payers = [claims.officer(f"o-payer-{n}", "treasury") for n in range(2)]

    async def pay(number: int) -> tuple[int, str]:
        case = good(await payers[number].get(f"/cases/{payable[number]['id']}"))
        reply = await payers[number].post(
            f"/cases/{case['id']}/actions/pay", json={}, version=case["version"]
        )
        return reply.status_code, reply.json().get("code") or reply.json()["state"]

    found = sorted(await asyncio.gather(pay(0), pay(1)))
    assert found == [(200, "recovering"), (422, "pool_exhausted")]
    assert (await claims.pool())["province"] == 0
    states = sorted([(await claims.seen(claim))["state"] for claim in payable])
    assert states == ["publicity_closed", "recovering"]
    assert await claims.books() == 0


async def test_a_recovery_is_principal_after_the_payment_and_within_the_loss(
    claims: Claims,
) -> None:
    (loan,) = await claims.defaulted()
    early = await claims.claimed(loan)
    reply = await claims.recover(early, 100)
    assert (reply.status_code, reply.json()["code"]) == (409, "illegal_transition")
    await claims.publicised(early)
    await claims.pass_days(12)
    await claims.act(claims.payer, early, "pay")
    claim = await claims.seen(early)
    for said, code in (
        ({"amount_fen": claim["base_fen"] + 1}, "recovery_exceeds_loss"),
        ({"amount_fen": 10, "costs_fen": 11}, "costs_exceed_recovery"),
        ({"amount_fen": 10, "received_on": "2026-01-01"}, "received_outside_recovery"),
    ):
        reply = await claims.recover(claim, said.pop("amount_fen"), **said)
        assert (reply.status_code, reply.json()["code"]) == (422, "recovery_refused")
        assert [e["code"] for e in reply.json()["errors"]] == [code]
    stale = await claims.recover(claim | {"version": 1}, 100)
    assert stale.status_code == 412


async def test_the_treasury_closes_what_cannot_be_recovered(claims: Claims) -> None:
    (loan,) = await claims.defaulted()
    claim = await claims.paid(loan)
    claim = good(await claims.recover(claim, 1_000_000), 201)
    case = await claims.act(claims.payer, claim, "close", reason="债务人破产终结")
    assert case["facts"]["closing"]["unrecovered_fen"] == claim["base_fen"] - 1_000_000
    seen = await claims.seen(claim)
    assert (seen["state"], seen["closed_on"]) == ("closed", claims.today)
    reply = await claims.recover(seen, 100)
    assert reply.status_code == 409


async def reverse(claims: Claims, claim: dict[str, Any], wrong: dict[str, Any]) -> dict[str, Any]:
    body = {"bank_reference": reference("ZC"), "reason": "误报他户回款"}
    path = f"/compensation-claims/{claim['id']}/recoveries/{wrong['id']}/reversals"
    return good(await claims.bank.post(path, json=body, version=claim["version"]), 201)


async def test_any_series_of_recoveries_and_reversals_leaves_each_level_its_share_of_the_loss(
    claims: Claims,
) -> None:
    (loan,) = await claims.defaulted(amount_fen=100_000_007)
    before = await claims.pool()
    claim = await claims.paid(loan)
    chance = random.Random(3)
    for _ in range(24):
        open_rows = [r for r in claim["recoveries"] if not r["reverses"] and not r["reversed_by"]]
        if open_rows and (chance.random() < 0.4 or claim["state"] == "closed"):
            claim = await reverse(claims, claim, chance.choice(open_rows))
        else:
            amount = chance.choice([1, 2, 999, claim["left_to_recover_fen"] // 3 + 1])
            amount = min(amount, claim["left_to_recover_fen"])
            costs = chance.choice([0, 0, amount // 10])
            claim = good(await claims.recover(claim, amount, costs_fen=costs), 201)
        net_loss = claim["base_fen"] - claim["recovered_fen"] + claim["costs_fen"]
        now = await claims.pool()
        for level, paid in claim["shares"].items():
            borne = before[level] - now[level]
            assert 0 <= borne <= paid
            assert abs(borne - net_loss * 40 / 100) <= 1
        together = sum(before.values()) - sum(now.values())
        assert together == net_loss * 80 // 100 or net_loss == claim["base_fen"]
        assert claim["returned_fen"] <= claim["recovered_fen"] - claim["costs_fen"]
        assert sum(before.values()) - sum(now.values()) == claim["paid_fen"] - claim["returned_fen"]
        assert await claims.books() == 0
