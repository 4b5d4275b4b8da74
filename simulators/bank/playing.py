"""One step of one dossier: look at what the platform says now, do what the scenario does next.

Nothing is concluded from what was sent before; the platform's present state is the only truth. So a bank
that was killed, answered twice or overtaken goes on correctly.
"""

from datetime import date, timedelta
from typing import Any

from simulators.bank.platform import BANK, Answer, Platform
from simulators.bank.scenarios import SCENARIOS, Scenario
from simulators.bank.store import Dossier, Store

ANNUAL_RATE = "0.0345"
DONE = frozenset({"declined", "withdrawn", "expired"})
PAID_UP = frozenset({"settled", "renewed", "written_off", "lapsed"})
CLAIM_DONE = frozenset({"rejected", "withdrawn", "closed", "clawed_back"})


class Player:
    """Plays dossiers by the bank API."""

    def __init__(self, platform: Platform, store: Store) -> None:
        self._platform, self._store = platform, store

    async def step(self, dossier: Dossier, *, today: date) -> bool:
        """Do what is next; True where something was done. Raises NotReady."""
        scenario = SCENARIOS[dossier.scenario]
        answer = await self._platform.get(f"{BANK}/applications/{dossier.application_id}")
        if answer.status == 404:  # it passed on to another bank: not ours any more
            return self._finish(dossier, "gone")
        application = answer.body
        dossier.state, dossier.loan_id = application["state"], application.get("loan_id")
        dossier.reference = application["reference"]
        if dossier.state in DONE:
            return self._finish(dossier, dossier.state)
        if dossier.state == "contracted":
            done = await self._with_loan(dossier, scenario, today)
        else:
            done = await self._with_application(dossier, scenario, application, today)
        self._store.keep_dossier(dossier)
        return done

    def _finish(self, dossier: Dossier, state: str) -> bool:
        dossier.state, dossier.finished = state, True
        self._store.keep_dossier(dossier)
        self._store.count(f"finished_{state}")
        return True

    async def _send(
        self, dossier: Dossier, step: str, path: str, body: dict[str, Any], version: int | None
    ) -> bool:
        """Send one request; a repeating bank sends it twice more, once under another key."""
        key = f"{dossier.application_id}:{step}"
        answer = await self._platform.post(key, path, body, if_match=version)
        dossier.trouble = None if answer.ok else f"{step}: {answer.status} {answer.code}"
        self._store.count("accepted" if answer.ok else f"refused_{answer.code}")
        if answer.ok and SCENARIOS[dossier.scenario].repeats:
            await self._repeat(key, path, body, version)
        return answer.ok

    async def _repeat(self, key: str, path: str, body: dict[str, Any], version: int | None) -> None:
        same = await self._platform.post(key, path, body, if_match=version, again=True)
        self._store.count("replayed" if same.hit else "not_replayed")
        other = await self._platform.post(f"{key}:again", path, body, if_match=version)
        self._store.count("doubled" if other.ok else "repeat_refused")

    async def _with_application(
        self, dossier: Dossier, scenario: Scenario, application: dict[str, Any], today: date
    ) -> bool:
        here = f"{BANK}/applications/{dossier.application_id}"
        state, version = dossier.state, application["version"]
        if scenario.outcome == "silent" or state == "information_requested":
            return False
        if state == "assigned":
            if scenario.disorder:
                await self._in_disorder(dossier, here, application)
            return await self._send(dossier, "accept", f"{here}/actions/accept", {}, version)
        if state == "accepted":
            if scenario.asks_first and not application["answers"]:
                body = {"reason": "沙箱银行：还需补充材料", "items": ["近三个月纳税申报表"]}
                path = f"{here}/actions/request-information"
                return await self._send(dossier, "ask", path, body, version)
            body = decision_of(scenario, application["form"])
            return await self._send(dossier, "decide", f"{here}/actions/decide", body, version)
        if state == "approved" and scenario.outcome == "withdrawn":
            path = f"{here}/actions/withdraw-offer"
            body = {"reason": "沙箱银行：撤回批准"}
            return await self._send(dossier, "withdraw-offer", path, body, version)
        if state == "approved":
            body = contract_of(application, today)
            return await self._send(dossier, "contract", f"{here}/contracts", body, version)
        return False

    async def _in_disorder(self, dossier: Dossier, here: str, application: dict[str, Any]) -> None:
        """Decides and signs before it accepted: the platform must refuse both and change nothing."""
        version = application["version"]
        decision = decision_of(SCENARIOS["approve"], application["form"])
        path = f"{here}/actions/decide"
        for step, where, body in (
            ("early-contract", f"{here}/contracts", _terms("EARLY", decision, date(2026, 1, 1))),
            ("early-decision", path, decision),
        ):
            key = f"{dossier.application_id}:{step}"
            answer: Answer = await self._platform.post(key, where, body, if_match=version)
            self._store.count("disorder_taken" if answer.ok else "disorder_refused")

    async def _with_loan(self, dossier: Dossier, scenario: Scenario, today: date) -> bool:
        here = f"{BANK}/loans/{dossier.loan_id}"
        answer = await self._platform.get(here)
        if not answer.ok:
            dossier.trouble = f"loan: {answer.status} {answer.code}"
            return False
        loan = answer.body
        if loan["state"] in PAID_UP:
            return self._finish(dossier, loan["state"])
        if loan["state"] == "contracted":
            body = {
                "bank_reference": f"FK/{loan['reference']}",
                "amount_fen": loan["undrawn_fen"],
                "value_on": today.isoformat(),
            }
            path = f"{here}/disbursements"
            return await self._send(dossier, "disburse", path, body, loan["version"])
        if scenario.pays_after_days is not None:
            return await self._repay(dossier, scenario.pays_after_days, loan, today)
        if scenario.claims and loan["state"] == "defaulted":
            return await self._claim(dossier, scenario, loan, today)
        return False

    async def _repay(
        self, dossier: Dossier, after_days: int, loan: dict[str, Any], today: date
    ) -> bool:
        due = repayment_due(loan, after_days=after_days, today=today)
        if due is None:
            return False
        number, amount_fen, value_on = due
        body = {
            "bank_reference": f"HK/{loan['reference']}/{number}",
            "amount_fen": amount_fen,
            "value_on": value_on.isoformat(),
        }
        path = f"{BANK}/loans/{loan['id']}/repayments"
        return await self._send(dossier, f"repay-{number}", path, body, loan["version"])

    async def _claim(
        self, dossier: Dossier, scenario: Scenario, loan: dict[str, Any], today: date
    ) -> bool:
        """Claim once the loan is in default; after the compensation, report what the debtor still pays."""
        here = f"{BANK}/compensation-claims"
        claims = await self._platform.get(here, loan_id=loan["id"])
        if not claims.ok:
            dossier.trouble = f"claims: {claims.status} {claims.code}"
            return False
        if not claims.body["items"]:
            return await self._send(dossier, "claim", here, claim_of(loan, today), None)
        answer = await self._platform.get(f"{here}/{claims.body['items'][0]['id']}")
        claim = answer.body
        dossier.claim_id = claim["id"]
        if claim["state"] in CLAIM_DONE:
            return self._finish(dossier, f"claim_{claim['state']}")
        if claim["state"] != "recovering" or not scenario.recovers:
            return False
        number, body = recovery_of(claim, today)
        path = f"{here}/{claim['id']}/recoveries"
        return await self._send(dossier, f"recover-{number}", path, body, claim["version"])


def decision_of(scenario: Scenario, form: dict[str, Any]) -> dict[str, Any]:
    """The body of `decide`: what was asked for, at this bank's one rate."""
    if scenario.outcome == "declined":
        return {"outcome": "declined", "reason": "沙箱银行：按场景不同意"}
    return {
        "outcome": "approved",
        "amount_fen": form["amount_fen"],
        "annual_rate": ANNUAL_RATE,
        "term_months": form["term_months"],
        "repayment_method": form["repayment_method"],
        "reason": "沙箱银行：按场景同意",
    }


def contract_of(application: dict[str, Any], today: date) -> dict[str, Any]:
    """The body of a contract: exactly the decision."""
    return _terms(application["reference"], application["decision"], today)


def _terms(reference: str, decision: dict[str, Any], signed_on: date) -> dict[str, Any]:
    names = ("amount_fen", "annual_rate", "term_months", "repayment_method")
    return {
        "bank_reference": f"HT/{reference}",
        **{name: decision[name] for name in names},
        "signed_on": signed_on.isoformat(),
    }


def repayment_due(
    loan: dict[str, Any], *, after_days: int, today: date
) -> tuple[int, int, date] | None:
    """What the borrower pays today: (instalment, fen, value date), or None while nothing is due.

    A punctual borrower's money counts from the due date, however late the bank's system looks.
    """
    for each in loan["schedule"]:
        open_fen = (
            each["principal_fen"] + each["interest_fen"]
            - each["paid_principal_fen"] - each["paid_interest_fen"]
        )  # fmt: skip
        if each["status"] == "paid" or open_fen <= 0:
            continue
        pays_on = date.fromisoformat(each["due_on"]) + timedelta(days=after_days)
        return (each["number"], open_fen, pays_on) if pays_on <= today else None
    return None


def claim_of(loan: dict[str, Any], today: date) -> dict[str, Any]:
    """The body of a claim: all principal that is unpaid, and a letter of demand of today."""
    return {
        "bank_reference": f"BC/{loan['reference']}",
        "loan_id": loan["id"],
        "unpaid_principal_fen": loan["outstanding_fen"],
        "funds_used_as_agreed": True,
        "use_check": "沙箱银行：已核对发票与流水，资金用于约定用途（演示）",
        "demanded_on": today.isoformat(),
        "demand": "letter",
        "demand_reference": f"催收函 {loan['reference']}（演示）",
    }


def recovery_of(claim: dict[str, Any], today: date) -> tuple[int, dict[str, Any]]:
    """The next recovery: first a third of what is left, with costs; then all the rest."""
    number = len(claim["recoveries"]) + 1
    left = claim["left_to_recover_fen"]
    amount = left // 3 if number == 1 else left
    return number, {
        "bank_reference": f"ZC/{claim['reference']}/{number}",
        "amount_fen": amount,
        "costs_fen": amount // 50,
        "received_on": today.isoformat(),
    }
