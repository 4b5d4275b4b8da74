"""Which part the sandbox bank plays, and what it then says: pure questions."""

from datetime import date
from typing import Any

import pytest

from simulators.bank.banking import is_played
from simulators.bank.playing import claim_of, contract_of, decision_of, recovery_of, repayment_due
from simulators.bank.scenarios import SCENARIOS, scenario_of
from simulators.bank.store import Dossier

FORM = {
    "purpose": "采购检测设备",
    "amount_fen": 100_000_000,
    "term_months": 12,
    "repayment_method": "equal_instalments",
}


@pytest.mark.parametrize("code", sorted(SCENARIOS))
def test_a_scenario_is_chosen_by_its_tag_or_by_the_odd_fen_of_the_amount(code: str) -> None:
    assert scenario_of({**FORM, "purpose": f"演练[{code}]"}) == code
    assert scenario_of({**FORM, "amount_fen": 100_000_000 + SCENARIOS[code].odd_fen}) == code


def test_an_ordinary_application_is_left_to_the_clerk() -> None:
    assert scenario_of(FORM) is None
    assert scenario_of({**FORM, "purpose": "见附件[某附件][nosuch]"}) is None
    assert scenario_of({"amount_fen": "一百万"}) is None


def test_each_odd_fen_means_one_scenario() -> None:
    odd = [scenario.odd_fen for scenario in SCENARIOS.values()]
    assert len(set(odd)) == len(odd)
    assert 0 not in odd


def test_an_approval_is_what_was_asked_for_and_the_contract_what_was_approved() -> None:
    decision = decision_of(SCENARIOS["approve"], FORM)
    assert decision["amount_fen"] == FORM["amount_fen"]
    application = {"reference": "L20261122-000001", "decision": decision}
    terms = contract_of(application, date(2026, 11, 22))
    assert terms["annual_rate"] == decision["annual_rate"]
    assert (terms["bank_reference"], terms["signed_on"]) == ("HT/L20261122-000001", "2026-11-22")
    assert decision_of(SCENARIOS["decline"], FORM)["outcome"] == "declined"


def test_messages_of_what_it_plays_are_its_own_and_the_clerks_are_not() -> None:
    played = Dossier("a1", "L1", "default", "contracted", "b1", "c1", finished=True)
    clerks = Dossier("a2", "L2", "clerk", "assigned", "b2", "c2", finished=True)
    for href in ("/applications/a1", "/loans/b1", "/compensation-claims/c1"):
        assert is_played(href, [played, clerks])
        assert not is_played(href.replace("1", "2"), [played, clerks])
    assert not is_played("/applications/a3", [Dossier("a1", "L1", "approve", "assigned")])


def loan(*lines: dict[str, Any]) -> dict[str, Any]:
    common = {"interest_fen": 10, "paid_principal_fen": 0, "paid_interest_fen": 0, "status": "due"}
    schedule = [{**common, "number": n, **line} for n, line in enumerate(lines, start=1)]
    return {"reference": "J1", "id": "x", "outstanding_fen": 200, "schedule": schedule}


def test_a_punctual_borrower_pays_on_the_due_date_and_a_late_one_after() -> None:
    found = loan({"due_on": "2026-12-22", "principal_fen": 100})
    assert repayment_due(found, after_days=0, today=date(2026, 12, 21)) is None
    due = date(2026, 12, 22)
    assert repayment_due(found, after_days=0, today=due) == (1, 110, due)
    assert repayment_due(found, after_days=0, today=date(2027, 3, 1)) == (1, 110, due)
    assert repayment_due(found, after_days=20, today=date(2027, 1, 10)) is None
    assert repayment_due(found, after_days=20, today=date(2027, 1, 11)) == (
        1,
        110,
        date(2027, 1, 11),
    )


def test_what_is_paid_is_not_paid_again() -> None:
    paid = {"due_on": "2026-12-22", "principal_fen": 100, "status": "paid"}
    half = {"due_on": "2027-01-22", "principal_fen": 100, "paid_interest_fen": 10}
    found = loan(paid, half)
    assert repayment_due(found, after_days=0, today=date(2027, 2, 1)) == (2, 100, date(2027, 1, 22))
    assert repayment_due(loan(paid), after_days=0, today=date(2027, 2, 1)) is None


def test_a_claim_is_for_all_unpaid_principal_and_recoveries_end_with_the_last_fen() -> None:
    today = date(2027, 3, 1)
    assert claim_of(loan(), today)["unpaid_principal_fen"] == 200
    claim: dict[str, Any] = {"reference": "B1", "recoveries": [], "left_to_recover_fen": 100}
    number, first = recovery_of(claim, today)
    assert (number, first["amount_fen"]) == (1, 33)
    claim |= {"recoveries": [first], "left_to_recover_fen": 67}
    assert recovery_of(claim, today)[1]["amount_fen"] == 67
