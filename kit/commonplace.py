"""What the matters of every service say in the same words, so that each says it once and means the same.

    Move("refuse", ("submitted",), "refused", OFFICERS, "不予受理", "Refuse", takes=Reason)
    ask_for_correction(("submitted",), by=OFFICERS)

Relations to a case, the body that gives a reason, the one notice of correction (一次性告知) with its need and
its effect, and moves that stay where they are. Nothing here knows what a matter is about.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from kit.forms import Ui
from kit.matters import CaseContext
from kit.schemas import In, LongText
from kit.workflow import Facts, Move, Need

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


class Correction(In):
    """Everything that has to be corrected, in one notice."""

    reason: Annotated[LongText, Ui("说明", "Explanation", kind="textarea")]
    items: Annotated[
        list[LongText],
        Field(min_length=1, max_length=20, examples=[["发票金额与申报金额不一致"]]),
        Ui(
            "需要补正的内容",
            "What has to be corrected",
            kind="lines",
            hint_zh="每行一项，一次写全",
            hint_en="One item per line, all of them at once",
        ),
    ]


def _not_yet(facts: Facts) -> bool:
    return not facts.get("corrections")


def corrected_once(legal_basis: str | None = None) -> Need:
    """A correction may be asked for only once."""
    return Need(
        "correction_already_requested",
        _not_yet,
        "补正通知只能发出一次",
        "Correction may be asked for only once",
        legal_basis,
    )


def ask_for_correction(
    source: Sequence[str],
    *,
    by: tuple[str, ...] = OFFICERS,
    takes: type[In] = Correction,
    legal_basis: str | None = None,
) -> Move:
    """The move to `correction_requested`; its effect is `request_correction`."""
    return Move(
        "request_correction",
        tuple(source),
        CORRECTING,
        by,
        "一次性告知补正",
        "Ask for correction",
        takes=takes,
        needs=(corrected_once(legal_basis),),
    )


LAPSE = Move("lapse", (CORRECTING,), "lapsed", (SYSTEM,), "逾期未补正", "Lapse")
"""Who does not answer the notice in time has let the matter go."""


async def request_correction(context: CaseContext, payload: Any) -> None:
    """Keeps the notice with the case: `facts["correction"]` is what the applicant's page shows."""
    facts = context.case.facts
    facts["corrections"] = facts.get("corrections", 0) + 1
    facts["correction"] = {"reason": payload.reason, "items": payload.items}
    context.move_data = {"items": payload.items}


async def escalate(context: CaseContext, _: Any) -> None:
    """A clock of the staff has passed: the case says so, and stays theirs."""
    context.case.facts["overdue"] = True


def in_place(
    action: str, states: Sequence[str], by: tuple[str, ...], zh: str, en: str, **more: Any
) -> tuple[Move, ...]:
    """One move per state that leaves the case where it is."""
    return tuple(Move(action, (state,), state, by, zh, en, **more) for state in states)
