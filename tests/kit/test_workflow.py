"""A workflow that cannot be right does not start; one that is says who may do what, and why not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.workflow import Deadline, Move, Need, State, Workflow, WorkflowMistake
from services.registration.matters import MATTERS

A, B, END = State("a", "甲", "A"), State("b", "乙", "B"), State("end", "完", "End", closed=True)
GO = Move("go", ("a",), "b", ("applicant",), "走", "Go")
FINISH = Move("finish", ("b",), "end", ("officer",), "完", "Finish")
TICK = Move("tick", ("b",), "b", ("system",), "到期", "Tick")


def test_sound_workflow_starts_in_its_first_state() -> None:
    assert Workflow((A, B, END), (GO, FINISH)).initial == "a"


@pytest.mark.parametrize(
    ("states", "moves", "deadlines", "says"),
    [
        ((A, B, END, State("lost", "迷", "Lost", closed=True)), (GO, FINISH), (), "cannot be reached"),
        ((A, B, END), (GO, FINISH, Move("go", ("a",), "end", ("x",), "", "")), (), "ambiguous"),
        ((A, B), (GO,), (), "no way out"),
        ((A, B, END), (GO, FINISH, Move("x", ("a",), "none", ("x",), "", "")), (), "unknown state"),
        ((A, A), (GO,), (), "differ"),
        (
            (A, B, END), (GO, Move("finish", ("b",), "end", ("x",), "", "", apart_from=("gone",))), (),
            "which is no other action",
        ),
        ((A, B, END), (GO, FINISH, Move("y", ("b",), "end", (), "", "")), (), "open to nobody"),
        (
            (A, B, END), (GO, FINISH),
            (Deadline("d", "answer", ("b",), "tick", "", "", workdays=3),), "no system move",
        ),
        (
            (A, B, END), (GO, FINISH, TICK),
            (Deadline("d", "answer", ("b",), "tick", "", ""),), "either working days or days",
        ),
    ],
)  # fmt: skip
def test_mistaken_workflow_does_not_start(states, moves, deadlines, says: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(WorkflowMistake, match=says):
        Workflow(states, moves, deadlines)


def test_offer_names_the_need_that_is_missing() -> None:
    need = Need("paid", lambda facts: bool(facts.get("paid")), "已付", "Paid", "某法 art. 1")
    flow = Workflow(
        (A, B, END), (GO, Move("finish", ("b",), "end", ("officer",), "", "", needs=(need,)))
    )
    allowed, blocked = flow.offers("b", ["officer"], {})
    assert allowed == []
    assert [(b.move.action, b.need.code) for b in blocked] == [("finish", "paid")]
    allowed, blocked = flow.offers("b", ["officer"], {"paid": True})
    assert ([m.action for m in allowed], blocked) == (["finish"], [])


def test_a_move_kept_apart_is_not_offered_to_whoever_made_the_other() -> None:
    apart = Move("finish", ("b",), "end", ("officer",), "", "", apart_from=("go",))
    flow = Workflow((A, B, END), (GO, apart))
    assert flow.remembered() == {"go"}
    allowed, blocked = flow.offers("b", ["officer"], {}, made={"go"})
    assert (allowed, [b.need.code for b in blocked]) == ([], ["same_person_decides"])
    allowed, blocked = flow.offers("b", ["officer"], {}, made={"tick"})
    assert ([m.action for m in allowed], blocked) == (["finish"], [])


@given(
    state=st.sampled_from([s.code for m in MATTERS.values() for s in m.workflow.states]),
    relations=st.sets(st.sampled_from(["applicant", "signatory", "officer", "head", "system"])),
    facts=st.fixed_dictionaries({}, optional={"corrections": st.integers(0, 3), "extended": st.booleans(),
                                              "sampled": st.booleans()}),
)  # fmt: skip
def test_offers_never_leave_the_state_or_the_relation(
    state: str, relations: set[str], facts: dict[str, object]
) -> None:
    for matter in MATTERS.values():
        allowed, blocked = matter.workflow.offers(state, relations, facts)
        for move in [*allowed, *(b.move for b in blocked)]:
            assert state in move.source
            assert set(move.by) & relations
