"""风险补偿 as a workflow: two departments agree, the province approves, the public is asked, the pool pays.

submitted → reviewed_locally → approved → publicised 7 days → publicity_closed → paid → recovering → closed.
Payment starts only where no objection is open and none was upheld. Lengths are demonstration values (演示).
"""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from kit.commonplace import APPLICANT, LOCAL, OFFICERS, PROVINCE, SYSTEM, Reason, in_place, joint
from kit.forms import Ui
from kit.notices import NO_OPEN_OBJECTION, NO_UPHELD_OBJECTION, upheld_objection
from kit.rulings import Remedy, Ruling
from kit.schemas import In, IsoDate, LongText
from kit.workflow import ANSWER_OBJECTION, Deadline, Facts, Move, Need, State, Workflow
from services.finance.claims.form import BankReference, PositiveFen
from services.finance.refunds import Refund

REVIEW_WORKDAYS = 10
APPROVAL_WORKDAYS = 10
PUBLICITY_DAYS = 7
PAYMENT_WORKDAYS = 5

TREASURY = joint("treasury")
REJECTION = Ruling(
    "refusal",
    legal_basis="省普惠金融发展风险补偿基金有关规定（演示）",
    remedies=(
        Remedy(
            "review",
            "对驳回有异议的，可以书面申请复核，并附上补充材料",
            "Ask in writing for a review, with what is new",
            where=(
                "作出决定的部门（演示程序）",
                "The deciding department (demonstration procedure)",
            ),
        ),
    ),
)
REVIEWERS = ("science", "treasury")


class Recovery(In):
    """Principal that the debtor has paid after the compensation, and what it cost to get it, in fen."""

    bank_reference: BankReference
    amount_fen: Annotated[
        PositiveFen, Ui("追回本金", "Principal recovered", kind="money_yuan", unit="元")
    ]
    costs_fen: Annotated[
        int,
        Field(ge=0, le=10**13, strict=True),
        Ui("追偿费用", "Costs of recovery", kind="money_yuan", unit="元"),
    ] = 0
    received_on: Annotated[IsoDate, Ui("到账日期", "Received on", kind="date")]


class RecoveryReversal(In):
    """A recovery was booked in error: it is booked back. `bank_reference` is that of the reversal."""

    bank_reference: BankReference
    recovery_id: Annotated[UUID, Ui("追偿记录", "Recovery")]
    reason: Annotated[LongText, Ui("理由", "Reason", kind="textarea")]


def _not_agreed(department: str) -> Need:
    def holds(facts: Facts) -> bool:
        return department not in facts.get("agreed", {})

    return Need("already_agreed", holds, "本部门已同意", "This department has agreed already")


UPHELD = upheld_objection(
    "公示期满后，只有异议成立才能驳回",
    "After publicity only an upheld objection stops the claim",
)

STATES = (
    State("draft", "填写中", "Being filled in"),
    State(
        "submitted",
        "地方审核中",
        "Under local review",
        awaits=("local_officer", "local_head", "local_treasury_officer", "local_treasury_head"),
    ),
    State("reviewed_locally", "省级审批中", "With the province"),
    State("approved", "已批准", "Approved"),
    State("publicised", "公示中", "In public notice"),
    State(
        "publicity_closed",
        "待拨付",
        "Waiting for payment",
        awaits=("treasury_officer", "treasury_head"),
    ),
    State("paid", "已补偿", "Paid"),
    State("recovering", "追偿中", "Recovering", awaits=()),
    State("closed", "已结清", "Closed", closed=True),
    State("rejected", "已驳回", "Rejected", closed=True),
    State("withdrawn", "已撤回", "Withdrawn", closed=True),
    State("clawed_back", "已追回补偿", "Clawed back", closed=True),
)
UNPAID = ("draft", "submitted", "reviewed_locally", "publicised", "publicity_closed")
AFTER_PAYMENT = ("recovering", "closed")
AGREED = ("agree_science", "agree_treasury")
DECIDED = (*AGREED, "approve")
"""Review, approval and payment are the work of three people; who decided judges no objection to it."""


def _system(action: str, source: str, target: str, zh: str, en: str) -> Move:
    return Move(action, (source,), target, (SYSTEM,), zh, en)


REVIEW = (
    Move("submit", ("draft",), "submitted", (APPLICANT,), "提交申请", "Submit"),
    Move(
        "agree_science",
        ("submitted",),
        "submitted",
        LOCAL,
        "科技部门同意",
        "Science department agrees",
        needs=(_not_agreed("science"),),
        apart_from=("agree_treasury",),
    ),
    Move(
        "agree_treasury",
        ("submitted",),
        "submitted",
        joint("treasury", level="local"),
        "财政部门同意",
        "Treasury agrees",
        needs=(_not_agreed("treasury"),),
        apart_from=("agree_science",),
    ),
    _system(
        "complete_review", "submitted", "reviewed_locally", "地方审核完成", "Local review done"
    ),
    Move(
        "approve",
        ("reviewed_locally",),
        "approved",
        PROVINCE,
        "省级批准",
        "Province approves",
        apart_from=AGREED,
    ),
    Move(
        "reject",
        ("submitted",),
        "rejected",
        (*OFFICERS, *TREASURY),
        "驳回",
        "Reject",
        takes=Reason,
        ruling=REJECTION,
    ),
    Move(
        "reject",
        ("reviewed_locally",),
        "rejected",
        PROVINCE,
        "驳回",
        "Reject",
        takes=Reason,
        ruling=REJECTION,
    ),
    Move(
        "reject",
        ("publicity_closed",),
        "rejected",
        (*TREASURY, *PROVINCE),
        "异议成立，驳回",
        "Reject: an objection was upheld",
        takes=Reason,
        needs=(NO_OPEN_OBJECTION, UPHELD),
        ruling=REJECTION,
    ),
    Move("withdraw", UNPAID, "withdrawn", (APPLICANT,), "撤回申请", "Withdraw"),
)
PUBLICITY = (
    _system("publicise", "approved", "publicised", "开始公示", "Begin public notice"),
    _system(
        "close_publicity", "publicised", "publicity_closed", "公示期满", "End of public notice"
    ),
)
MONEY = (
    Move(
        "pay",
        ("publicity_closed",),
        "paid",
        TREASURY,
        "拨付补偿",
        "Pay the compensation",
        needs=(NO_OPEN_OBJECTION, NO_UPHELD_OBJECTION),
        apart_from=(*DECIDED, ANSWER_OBJECTION),
    ),
    _system("begin_recovery", "paid", "recovering", "开始追偿", "Begin recovery"),
    Move(
        "record_recovery",
        ("recovering",),
        "recovering",
        (APPLICANT,),
        "报送追偿收入",
        "Report a recovery",
        takes=Recovery,
    ),
    Move(
        "reverse_recovery",
        AFTER_PAYMENT,
        "recovering",
        (APPLICANT,),
        "冲正追偿收入",
        "Reverse a recovery",
        takes=RecoveryReversal,
    ),
    Move(
        "close",
        ("recovering",),
        "closed",
        (*TREASURY, SYSTEM),
        "追偿结案",
        "Close the recovery",
        takes=Reason,
    ),
    Move(
        "claw_back",
        AFTER_PAYMENT,
        "clawed_back",
        TREASURY,
        "追回补偿款",
        "Take the compensation back",
        takes=Refund,
    ),
)
OVERDUE = in_place(
    "escalate",
    ("submitted", "reviewed_locally", "publicity_closed"),
    (SYSTEM,),
    "超期督办",
    "Escalate as overdue",
)

DEADLINES = (
    Deadline(
        "local_review",
        "promised",
        ("submitted",),
        "escalate",
        "承诺地方审核期限（演示）",
        "Promised local review (demo)",
        workdays=REVIEW_WORKDAYS,
    ),
    Deadline(
        "approval",
        "promised",
        ("reviewed_locally",),
        "escalate",
        "承诺省级审批期限（演示）",
        "Promised decision of the province (demo)",
        workdays=APPROVAL_WORKDAYS,
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
    states=STATES,
    moves=(*REVIEW, *PUBLICITY, *MONEY, *OVERDUE),
    deadlines=DEADLINES,
    answering_apart_from=DECIDED,
)
