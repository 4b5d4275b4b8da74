"""A matter's workflow as data, checked when it is built.

    WORKFLOW = Workflow(
        states=(State("draft", "填写", "Draft"), …),
        moves=(Move("submit", ("draft",), "submitted", by=("applicant",), zh="提交", en="Submit"), …),
        deadlines=(Deadline("review", "statutory", ("under_review",), "escalate", …, workdays=3), …),
    )

The same value gives the 403/409 answer, `allowed_actions`, the officer's buttons, the guide's diagram, the
golden role table and the deadline clock. An unreachable state, an ambiguous move or a deadline without
a move stops the process from starting. Pure: no database, no clock.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel

from kit.rulings import Ruling

Facts = Mapping[str, Any]


class WorkflowMistake(Exception):
    """The declared workflow cannot be right; says what is wrong."""


_NOBODY = frozenset({"system", "administrator", "portal"})
_APPLYING = frozenset({"applicant", "signatory"})


@dataclass(frozen=True)
class State:
    """One state of a case. A closed state ends it. `awaits`: who must move, where the moves alone do not tell
    (nobody in a state that may last, the signatories while there is something to sign)."""

    code: str
    zh: str
    en: str
    closed: bool = False
    awaits: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Need:
    """A condition of a move over the case's facts, with the law that asks for it."""

    code: str
    holds: Callable[[Facts], bool]
    zh: str
    en: str
    legal_basis: str | None = None
    opens_at: Callable[[Facts], datetime | None] | None = None


SAME_PERSON = Need(
    "same_person_decides",
    lambda _: False,
    "您已办理过本事项的前一环节，须由他人办理",
    "You made an earlier step of this case; another person makes this one",
)
"""What stands in the way of whoever made a move that this one is kept apart from."""


ANSWER_OBJECTION = "answer_objection"
"""No move, for the case stays where it is; but somebody's decision in it."""


@dataclass(frozen=True)
class Move:
    """`action` takes a case from one of `source` to `target`, by someone in relation `by` to it.

    `takes` is the model of the action's body. `extends` lengthens running deadlines by working days.
    Nobody makes it who made one of the moves that it stands `apart_from` in the same case (four eyes), or,
    with ANSWER_OBJECTION among them, who answered an objection to it. A `ruling` makes it a decision against
    the applicant, which the case shows with its law and remedies. `then` says what follows, in both
    languages, to whoever is about to make it.
    """

    action: str
    source: tuple[str, ...]
    target: str
    by: tuple[str, ...]
    zh: str
    en: str
    needs: tuple[Need, ...] = ()
    takes: type[BaseModel] | None = None
    extends: Mapping[str, int] = field(default_factory=dict)
    apart_from: tuple[str, ...] = ()
    ruling: Ruling | None = None
    then: tuple[str, str] | None = None

    @property
    def requires(self) -> list[str]:
        """The body fields that the action cannot do without."""
        fields = self.takes.model_fields if self.takes else {}
        return [name for name, info in fields.items() if info.is_required()]


@dataclass(frozen=True)
class Deadline:
    """A clock that runs in some states, pauses in others and ends in the rest.

    Entering `runs_in` starts it (or continues it from `pauses_in`); leaving for a state in neither ends it,
    so that coming back starts it anew. When it passes, the system does `on_pass`.
    """

    key: str
    kind: Literal["statutory", "promised", "answer"]
    runs_in: tuple[str, ...]
    on_pass: str
    zh: str
    en: str
    workdays: int = 0
    days: int = 0
    pauses_in: tuple[str, ...] = ()
    legal_basis: str | None = None


@dataclass(frozen=True)
class Blocked:
    """A move that the caller could do but for a need that does not hold."""

    move: Move
    need: Need


@dataclass(frozen=True)
class Workflow:
    """States, moves and deadlines of one matter. The first state is the initial one.

    Nobody answers an objection to a case who made one of the moves that answering stands apart from.
    """

    states: tuple[State, ...]
    moves: tuple[Move, ...]
    deadlines: tuple[Deadline, ...] = ()
    answering_apart_from: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        check(self)

    @property
    def initial(self) -> str:
        return self.states[0].code

    def state(self, code: str) -> State:
        return next(state for state in self.states if state.code == code)

    def awaited(self, code: str) -> tuple[str, ...]:
        """The relations of which one must move in a state: whoever decides there, else the applicant, who is
        not waited for where they could only end it. Nobody where only time or the system goes on."""
        state = self.state(code)
        if state.closed or state.awaits is not None:
            return state.awaits or ()
        here = [move for move in self.moves if code in move.source]
        deciding = {role for move in here for role in move.by} - _NOBODY - _APPLYING
        applying = {
            role for move in here for role in move.by if not self.is_closed(move.target)
        } & _APPLYING
        return tuple(sorted(deciding or applying))

    def is_closed(self, code: str) -> bool:
        return self.state(code).closed

    def actions(self) -> set[str]:
        return {move.action for move in self.moves}

    def remembered(self) -> set[str]:
        """The actions that some other move stands apart from: who makes them is kept."""
        found = {action for move in self.moves for action in move.apart_from}
        return found | set(self.answering_apart_from)

    def rulings(self, state: str) -> dict[str, Move]:
        """The decisions by which a case comes to `state`, by their action."""
        return {m.action: m for m in self.moves if m.ruling is not None and m.target == state}

    def find(self, action: str, state: str) -> Move | None:
        """The move that `action` makes from `state`, or None where there is none."""
        return next((m for m in self.moves if m.action == action and state in m.source), None)

    def offers(
        self,
        state: str,
        relations: Collection[str],
        facts: Facts,
        *,
        made: Collection[str] = (),
    ) -> tuple[list[Move], list[Blocked]]:
        """What someone in `relations` to the case, who has `made` these of its moves, may do now, and what is
        in the way of the rest."""
        allowed, blocked = [], []
        for move in self.moves:
            if state not in move.source or not set(move.by) & set(relations):
                continue
            missing = first_missing(move, facts, made=made)
            if missing is None:
                allowed.append(move)
            else:
                blocked.append(Blocked(move, missing))
        return allowed, blocked


def first_missing(move: Move, facts: Facts, *, made: Collection[str] = ()) -> Need | None:
    """The first need of a move that does not hold, for someone who has `made` these moves of the case."""
    if set(move.apart_from) & set(made):
        return SAME_PERSON
    return next((need for need in move.needs if not need.holds(facts)), None)


def check(workflow: Workflow) -> None:
    """Raises WorkflowMistake at the first thing that cannot be right."""
    for mistake in _mistakes(workflow):
        raise WorkflowMistake(mistake)


def _mistakes(workflow: Workflow) -> Iterator[str]:
    codes = [state.code for state in workflow.states]
    if not codes or len(codes) != len(set(codes)):
        yield "states must be there and differ"
        return
    yield from _move_mistakes(workflow, set(codes))
    for action in workflow.answering_apart_from:
        if action not in workflow.actions():
            yield f"answering stands apart from {action!r}, which is no action"
    yield from _reach_mistakes(workflow, codes)
    yield from _deadline_mistakes(workflow, set(codes))


def _move_mistakes(workflow: Workflow, codes: set[str]) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for move in workflow.moves:
        for state in (*move.source, move.target):
            if state not in codes:
                yield f"move {move.action!r} names the unknown state {state!r}"
        for source in move.source:
            if (move.action, source) in seen:
                yield f"move {move.action!r} from {source!r} is ambiguous"
            seen.add((move.action, source))
        if not move.by:
            yield f"move {move.action!r} is open to nobody"
        for other in move.apart_from:
            if other not in (workflow.actions() | {ANSWER_OBJECTION}) - {move.action}:
                yield f"move {move.action!r} stands apart from {other!r}, which is no other action"
        for key in move.extends:
            if key not in {deadline.key for deadline in workflow.deadlines}:
                yield f"move {move.action!r} extends the unknown deadline {key!r}"


def _reach_mistakes(workflow: Workflow, codes: list[str]) -> Iterator[str]:
    reached, frontier = {codes[0]}, [codes[0]]
    while frontier:
        here = frontier.pop()
        targets = {move.target for move in workflow.moves if here in move.source}
        frontier += targets - reached
        reached |= targets
    for state in workflow.states:
        leaves = any(state.code in move.source for move in workflow.moves)
        if state.code not in reached:
            yield f"state {state.code!r} cannot be reached"
        if not state.closed and not leaves:
            yield f"state {state.code!r} is not closed and has no way out"


def _deadline_mistakes(workflow: Workflow, codes: set[str]) -> Iterator[str]:
    for deadline in workflow.deadlines:
        for state in (*deadline.runs_in, *deadline.pauses_in):
            if state not in codes:
                yield f"deadline {deadline.key!r} names the unknown state {state!r}"
        for state in deadline.runs_in:
            move = workflow.find(deadline.on_pass, state)
            if move is None or "system" not in move.by:
                yield f"deadline {deadline.key!r} has no system move {deadline.on_pass!r} from {state!r}"
        if (deadline.workdays > 0) == (deadline.days > 0):
            yield f"deadline {deadline.key!r} needs either working days or days"
