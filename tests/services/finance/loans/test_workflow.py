"""The loan's states as data: what the replay can say is what the workflow can reach."""

import pytest

from services.finance.loans.workflow import LIVE, WORKFLOW, system_path


@pytest.mark.parametrize("source", [*LIVE, "settled"])
@pytest.mark.parametrize("target", ["contracted", *LIVE, "settled"])
def test_the_system_can_bring_a_drawn_loan_wherever_its_entries_say(
    source: str, target: str
) -> None:
    path = system_path(source, target)
    assert (path[-1].target if path else source) == target


def test_a_loan_is_in_default_only_by_way_of_overdue() -> None:
    assert [move.action for move in system_path("active", "defaulted")] == [
        "fall_overdue",
        "default",
    ]


def test_no_system_move_leads_out_of_an_ended_loan() -> None:
    with pytest.raises(ValueError, match="no system move"):
        system_path("written_off", "active")


def test_nobody_but_bank_and_system_moves_a_loan() -> None:
    assert {role for move in WORKFLOW.moves for role in move.by} == {"bank", "system"}
