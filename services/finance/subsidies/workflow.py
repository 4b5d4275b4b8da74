"""科技保险保费补贴 as a workflow: review by science, one correction, budget, publicity, payment by treasury.

submitted → approved (budget committed) → publicised 7 days → publicity_closed → paid. Payment starts only
where no objection is open and none was upheld. All lengths are demonstration values (演示).
"""

from typing import Annotated

from pydantic import Field

from kit.commonplace import (
    APPLICANT,
    LAPSE,
    OFFICERS,
    SYSTEM,
    Reason,
    in_place,
    joint,
)
from kit.corrections import ask_for_correction
from kit.forms import Ui
from kit.notices import NO_OPEN_OBJECTION, NO_UPHELD_OBJECTION, upheld_objection
from kit.rulings import ADMINISTRATIVE, Ruling
from kit.schemas import In
from kit.workflow import ANSWER_OBJECTION, Deadline, Move, State, Workflow
from services.finance.refunds import Refund

REVIEW_WORKDAYS = 10
ANSWER_DAYS = 30
PUBLICITY_DAYS = 7
PAYMENT_WORKDAYS = 5

TREASURY = joint("treasury")
REFUSAL = Ruling(
    "refusal",
    legal_basis="《2017年发展众创空间推进大众创新创业工作要点》第十四条（条件为演示参数）",
    remedies=ADMINISTRATIVE,
)


class Approval(In):
    """`accepted_premium_fen`: the premium that the papers prove; left out, it is what was declared."""

    accepted_premium_fen: Annotated[
        int | None,
        Field(ge=1, le=10**13, strict=True),
        Ui(
            "核定保费",
            "Premium accepted",
            kind="money_yuan",
            unit="元",
            hint_zh="留空即为申报的已缴保费",
            hint_en="Leave empty to accept what was declared",
        ),
    ] = None


UPHELD = upheld_objection(
    "公示期满后，只有异议成立才能不予补贴",
    "After publicity only an upheld objection stops the subsidy",
)

STATES = (
    State("draft", "填写中", "Being filled in"),
    State("submitted", "审核中", "Under review"),
    State("correction_requested", "待补正", "Correction requested"),
    State("approved", "已审核通过", "Approved"),
    State("publicised", "公示中", "In public notice"),
    State(
        "publicity_closed",
        "待拨付",
        "Waiting for payment",
        awaits=("treasury_officer", "treasury_head"),
    ),
    State("paid", "已拨付", "Paid", closed=True),
    State("rejected", "不予补贴", "Refused", closed=True),
    State("withdrawn", "已撤回", "Withdrawn", closed=True),
    State("lapsed", "逾期失效", "Lapsed", closed=True),
    State("clawed_back", "已追回", "Paid back", closed=True),
)
BEFORE_PAYMENT = ("draft", "submitted", "correction_requested", "publicised", "publicity_closed")

MOVES = (
    Move("submit", ("draft",), "submitted", (APPLICANT,), "提交申报", "Submit"),
    Move(
        "submit",
        ("correction_requested",),
        "submitted",
        (APPLICANT,),
        "提交补正",
        "Submit corrected",
    ),
    Move("approve", ("submitted",), "approved", OFFICERS, "审核通过", "Approve", takes=Approval),
    *ask_for_correction(("submitted",)),
    Move(
        "reject",
        ("submitted",),
        "rejected",
        OFFICERS,
        "不予补贴",
        "Refuse",
        takes=Reason,
        ruling=REFUSAL,
    ),
    Move(
        "reject",
        ("publicity_closed",),
        "rejected",
        (*OFFICERS, *TREASURY),
        "异议成立，不予补贴",
        "Refuse: an objection was upheld",
        takes=Reason,
        needs=(NO_OPEN_OBJECTION, UPHELD),
        ruling=REFUSAL,
    ),
    Move("publicise", ("approved",), "publicised", (SYSTEM,), "开始公示", "Begin public notice"),
    Move(
        "close_publicity",
        ("publicised",),
        "publicity_closed",
        (SYSTEM,),
        "公示期满",
        "End of public notice",
    ),
    Move(
        "pay",
        ("publicity_closed",),
        "paid",
        TREASURY,
        "拨付补贴",
        "Pay the subsidy",
        needs=(NO_OPEN_OBJECTION, NO_UPHELD_OBJECTION),
        apart_from=("approve", ANSWER_OBJECTION),
    ),
    Move(
        "claw_back",
        ("paid",),
        "clawed_back",
        TREASURY,
        "追回补贴",
        "Take the subsidy back",
        takes=Refund,
    ),
    *in_place(
        "escalate", ("submitted", "publicity_closed"), (SYSTEM,), "超期督办", "Escalate as overdue"
    ),
    Move("withdraw", BEFORE_PAYMENT, "withdrawn", (APPLICANT,), "撤回申报", "Withdraw"),
    LAPSE,
)

DEADLINES = (
    Deadline(
        "review",
        "promised",
        ("submitted",),
        "escalate",
        "承诺审核期限（演示）",
        "Promised review (demo)",
        workdays=REVIEW_WORKDAYS,
    ),
    Deadline(
        "answer",
        "answer",
        ("correction_requested",),
        "lapse",
        "补正期限（演示）",
        "Time to correct (demo)",
        days=ANSWER_DAYS,
    ),
    Deadline(
        "publicity",
        "statutory",
        ("publicised",),
        "close_publicity",
        "公示期",
        "Public notice",
        days=PUBLICITY_DAYS,
    ),
    Deadline(
        "payment",
        "promised",
        ("publicity_closed",),
        "escalate",
        "承诺拨付期限（演示）",
        "Promised payment (demo)",
        workdays=PAYMENT_WORKDAYS,
    ),
)

WORKFLOW = Workflow(
    states=STATES, moves=MOVES, deadlines=DEADLINES, answering_apart_from=("approve",)
)
