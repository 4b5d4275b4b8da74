"""入驻 as a workflow: applied, offered a seat, incubating; then graduated, gone, or at the end of the stay.

Leaving is free and asks nobody (policy C); graduating is proved, verified by the operator and, where the
carrier's title asks for it, confirmed by the science department (domain.md 5).
"""

from typing import Annotated

from pydantic import AfterValidator, Field

from kit.commonplace import APPLICANT, OFFICERS, SYSTEM, Reason, in_place
from kit.forms import Ui
from kit.rulings import Remedy, Ruling
from kit.schemas import In, IsoDate, LongText, ShortText, each_once
from kit.workflow import Deadline, Facts, Move, Need, State, Workflow
from services.carriers.tenancies.labels import GROUND_LABELS
from services.carriers.workstations.schemas import SeatNumber

ANSWER_WORKDAYS = 10
CHECK_WORKDAYS = 10
OFFER_DAYS = 15
SOURCE = "演示承诺"

OPERATOR = "operator"
TALK = Remedy(
    "ask_operator",
    "入驻由载体自主决定，不是行政决定。可以向运营机构了解情况",
    "Seats are the carrier's own to give, not an administrative act. Ask the operator about it",
)
NOT_ADMITTED = Ruling(
    "decline",
    remedies=(
        TALK,
        Remedy("another_carrier", "可以换一家载体再申请，所填内容可以沿用",
               "Apply to another carrier with the same answers"),
    ),
)  # fmt: skip
ENDED = Ruling(
    "end",
    remedies=(
        TALK,
        Remedy("contract", "对清退有争议的，按入驻协议约定的方式解决（协商、仲裁或者民事诉讼）",
               "A dispute is settled as the tenancy agreement says: talks, arbitration, a civil suit"),
    ),
    restarts=False,
)  # fmt: skip


class Admission(In):
    """The operator's offer: which seats, from when, for how long."""

    workstations: Annotated[
        list[SeatNumber],
        Field(min_length=1, max_length=50, examples=[["A-012"]]),
        AfterValidator(each_once),
        Ui("工位编号", "Workstations", kind="lines", hint_zh="每行一个", hint_en="One per line"),
    ]
    starts_on: Annotated[IsoDate, Ui("入驻日期", "From", kind="date")]
    months: Annotated[
        int,
        Field(ge=1, le=60, strict=True),
        Ui("入驻时间", "For how long", kind="integer", unit="个月"),
    ]
    fee_fen: Annotated[
        int | None,
        Field(ge=0, le=10**10, strict=True),
        Ui(
            "每月费用",
            "Fee a month",
            kind="money_yuan",
            unit="元",
            needed_zh="申请人确认前会看到；不收填 0",
            needed_en="the applicant sees it before moving in; 0 if free",
            hint_zh="所分配工位合计",
            hint_en="For all the seats together",
        ),
    ] = None
    deposit_fen: Annotated[
        int | None,
        Field(ge=0, le=10**10, strict=True),
        Ui(
            "押金",
            "Deposit",
            kind="money_yuan",
            unit="元",
            needed_zh="不收填 0",
            needed_en="0 if none",
        ),
    ] = None
    contact: Annotated[
        ShortText | None,
        Ui(
            "载体联系人和电话",
            "Whom to ask at the carrier, and the phone",
            needed_zh="申请人有疑问时找谁",
            needed_en="whom the applicant asks",
        ),
    ] = None


class Extension(In):
    """A longer stay, within the limit; `until_on` is the new last day."""

    until_on: Annotated[IsoDate, Ui("延长至", "Until", kind="date")]
    reason: Annotated[LongText, Ui("理由", "Reason", kind="textarea")]


class Graduation(In):
    """The ground of a graduation with its evidence. Amounts only for financing and revenue."""

    ground: Annotated[
        str,
        Field(pattern="^(" + "|".join(GROUND_LABELS) + ")$"),
        Ui("毕业条件", "Ground", kind="choice", options=GROUND_LABELS),
    ]
    happened_on: Annotated[IsoDate, Ui("达成日期", "Since", kind="date")]
    amount_fen: Annotated[
        int | None,
        Field(ge=0, le=10**15, strict=True),
        Ui(
            "金额",
            "Amount",
            kind="money_yuan",
            unit="元",
            needed_zh="按投资或营业收入毕业的必填",
            needed_en="needed for investment or revenue",
            hint_zh="获得投资的累计额，或连续两年营业收入之和",
            hint_en="Investment in total, or the revenue of the two years together",
        ),
    ] = None
    evidence: Annotated[
        list[ShortText],
        Field(min_length=1, max_length=10, examples=[["证书编号 GR202698000001"]]),
        Ui(
            "证明材料",
            "Evidence",
            kind="lines",
            hint_zh="每行一项：名称和编号",
            hint_en="One per line: what it is and its number",
        ),
    ]


class Verification(In):
    """What the operator saw when checking the evidence."""

    seen: Annotated[LongText, Ui("核验情况", "What you checked", kind="textarea")]


class FirmLinked(In):
    """The team has become a firm: its licence names the tenancy's address grant."""

    uscc: str
    name: str


def _is_firm(facts: Facts) -> bool:
    return bool(facts.get("uscc"))


def _to_confirm(facts: Facts) -> bool:
    return bool(facts.get("needs_confirmation"))


FIRM = Need(
    "team_cannot_graduate",
    _is_firm,
    "团队设立企业后才能毕业",
    "A team graduates only after it has become a firm",
    "国科发区〔2018〕300号",
)
CONFIRMED = Need(
    "no_confirmation_needed",
    _to_confirm,
    "该载体的毕业由运营机构核验即可",
    "The operator's verification is enough at this carrier",
)

STATES = (
    State("draft", "填写中", "Being filled in"),
    State("submitted", "已提交", "Submitted"),
    State("offered", "待确认入驻", "Offered a seat"),
    State("incubating", "在孵", "In incubation", awaits=()),
    State("graduation_requested", "申请毕业", "Graduation requested"),
    State(
        "graduation_verified",
        "毕业待确认",
        "Graduation to be confirmed",
        awaits=("officer", "head"),
    ),
    State("graduated", "已毕业", "Graduated", closed=True),
    State("left", "已迁出", "Left", closed=True),
    State("expired", "孵化期满", "Stay ended", closed=True),
    State("terminated", "已清退", "Ended by the carrier", closed=True),
    State("lapsed", "逾期未确认", "Offer lapsed", closed=True),
    State("refused", "未录取", "Refused", closed=True),
    State("withdrawn", "已撤回", "Withdrawn", closed=True),
)
STAYING = ("incubating", "graduation_requested", "graduation_verified")


MOVES = (
    Move("submit", ("draft",), "submitted", (APPLICANT,), "提交申请", "Submit"),
    Move("admit", ("submitted",), "offered", (OPERATOR,), "同意入驻并分配工位", "Offer a seat",
         takes=Admission,
         then=("工位为申请人保留，到期不确认即释放",
               "The seats are kept for the applicant, and freed if they do not confirm in time")),
    Move("refuse", ("submitted",), "refused", (OPERATOR,), "不予入驻", "Refuse", takes=Reason,
         ruling=NOT_ADMITTED),
    Move("move_in", ("offered",), "incubating", (APPLICANT,), "确认入驻", "Move in",
         then=("工位归您使用，孵化期从入驻日期起算；迁出不收费，也不用谁同意",
               "The seats are yours and the stay begins on that day; leaving is free and asks nobody")),
    Move("withdraw", ("draft", "submitted", "offered"), "withdrawn", (APPLICANT,), "撤回申请",
         "Withdraw"),
    Move("lapse", ("offered",), "lapsed", (SYSTEM,), "逾期未确认", "Lapse"),
    Move("extend_stay", ("incubating",), "incubating", (OPERATOR,), "延长入驻", "Extend the stay",
         takes=Extension),
    Move("request_graduation", ("incubating",), "graduation_requested", (APPLICANT,), "申请毕业",
         "Ask to graduate", needs=(FIRM,), takes=Graduation),
    Move("verify_graduation", ("graduation_requested",), "graduation_verified", (OPERATOR,),
         "核验通过", "Verify", takes=Verification),
    Move("return_graduation", ("graduation_requested",), "incubating", (OPERATOR,), "退回毕业申请",
         "Return the request", takes=Reason),
    Move("return_graduation", ("graduation_verified",), "incubating", OFFICERS, "退回毕业申请",
         "Return the request", takes=Reason),
    Move("confirm_graduation", ("graduation_verified",), "graduated", OFFICERS, "确认毕业",
         "Confirm the graduation", needs=(CONFIRMED,)),
    Move("graduate", ("graduation_verified",), "graduated", (SYSTEM,), "毕业", "Graduate"),
    Move("leave", STAYING, "left", (APPLICANT,), "迁出", "Leave",
         then=("工位当天释放；在此托管的地址会结束授权，企业要变更住所",
               "The seats are freed today; an address hosted here ends, and the firm has to move")),
    Move("terminate", STAYING, "terminated", (OPERATOR,), "清退", "End the tenancy", takes=Reason,
         ruling=ENDED),
    Move("expire", ("incubating",), "expired", (SYSTEM,), "期满", "The stay ends"),
    *in_place("link_firm", STAYING, (SYSTEM,), "团队设立企业", "The team became a firm",
               takes=FirmLinked),
    *in_place("escalate", ("submitted", "graduation_requested", "graduation_verified"), (SYSTEM,),
               "超期提醒", "Mark as overdue"),
)  # fmt: skip

DEADLINES = (
    Deadline("answer", "promised", ("submitted",), "escalate", "答复入驻申请",
             "Answer to the application", workdays=ANSWER_WORKDAYS, legal_basis=SOURCE),
    Deadline("offer", "answer", ("offered",), "lapse", "确认入驻", "Time to move in",
             days=OFFER_DAYS, legal_basis=SOURCE),
    Deadline("graduation_check", "promised", ("graduation_requested",), "escalate", "核验毕业",
             "Verification of the graduation", workdays=CHECK_WORKDAYS, legal_basis=SOURCE),
    Deadline("graduation_confirmation", "promised", ("graduation_verified",), "escalate", "确认毕业",
             "Confirmation of the graduation", workdays=CHECK_WORKDAYS, legal_basis=SOURCE),
)  # fmt: skip

WORKFLOW = Workflow(states=STATES, moves=MOVES, deadlines=DEADLINES)
