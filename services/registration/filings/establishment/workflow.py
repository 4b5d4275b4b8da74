"""The establishment of a company as a workflow (条例 arts. 18–22; 细则 arts. 20–22; domain.md 3.5).

submitted → 受理 → review 3 working days, once + 3 → registered, refused, or one single correction notice;
resubmission starts the review anew. Green in every rule: the system approves at once (当场登记).
"""

from typing import Annotated

from pydantic import Field

from kit.commonplace import (
    APPLICANT,
    LAPSE,
    OFFICERS,
    SYSTEM,
)
from kit.forms import Ui
from kit.schemas import In, LongText
from kit.workflow import Deadline, Facts, Move, Need, State, Workflow
from services.registration.filings.reviewing import REFUSAL, REVIEW, REVIEW_MOVES, Reason

PROMISED_WORKDAYS = 1
SIGNING_DAYS = 30
ANSWER_DAYS = 30

SIGNATORY = "signatory"


OUTCOMES = {"in_order": ("未发现问题", "In order"), "irregular": ("发现问题", "Irregular")}


class Signing(In):
    """`digest` is the form digest that the signer was shown; `agreed` must be true."""

    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    agreed: bool


class Inspection(In):
    """What the later inspection of a sampled instant approval found."""

    outcome: Annotated[
        str,
        Field(pattern="^(in_order|irregular)$"),
        Ui("结果", "Outcome", kind="choice", options=OUTCOMES),
    ]
    note: Annotated[LongText, Ui("情况", "What was found", kind="textarea")]


def _sampled(facts: Facts) -> bool:
    return bool(facts.get("sampled")) and not facts.get("inspection")


STATES = (
    State("draft", "填写中", "Being filled in"),
    State("signing", "待签署", "Waiting for signatures", awaits=("signatory",)),
    State("submitted", "已提交", "Submitted"),
    State("under_review", "审查中", "Under review"),
    State("correction_requested", "待补正", "Correction requested"),
    State("resigning", "补正待签署", "Correction waiting for signatures", awaits=("signatory",)),
    State("registered", "已登记", "Registered", closed=True),
    State("refused", "不予登记", "Refused", closed=True),
    State("withdrawn", "已撤回", "Withdrawn", closed=True),
    State("lapsed", "逾期失效", "Lapsed", closed=True),
)

OPEN = ("draft", "signing", "submitted", "under_review", "correction_requested", "resigning")

MOVES = (
    Move("send_for_signing", ("draft",), "signing", (APPLICANT,), "送签", "Send for signing"),
    Move(
        "send_for_signing",
        ("correction_requested",),
        "resigning",
        (APPLICANT,),
        "补正送签",
        "Send the correction for signing",
    ),
    Move("reopen", ("signing",), "draft", (APPLICANT,), "撤回修改", "Take back to edit"),
    Move(
        "reopen",
        ("resigning",),
        "correction_requested",
        (APPLICANT,),
        "撤回修改",
        "Take back to edit",
    ),
    Move("sign", ("signing",), "signing", (SIGNATORY,), "签署", "Sign", takes=Signing),
    Move("sign", ("resigning",), "resigning", (SIGNATORY,), "签署", "Sign", takes=Signing),
    Move("decline", ("signing",), "draft", (SIGNATORY,), "拒绝签署", "Decline", takes=Reason),
    Move(
        "decline",
        ("resigning",),
        "correction_requested",
        (SIGNATORY,),
        "拒绝签署",
        "Decline",
        takes=Reason,
    ),
    Move("remind", ("signing",), "signing", (APPLICANT, SYSTEM), "提醒签署", "Remind the signers"),
    Move(
        "remind", ("resigning",), "resigning", (APPLICANT, SYSTEM), "提醒签署", "Remind the signers"
    ),
    Move("expire_signing", ("signing",), "draft", (SYSTEM,), "签署逾期", "Signing expired"),
    Move(
        "expire_signing",
        ("resigning",),
        "correction_requested",
        (SYSTEM,),
        "签署逾期",
        "Signing expired",
    ),
    Move("submit", ("signing", "resigning"), "submitted", (SYSTEM,), "提交", "Submit"),
    Move("accept", ("submitted",), "under_review", (SYSTEM,), "受理", "Accept"),
    Move(
        "assess", ("under_review",), "under_review", (SYSTEM,), "自动审查", "Assess automatically"
    ),
    Move(
        "approve",
        ("under_review",),
        "registered",
        (*OFFICERS, SYSTEM),
        "准予登记",
        "Register",
        then=(
            "公司即告成立：登记簿写入、执照签发、各部门收到信息。之后只能依法变更、撤销",
            "The company exists from now on: entered, licensed, departments told. Only the law's own ways "
            "change or undo it",
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
    Move("withdraw", OPEN, "withdrawn", (APPLICANT,), "撤回申请", "Withdraw"),
    LAPSE,
    Move(
        "inspect",
        ("registered",),
        "registered",
        OFFICERS,
        "事后抽查",
        "Record the inspection",
        takes=Inspection,
        needs=(
            Need("not_sampled", _sampled, "未被抽中或已检查", "Not sampled, or inspected already"),
        ),
    ),
)

DEADLINES = (
    REVIEW,
    Deadline(
        "promised_review",
        "promised",
        ("under_review",),
        "escalate",
        "承诺办结",
        "Promised decision",
        workdays=PROMISED_WORKDAYS,
    ),
    Deadline(
        "signing",
        "answer",
        ("signing", "resigning"),
        "expire_signing",
        "签署期限",
        "Time to sign",
        days=SIGNING_DAYS,
    ),
    Deadline(
        "answer",
        "answer",
        ("correction_requested",),
        "lapse",
        "补正期限",
        "Time to correct",
        days=ANSWER_DAYS,
        pauses_in=("resigning",),
    ),
)

WORKFLOW = Workflow(states=STATES, moves=MOVES, deadlines=DEADLINES)
