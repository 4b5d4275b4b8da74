"""The change of a company's address as a workflow (条例 arts. 19, 24, 27).

Submitted means accepted: the review runs three working days, once + 3. The office of the new place decides.
"""

from kit.commonplace import (
    APPLICANT,
    LAPSE,
    OFFICERS,
)
from kit.workflow import Deadline, Move, State, Workflow
from services.registration.filings.reviewing import REFUSAL, REVIEW, REVIEW_MOVES, Reason

ANSWER_DAYS = 30
PENDING = ("under_review", "correction_requested")


STATES = (
    State("draft", "填写中", "Being filled in"),
    State("under_review", "审查中", "Under review"),
    State("correction_requested", "待补正", "Correction requested"),
    State("registered", "已变更登记", "Registered", closed=True),
    State("refused", "不予登记", "Refused", closed=True),
    State("withdrawn", "已撤回", "Withdrawn", closed=True),
    State("lapsed", "逾期失效", "Lapsed", closed=True),
)
MOVES = (
    Move(
        "submit",
        ("draft", "correction_requested"),
        "under_review",
        (APPLICANT,),
        "签署并提交",
        "Sign and submit",
    ),
    Move(
        "approve",
        ("under_review",),
        "registered",
        OFFICERS,
        "准予变更登记",
        "Register",
        then=(
            "登记簿记下新住所，发新执照，旧执照随即失效，各部门收到信息",
            "The register takes the new address, a new licence replaces the old one, departments are told",
        ),
    ),
    *REVIEW_MOVES,
    Move(
        "refuse",
        ("under_review",),
        "refused",
        OFFICERS,
        "不予登记",
        "Refuse",
        takes=Reason,
        ruling=REFUSAL,
    ),
    Move("withdraw", ("draft", *PENDING), "withdrawn", (APPLICANT,), "撤回申请", "Withdraw"),
    LAPSE,
)
DEADLINES = (
    REVIEW,
    Deadline(
        "answer",
        "answer",
        ("correction_requested",),
        "lapse",
        "补正期限",
        "Time to correct",
        days=ANSWER_DAYS,
    ),
)
WORKFLOW = Workflow(states=STATES, moves=MOVES, deadlines=DEADLINES)
