"""The entry into the library of candidate enterprises as a workflow (domain.md 4, 苏科贷).

The founder declares figures, the science department verifies them; once it may ask for a correction. An entry
is valid for a year (演示) and then ends by itself (jobs.py); the department can remove it before.
"""

from typing import Annotated

from kit.commonplace import (
    APPLICANT,
    LAPSE,
    OFFICERS,
    SYSTEM,
    Reason,
)
from kit.corrections import ask_for_correction
from kit.forms import Ui
from kit.rulings import ADMINISTRATIVE, Ruling
from kit.schemas import In, LongText
from kit.workflow import Deadline, Move, State, Workflow

REVIEW_WORKDAYS = 5
ANSWER_DAYS = 15

HEAD = "head"
REFUSAL = Ruling("refusal", legal_basis="苏财金〔2021〕46号", remedies=ADMINISTRATIVE)


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
    Move("enter", ("submitted",), "entered", OFFICERS, "核实入库", "Enter", takes=Verification),
    *ask_for_correction(("submitted",)),
    Move(
        "refuse",
        ("submitted",),
        "refused",
        OFFICERS,
        "不予入库",
        "Refuse",
        takes=Reason,
        ruling=REFUSAL,
    ),
    Move("escalate", ("submitted",), "submitted", (SYSTEM,), "超期督办", "Escalate as overdue"),
    Move(
        "withdraw",
        ("draft", "submitted", "correction_requested"),
        "withdrawn",
        (APPLICANT,),
        "撤回申请",
        "Withdraw",
    ),
    LAPSE,
    Move(
        "remove",
        ("entered",),
        "removed",
        (HEAD,),
        "移出备选库",
        "Remove",
        takes=Reason,
        ruling=REFUSAL,
    ),
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
