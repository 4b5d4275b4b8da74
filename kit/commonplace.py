"""What the matters of every service say in the same words, so that each says it once and means the same.

    Move("refuse", ("submitted",), "refused", OFFICERS, "不予受理", "Refuse", takes=Reason)

Relations to a case, the body that gives a reason, and moves that stay where they are. Nothing here knows
what a matter is about. The one notice of correction is in `kit.corrections`.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from kit.forms import Ui
from kit.matters import CaseContext
from kit.rulings import Ruling
from kit.schemas import In, LongText
from kit.workflow import Move

APPLICANT, SYSTEM = "applicant", "system"
OFFICERS = ("officer", "head")
"""Who decides in the lead department of the case's region."""
PROVINCE = ("provincial_officer", "provincial_head")
LOCAL = ("local_officer", "local_head")
CORRECTING = "correction_requested"


def joint(department: str, *, level: str = "") -> tuple[str, str]:
    """Who works on the case for a joint department: `treasury_officer`, `treasury_head`; with a level
    only those: `local_treasury_officer`."""
    before = f"{level}_" if level else ""
    return f"{before}{department}_officer", f"{before}{department}_head"


class Reason(In):
    """Why, in words that the other side will read."""

    reason: Annotated[LongText, Ui("理由", "Reason", kind="textarea")]


LAPSE = Move(
    "lapse", (CORRECTING,), "lapsed", (SYSTEM,), "逾期未补正", "Lapse", ruling=Ruling("end")
)
"""Who does not answer the notice in time has let the matter go."""


async def escalate(context: CaseContext, _: Any) -> None:
    """A clock of the staff has passed: the case says so, and stays theirs."""
    context.case.facts["overdue"] = True


def in_place(
    action: str, states: Sequence[str], by: tuple[str, ...], zh: str, en: str, **more: Any
) -> tuple[Move, ...]:
    """One move per state that leaves the case where it is."""
    return tuple(Move(action, (state,), state, by, zh, en, **more) for state in states)
