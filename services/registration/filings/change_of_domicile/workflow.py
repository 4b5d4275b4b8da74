"""The change of a company's address as a workflow (条例 arts. 19, 24, 27).

Submitted means accepted: the review runs three working days, once + 3. The office of the new place decides.
"""

from kit.commonplace import APPLICANT, OFFICERS, SYSTEM, ask_for_correction, in_place
from kit.workflow import Deadline, Facts, Move, Need, State, Workflow
from services.registration.filings.establishment.workflow import Correction, Reason

REVIEW_WORKDAYS, EXTENSION_WORKDAYS, ANSWER_DAYS = 3, 3, 30
LAW = "市场主体登记管理条例 art. 19"
PENDING = ("under_review", "correction_requested")


def _not_extended(facts: Facts) -> bool:
    return not facts.get("extended")


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
    Move("approve", ("under_review",), "registered", OFFICERS, "准予变更登记", "Register"),
    ask_for_correction(("under_review",), takes=Correction, legal_basis=LAW),
    *in_place(
        "extend_review",
        ("under_review",),
        ("head",),
        "延长审查期限",
        "Extend the review",
        takes=Reason,
        extends={"review": EXTENSION_WORKDAYS},
        needs=(
            Need(
                "review_already_extended",
                _not_extended,
                "审查期限只能延长一次",
                "The review may be extended only once",
                LAW,
            ),
        ),
    ),
    *in_place("escalate", ("under_review",), (SYSTEM,), "超期督办", "Escalate as overdue"),
    Move("refuse", ("under_review",), "refused", OFFICERS, "不予登记", "Refuse", takes=Reason),
    Move("withdraw", ("draft", *PENDING), "withdrawn", (APPLICANT,), "撤回申请", "Withdraw"),
    Move("lapse", ("correction_requested",), "lapsed", (SYSTEM,), "逾期未补正", "Lapse"),
)
DEADLINES = (
    Deadline(
        "review",
        "statutory",
        ("under_review",),
        "escalate",
        "法定审查期限",
        "Statutory review",
        workdays=REVIEW_WORKDAYS,
        legal_basis=LAW,
    ),
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
