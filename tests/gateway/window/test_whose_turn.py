"""Whose turn a page says it is, for every party in every state of every matter of the three services."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.window.cases.views import CasePage
from gateway.window.start.guide import WHO
from kit.matter_views import workflow_view
from services.carriers.composition import SERVICE as CARRIERS
from services.finance.composition import SERVICE as FINANCE
from services.registration.composition import SERVICE as REGISTRATION

MINE, OTHERS_SIGN = "现在等您办理。", "现在等其他人签署。"
MATTERS = [m for s in (REGISTRATION, FINANCE, CARRIERS) for m in s.state["matters"].values()]


@dataclass
class Visit:
    """Says what it is told to say."""

    language: str = "zh-CN"

    def say(self, message: str, **values: object) -> str:
        return message % values if values else message

    def label(self, text: Any) -> str:
        return str((text or {}).get("zh", ""))


def cases() -> Iterator[Any]:
    for matter in MATTERS:
        parties = {role for move in matter.workflow.moves for role in move.by} - {"system"}
        for state in matter.workflow.states:
            for party in sorted(parties):
                yield pytest.param(matter, state, party, id=f"{matter.code} {state.code} {party}")


def page_of(matter: Any, state: Any, party: str, *, without: str = "") -> CasePage:
    """The page of somebody in one relation to a case, who may make every move that this relation makes."""
    described = {"workflow": workflow_view(matter.workflow).model_dump(mode="json")}
    moves = [m for m in matter.workflow.moves if state.code in m.source and party in m.by]
    case = {
        "id": "x",
        "state": state.code,
        "relations": [party],
        "allowed_actions": [{"action": m.action} for m in moves if m.action != without],
        "blocked_actions": [],
    }
    return CasePage(Visit(), "registration", case, described, "")  # type: ignore[arg-type]


@pytest.mark.parametrize(("matter", "state", "party"), cases())
def test_it_is_the_turn_of_those_who_are_waited_for_and_of_nobody_else(
    matter: Any, state: Any, party: str
) -> None:
    awaited = matter.workflow.awaited(state.code)
    said = page_of(matter, state, party).turn
    if not awaited:
        assert said == ""
    elif party in awaited:
        assert said == MINE
    else:
        assert said.startswith("现在由")
        assert not any(role in said for role in awaited), "a role's code is shown"
    assert set(awaited) <= set(WHO), "a party without a name"


@pytest.mark.parametrize("matter", MATTERS, ids=lambda m: m.code)
def test_who_is_waited_for_can_do_something_that_is_not_the_end(matter: Any) -> None:
    flow = matter.workflow
    for state in flow.states:
        for role in flow.awaited(state.code):
            moves = [m for m in flow.moves if state.code in m.source and role in m.by]
            assert moves, f"{role} can do nothing in {state.code}"
            if role == "applicant":
                assert any(not flow.is_closed(m.target) for m in moves)
        if state.closed:
            assert flow.awaited(state.code) == ()


def test_who_has_signed_is_told_that_others_have_not() -> None:
    matter = next(m for m in MATTERS if m.code == "company-establishment")
    state = SimpleNamespace(code="signing")
    assert page_of(matter, state, "signatory").turn == MINE
    assert page_of(matter, state, "signatory", without="sign").turn == OTHERS_SIGN


def test_the_carrier_that_is_waited_for_does_not_read_of_itself() -> None:
    matter = next(m for m in MATTERS if m.code == "tenancy")
    state = SimpleNamespace(code="submitted")
    assert page_of(matter, state, "operator").turn == MINE
    assert "您" not in page_of(matter, state, "applicant").turn
