"""The year's report as a workflow: the operator reports, the city's science department checks and grades."""

from typing import Annotated

from pydantic import Field

from kit.commonplace import APPLICANT, LAPSE, OFFICERS, SYSTEM, in_place
from kit.corrections import ask_for_correction
from kit.forms import Ui
from kit.schemas import In, LongText
from kit.workflow import Deadline, Move, State, Workflow

CHECK_WORKDAYS, ANSWER_DAYS = 20, 15


class Grading(In):
    """What the check found. `quality` is the checker's own mark, 0–100."""

    quality: Annotated[
        int,
        Field(ge=0, le=100, strict=True),
        Ui("运营质量评分", "Mark for quality", kind="integer", unit="分"),
    ]
    note: Annotated[LongText, Ui("核查情况", "What was checked", kind="textarea")]


STATES = (
    State("draft", "填写中", "Being filled in"),
    State("submitted", "待核查", "To be checked"),
    State("correction_requested", "待补正", "Correction requested"),
    State("graded", "已评定", "Graded", closed=True),
    State("withdrawn", "已撤回", "Withdrawn", closed=True),
    State("lapsed", "逾期失效", "Lapsed", closed=True),
)
MOVES = (
    Move(
        "submit", ("draft", "correction_requested"), "submitted", (APPLICANT,), "提交报告", "Report"
    ),
    Move("grade", ("submitted",), "graded", OFFICERS, "评定等级", "Grade", takes=Grading),
    *ask_for_correction(("submitted",)),
    *in_place("escalate", ("submitted",), (SYSTEM,), "超期督办", "Escalate as overdue"),
    Move(
        "withdraw",
        ("draft", "submitted", "correction_requested"),
        "withdrawn",
        (APPLICANT,),
        "撤回报告",
        "Withdraw",
    ),
    LAPSE,
)
DEADLINES = (
    Deadline(
        "check", "promised", ("submitted",), "escalate", "核查时限（演示）",
        "Check (demonstration value)", workdays=CHECK_WORKDAYS,
    ),
    Deadline(
        "answer", "answer", ("correction_requested",), "lapse", "补正期限（演示）",
        "Time to correct (demonstration value)", days=ANSWER_DAYS,
    ),
)  # fmt: skip
WORKFLOW = Workflow(states=STATES, moves=MOVES, deadlines=DEADLINES)
