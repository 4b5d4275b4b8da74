"""The entry into the library of candidate enterprises as a workflow (domain.md 4, 苏科贷).

The founder declares figures, the science department verifies them; once it may ask for a correction. An entry
is valid for a year (演示) and then ends by itself (jobs.py); the department can remove it before.
"""

from typing import Annotated

from pydantic import Field

from kit.forms import Ui
from kit.schemas import In, LongText
from kit.workflow import Deadline, Facts, Move, Need, State, Workflow

REVIEW_WORKDAYS = 5
ANSWER_DAYS = 15

APPLICANT, SYSTEM, OFFICER, HEAD = "applicant", "system", "officer", "head"
DECIDERS = (OFFICER, HEAD)


class Reason(In):
    """Why, in words that the applicant will read."""

    reason: Annotated[LongText, Ui("理由", "Reason", kind="textarea")]


class Correction(In):
    """Everything that has to be corrected, in one notice."""

    reason: Annotated[LongText, Ui("说明", "Explanation", kind="textarea")]
    items: Annotated[
        list[LongText],
        Field(min_length=1, max_length=20, examples=[["营业收入与纳税申报表不一致"]]),
        Ui(
            "需要补正的内容",
            "What has to be corrected",
            kind="lines",
            hint_zh="每行一项，一次写全",
            hint_en="One item per line, all of them at once",
        ),
    ]


class Verification(In):
    """What the officer checked the figures against."""

    note: Annotated[
        LongText,
        Ui(
            "核实依据",
            "Checked against",
            kind="textarea",
            hint_zh="例如：上年度纳税申报表、社保缴费记录、专利登记簿",
            hint_en="For instance tax return, social insurance records, patent register",
        ),
    ]


def _first_correction(facts: Facts) -> bool:
    return not facts.get("corrections")


STATES = (
    State("draft", "填写中", "Being filled in"),
    State("submitted", "待核实", "To be verified"),
    State("correction_requested", "待补正", "Correction requested"),
    State("entered", "已入库", "In the library", closed=True),
    State("refused", "不予入库", "Refused", closed=True),
    State("withdrawn", "已撤回", "Withdrawn", closed=True),
    State("lapsed", "逾期失效", "Lapsed", closed=True),
    State("removed", "已移出", "Removed", closed=True),
)

MOVES = (
    Move(
        "submit",
        ("draft", "correction_requested"),
        "submitted",
        (APPLICANT,),
        "提交申请",
        "Apply",
    ),
    Move("enter", ("submitted",), "entered", DECIDERS, "核实入库", "Enter", takes=Verification),
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
    Move("refuse", ("submitted",), "refused", DECIDERS, "不予入库", "Refuse", takes=Reason),
    Move("escalate", ("submitted",), "submitted", (SYSTEM,), "超期督办", "Escalate as overdue"),
    Move(
        "withdraw",
        ("draft", "submitted", "correction_requested"),
        "withdrawn",
        (APPLICANT,),
        "撤回申请",
        "Withdraw",
    ),
    Move("lapse", ("correction_requested",), "lapsed", (SYSTEM,), "逾期未补正", "Lapse"),
    Move("remove", ("entered",), "removed", (HEAD,), "移出备选库", "Remove", takes=Reason),
)

DEADLINES = (
    Deadline(
        "review",
        "promised",
        ("submitted",),
        "escalate",
        "核实时限（演示）",
        "Verification (demonstration value)",
        workdays=REVIEW_WORKDAYS,
    ),
    Deadline(
        "answer",
        "answer",
        ("correction_requested",),
        "lapse",
        "补正期限（演示）",
        "Time to correct (demonstration value)",
        days=ANSWER_DAYS,
    ),
)

WORKFLOW = Workflow(states=STATES, moves=MOVES, deadlines=DEADLINES)
