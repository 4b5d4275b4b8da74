"""The year's report as a workflow: the operator reports, the city's science department checks and grades."""

from typing import Annotated

from pydantic import Field

from kit.forms import Ui
from kit.schemas import In, LongText
from kit.workflow import Deadline, Facts, Move, Need, State, Workflow

CHECK_WORKDAYS, ANSWER_DAYS = 20, 15
APPLICANT, SYSTEM = "applicant", "system"
DECIDERS = ("officer", "head")


class Grading(In):
    """What the check found. `quality` is the checker's own mark, 0–100."""

    quality: Annotated[
        int,
        Field(ge=0, le=100, strict=True),
        Ui("运营质量评分", "Mark for quality", kind="integer", unit="分"),
    ]
    note: Annotated[LongText, Ui("核查情况", "What was checked", kind="textarea")]


class Correction(In):
    """Everything that has to be corrected, in one notice."""

    reason: Annotated[LongText, Ui("说明", "Explanation", kind="textarea")]
    items: Annotated[
        list[LongText],
        Field(min_length=1, max_length=20, examples=[["活动场次与台账不符"]]),
        Ui("需要补正的内容", "What has to be corrected", kind="lines"),
    ]


def _first_correction(facts: Facts) -> bool:
    return not facts.get("corrections")


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
    Move("grade", ("submitted",), "graded", DECIDERS, "评定等级", "Grade", takes=Grading),
    Move(
        "request_correction",
        ("submitted",),
        "correction_requested",
        DECIDERS,
        "一次性告知补正",
        "Ask for correction",
        takes=Correction,
        needs=(
            Need(
                "correction_already_requested",
                _first_correction,
                "补正通知只能发出一次",
                "Correction may be asked for only once",
            ),
        ),
    ),
    Move("escalate", ("submitted",), "submitted", (SYSTEM,), "超期督办", "Escalate as overdue"),
    Move(
        "withdraw",
        ("draft", "submitted", "correction_requested"),
        "withdrawn",
        (APPLICANT,),
        "撤回报告",
        "Withdraw",
    ),
    Move("lapse", ("correction_requested",), "lapsed", (SYSTEM,), "逾期未补正", "Lapse"),
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
