"""A loan application as a workflow (domain.md 4; api.md "The bank API").

draft → assigned to a bank → accepted ⇄ information requested → approved or declined; approved → contracted.
A bank that does not accept in time loses it to the next one. Every limit of time is a demonstration value.

`decide` is one move with one body for either outcome: the system then makes `approve` or `decline`.
"""

from typing import Annotated, Literal

from pydantic import Field

from kit.commonplace import APPLICANT, SYSTEM, Reason
from kit.forms import Ui
from kit.rulings import Remedy, Ruling
from kit.schemas import In, LongText, ShortText
from kit.workflow import Deadline, Facts, Move, Need, State, Workflow
from services.finance.loans.codes import METHODS
from services.finance.loans.schemas import ContractTerms, Rate, RepaymentMethod

ACCEPTANCE_WORKDAYS = 2
DECISION_WORKDAYS = 10
ANSWER_DAYS = 15
OFFER_DAYS = 30

BANK = "bank"
DECLINED = Ruling(
    "decline",
    remedies=(
        Remedy(
            "another_bank",
            "银行的信贷决定不是行政决定，不适用行政复议。可以按银行说明的原因补足条件后再申请，"
            "也可以选择另一家银行",
            "A bank's decision on credit is no administrative act. Mend what the bank named and apply again, "
            "or choose another bank",
        ),
        Remedy(
            "complaint",
            "认为银行办理过程有问题的，可以先向该银行投诉；对答复不满意的，可以拨打 12378",
            "If the bank handled it badly, complain to the bank first; then call 12378",
            legal_basis="银行业保险业消费投诉处理管理办法",
        ),
    ),
)

OUTCOMES = {"approved": ("同意贷款", "Approve"), "declined": ("不同意", "Decline")}


class InformationRequest(In):
    """Everything that the bank still needs, in one request."""

    reason: Annotated[LongText, Ui("说明", "Explanation", kind="textarea")]
    items: Annotated[
        list[LongText],
        Field(min_length=1, max_length=20, examples=[["近三个月纳税申报表"]]),
        Ui(
            "需要补充的内容",
            "What is still needed",
            kind="lines",
            hint_zh="每行一项，一次写全",
            hint_en="One item per line, all of them at once",
        ),
    ]


class InformationAnswer(In):
    """The founder's answer to the bank's request."""

    answer: Annotated[LongText, Ui("答复", "Your answer", kind="textarea")]


class Decision(In):
    """What the bank decides. An approval names the offer; a refusal needs only its reason."""

    outcome: Annotated[
        Literal["approved", "declined"], Ui("决定", "Decision", kind="choice", options=OUTCOMES)
    ]
    amount_fen: Annotated[
        int | None,
        Field(ge=1, le=10**13, strict=True),
        Ui(
            "批准金额",
            "Approved amount",
            kind="money_yuan",
            unit="元",
            shown_when=("outcome", "approved"),
            needed=True,
        ),
    ] = None
    annual_rate: Annotated[
        Rate | None,
        Ui(
            "年利率",
            "Annual rate",
            kind="percent",
            hint_zh="例如 3.45%",
            hint_en="For instance 3.45%",
            shown_when=("outcome", "approved"),
            needed=True,
        ),
    ] = None
    term_months: Annotated[
        int | None,
        Field(ge=1, le=360, strict=True),
        Ui(
            "期限",
            "Term",
            kind="integer",
            unit="个月",
            shown_when=("outcome", "approved"),
            needed=True,
        ),
    ] = None
    repayment_method: Annotated[
        RepaymentMethod | None,
        Ui(
            "还款方式",
            "Repayment",
            kind="choice",
            options=METHODS,
            shown_when=("outcome", "approved"),
            needed=True,
        ),
    ] = None
    first_loan_confirmed: Annotated[
        bool | None,
        Ui(
            "经查征信，确为首贷",
            "The credit report confirms a first loan",
            kind="yes_no",
            shown_when=("outcome", "approved"),
            needed_zh="申报首贷的，查过征信后填",
            needed_en="for a claimed first loan, once the report was read",
        ),
    ] = None
    reason: Annotated[
        ShortText,
        Ui(
            "理由",
            "Reason",
            kind="textarea",
            hint_zh="申请人会看到",
            hint_en="The applicant reads it",
        ),
    ]


def _decided_approved(facts: Facts) -> bool:
    return (facts.get("decision") or {}).get("outcome") == "approved"


STATES = (
    State("draft", "填写中", "Being filled in"),
    State("assigned", "待银行受理", "Waiting for the bank"),
    State("routing", "转派中", "Passing to another bank"),
    State("accepted", "银行审核中", "With the bank"),
    State("information_requested", "待补充材料", "Information requested"),
    State("approved", "已批准，待签约", "Approved, contract to sign"),
    State("contracted", "已签约", "Contracted", closed=True),
    State("declined", "未获批准", "Declined", closed=True),
    State("withdrawn", "已撤回", "Withdrawn", closed=True),
    State("expired", "已失效", "Expired", closed=True),
)

WITHDRAWABLE = ("draft", "assigned", "accepted", "information_requested", "approved")

MOVES = (
    Move("submit", ("draft",), "assigned", (APPLICANT,), "提交申请", "Apply"),
    Move(
        "accept",
        ("assigned",),
        "accepted",
        (BANK,),
        "受理",
        "Accept",
        then=(
            "申请由本行审核，申请人随即知道；要在承诺的期限内作出决定",
            "Your bank has the application and the applicant knows; decide within the promised time",
        ),
    ),
    Move("pass_over", ("assigned",), "routing", (SYSTEM,), "逾期未受理", "Not accepted in time"),
    Move("reassign", ("routing",), "assigned", (SYSTEM,), "转派银行", "Assign to another bank"),
    Move(
        "request_information",
        ("accepted",),
        "information_requested",
        (BANK,),
        "要求补充材料",
        "Ask for information",
        takes=InformationRequest,
    ),
    Move(
        "answer_information",
        ("information_requested",),
        "accepted",
        (APPLICANT,),
        "答复银行",
        "Answer the bank",
        takes=InformationAnswer,
    ),
    Move(
        "decide",
        ("accepted",),
        "accepted",
        (BANK,),
        "作出决定",
        "Decide",
        takes=Decision,
        then=(
            "同意的，申请人收到您填的条件，30 天内等待签约；不同意的，申请就此结束，申请人看到理由",
            "An approval is an offer on these terms, open for 30 days; a refusal ends the application",
        ),
    ),
    Move("approve", ("accepted",), "approved", (SYSTEM,), "批准", "Approve"),
    Move(
        "decline",
        ("accepted",),
        "declined",
        (SYSTEM,),
        "不予批准",
        "Decline",
        ruling=DECLINED,
    ),
    Move("escalate", ("accepted",), "accepted", (SYSTEM,), "逾期未决定", "Overdue with the bank"),
    Move(
        "withdraw_offer",
        ("approved",),
        "withdrawn",
        (BANK,),
        "撤回批准",
        "Withdraw the offer",
        takes=Reason,
    ),
    Move("withdraw", WITHDRAWABLE, "withdrawn", (APPLICANT,), "撤回申请", "Withdraw"),
    Move(
        "contract",
        ("approved",),
        "contracted",
        (BANK,),
        "登记借款合同",
        "Register the contract",
        takes=ContractTerms,
        then=(
            "贷款成立，风险补偿资金池为它留出额度，还款计划随之生成",
            "The loan stands, the risk pool reserves its cover, and the plan of repayment is made",
        ),
        needs=(
            Need("no_offer", _decided_approved, "还没有批准的条件", "There is no approved offer"),
        ),
    ),
    Move(
        "expire",
        ("routing", "information_requested", "approved"),
        "expired",
        (SYSTEM,),
        "逾期失效",
        "Expire",
    ),
)

DEADLINES = (
    Deadline(
        "decision",
        "promised",
        ("accepted",),
        "escalate",
        "银行决定时限（演示）",
        "The bank decides (demonstration value)",
        workdays=DECISION_WORKDAYS,
        pauses_in=("information_requested",),
    ),
    Deadline(
        "acceptance",
        "promised",
        ("assigned",),
        "pass_over",
        "银行受理时限（演示）",
        "The bank accepts (demonstration value)",
        workdays=ACCEPTANCE_WORKDAYS,
    ),
    Deadline(
        "answer",
        "answer",
        ("information_requested",),
        "expire",
        "补充材料期限（演示）",
        "Time to answer the bank (demonstration value)",
        days=ANSWER_DAYS,
    ),
    Deadline(
        "offer",
        "answer",
        ("approved",),
        "expire",
        "签约期限（演示）",
        "The offer is open (demonstration value)",
        days=OFFER_DAYS,
    ),
)

WORKFLOW = Workflow(states=STATES, moves=MOVES, deadlines=DEADLINES)
