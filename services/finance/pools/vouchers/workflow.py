"""A voucher's life as data: one person of the treasury proposes it, another confirms it, or nobody does.

A reversal is a voucher of its own with the same life; `reverse` is what proposes it against a confirmed one.
"""

from kit.schemas import In, IsoDate, LongText
from kit.workflow import Deadline, Move, Need, State, Workflow

TREASURER, SYSTEM = "treasurer", "system"


class VoucherWithdraw(In):
    """Why the money is not to be given after all."""

    reason: LongText


class VoucherReverse(In):
    """Why a confirmed voucher is wrong, and from which day on."""

    reason: LongText
    value_on: IsoDate


TWO_PEOPLE = Need(
    "same_person_decides",
    lambda facts: not facts["mine"],
    "提出和确认不能由同一人办理",
    "Who proposed a voucher does not confirm it",
)
IN_TIME = Need(
    "voucher_overdue",
    lambda facts: not facts["overdue"],
    "已过确认期限，该凭证即将失效",
    "The last day for a second person has passed",
)
ORIGINAL = Need(
    "voucher_is_reversal",
    lambda facts: not facts["reversal"],
    "冲正凭证不能再次冲正，请另提一笔",
    "A reversal is not reversed: propose the money again",
)
STANDING = Need(
    "voucher_reversed",
    lambda facts: facts["reversal_state"] is None,
    "该凭证已冲正或正在冲正",
    "The voucher is reversed, or its reversal waits for a second person",
)
UNBOUND = Need(
    "money_bound",
    lambda facts: not facts["bound"],
    "该笔资金已被占用，冲正后余额不足以承担已作的承诺",
    "What would remain does not carry what is promised",
)

WORKFLOW = Workflow(
    states=(
        State("proposed", "待确认", "To be confirmed"),
        State("confirmed", "已确认", "Confirmed"),
        State("withdrawn", "已撤回", "Withdrawn", closed=True),
        State("expired", "逾期失效", "Expired", closed=True),
    ),
    moves=(
        Move(
            "confirm", ("proposed",), "confirmed", by=(TREASURER,), zh="确认入账", en="Confirm",
            needs=(TWO_PEOPLE, IN_TIME, UNBOUND),
        ),
        Move(
            "withdraw", ("proposed",), "withdrawn", by=(TREASURER,), zh="撤回", en="Withdraw",
            takes=VoucherWithdraw,
        ),
        Move("expire", ("proposed",), "expired", by=(SYSTEM,), zh="失效", en="Expire"),
        Move(
            "reverse", ("confirmed",), "confirmed", by=(TREASURER,), zh="提出冲正",
            en="Propose a reversal", takes=VoucherReverse, needs=(ORIGINAL, STANDING, UNBOUND),
        ),
    ),
    deadlines=(
        Deadline(
            "second_person", "answer", ("proposed",), "expire", "第二人确认期限",
            "A second person answers", workdays=10,
        ),
    ),
)  # fmt: skip
CONFIRM_WORKDAYS = WORKFLOW.deadlines[0].workdays
