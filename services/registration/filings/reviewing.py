"""The review of a filing: what every kind of it shares (条例 art. 19; 细则 art. 20).

Three working days, once three more; everything to be corrected in one notice; overdue goes to the head. Whose
moves lead into the review, and out of it, is each matter's own.
"""

from typing import Annotated

from pydantic import BeforeValidator, Field

from contracts.values import OnPaper
from kit import corrections
from kit.commonplace import SYSTEM, in_place
from kit.forms import Ui
from kit.rulings import ADMINISTRATIVE, Ruling
from kit.schemas import In, LongText
from kit.workflow import Deadline, Facts, Need

REVIEW_WORKDAYS, EXTENSION_WORKDAYS = 3, 3
LAW = "市场主体登记管理条例 art. 19"
REFUSAL = Ruling(
    "refusal",
    legal_basis="市场主体登记管理条例 art. 20",
    remedies=ADMINISTRATIVE,
    paper="refusal",
)
UNDER_REVIEW = ("under_review",)


class Reason(In):
    """Why, in words that the applicant will read."""

    reason: Annotated[LongText, OnPaper, Ui("理由", "Reason", kind="textarea")]


class PrintedItem(corrections.CorrectionItem):
    """One thing to correct, in words that the notice prints."""

    detail: Annotated[LongText, OnPaper, Ui("问题和要求", "What is wrong", kind="textarea")]


class Correction(In):
    """Everything that has to be corrected, in one notice (条例 art. 19: 一次性告知)."""

    reason: Annotated[LongText, OnPaper, Ui("说明", "Explanation", kind="textarea")]
    items: Annotated[
        list[Annotated[PrintedItem, BeforeValidator(corrections.as_item)]],
        Field(
            min_length=1,
            max_length=50,
            examples=[[{"pointer": "/domicile/street", "detail": "与租赁合同上的地址不一致"}]],
        ),
        corrections.MARKS,
    ]


def _not_extended(facts: Facts) -> bool:
    return not facts.get("extended")


REVIEW_MOVES = (
    *corrections.ask_for_correction(UNDER_REVIEW, takes=Correction, legal_basis=LAW),
    *in_place(
        "extend_review",
        UNDER_REVIEW,
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
    *in_place("escalate", UNDER_REVIEW, (SYSTEM,), "超期督办", "Escalate as overdue"),
)
REVIEW = Deadline(
    "review",
    "statutory",
    UNDER_REVIEW,
    "escalate",
    "法定审查期限",
    "Statutory review",
    workdays=REVIEW_WORKDAYS,
    legal_basis=LAW,
)
