"""众创空间备案 as a workflow: the city recommends, experts review, the province proposes, people may object.

Lengths that the policies do not give are demonstration values (演示). Who decides never scores, who scores
never decides: experts are parties of the case, officers are not. The city recommends, not the province for
it; who proposed a filing neither judges an objection to it nor decides it (审查与决定分离).
"""

from typing import Annotated

from pydantic import Field

from kit.commonplace import (
    APPLICANT,
    LAPSE,
    LOCAL,
    PROVINCE,
    SYSTEM,
    Reason,
    in_place,
)
from kit.corrections import ask_for_correction
from kit.forms import Ui
from kit.notices import NO_OPEN_OBJECTION, NO_UPHELD_OBJECTION
from kit.rulings import ADMINISTRATIVE, Ruling
from kit.schemas import In, LongText, ShortText
from kit.workflow import Deadline, Move, Need, State, Workflow

CHECK_WORKDAYS, CONVENE_WORKDAYS, REVIEW_WORKDAYS, ANSWER_DAYS = 10, 10, 15, 30
PUBLICITY_DAYS = 7
EXPERT = "expert"
REJECTION = Ruling("refusal", legal_basis="国科发火〔2017〕120号", remedies=ADMINISTRATIVE)


class Rejection(Reason):
    """`false_statements`: no new application for two years."""

    false_statements: Annotated[
        bool, Ui("存在弄虚作假", "False statements were made", kind="yes_no")
    ] = False


class Panel(In):
    """Experts by their code in the register. Together with those who stay: three or more, an odd number."""

    experts: Annotated[
        list[ShortText],
        Field(min_length=1, max_length=15, examples=[["ZJ-0001", "ZJ-0002", "ZJ-0003"]]),
        Ui(
            "评审专家",
            "Experts",
            kind="choices",
            options_href="/experts",
            hint_zh="3 人以上单数；与申报单位有利害关系的须回避",
            hint_en="Three or more, an odd number; nobody with an interest in the applicant",
        ),
    ]


Points = Annotated[int, Field(ge=0, le=100, strict=True)]


class ScoreSheet(In):
    """Each item 0–100; the weights are those of the sheet in force (20, 25, 30, 15, 10)."""

    premises: Annotated[
        Points, Ui("场地与设施（权重 20）", "Premises (weight 20)", kind="integer", unit="分")
    ]
    services: Annotated[
        Points, Ui("服务能力（权重 25）", "Services (weight 25)", kind="integer", unit="分")
    ]
    results: Annotated[
        Points, Ui("孵化成效（权重 30）", "Results (weight 30)", kind="integer", unit="分")
    ]
    team: Annotated[
        Points, Ui("运营团队（权重 15）", "Team (weight 15)", kind="integer", unit="分")
    ]
    sustainability: Annotated[
        Points,
        Ui("可持续发展（权重 10）", "Sustainability (weight 10)", kind="integer", unit="分"),
    ]
    recommends: Annotated[bool, Ui("建议备案", "Recommend filing", kind="yes_no")]
    comment: Annotated[LongText, Ui("评审意见", "Opinion", kind="textarea")]
    no_interest: Annotated[
        bool,
        Ui(
            "本人与申报单位无利害关系",
            "I have no interest in the applicant",
            kind="yes_no",
            hint_zh="有利害关系的请选择回避",
            hint_en="If you have one, stand aside instead",
        ),
    ]


CRITERIA_MET = Need(
    "criteria_unmet",
    lambda facts: bool(facts.get("criteria_ok")),
    "备案条件尚未全部满足",
    "Not all criteria are met",
    "国科发火〔2017〕120号",
)
REVIEW_PASSED = Need(
    "review_not_passed",
    lambda facts: bool((facts.get("review") or {}).get("passed")),
    "专家评审未通过",
    "The experts have not recommended it",
)


STATES = (
    State("draft", "填写中", "Being filled in"),
    State("submitted", "待审核推荐", "To be checked and recommended"),
    State("correction_requested", "待补正", "Correction requested"),
    State("recommended", "已推荐", "Recommended to the province"),
    State("expert_review", "专家评审", "Experts review", awaits=("expert",)),
    State("reviewed", "评审完成", "Reviewed"),
    State("publicised", "公示中", "Publicised"),
    State("publicity_closed", "公示结束", "Publicity over"),
    State("recognised", "已备案", "Filed", closed=True),
    State("rejected", "不予备案", "Rejected", closed=True),
    State("withdrawn", "已撤回", "Withdrawn", closed=True),
    State("lapsed", "逾期失效", "Lapsed", closed=True),
)
WITHDRAWABLE = (
    "draft", "submitted", "correction_requested", "recommended", "expert_review", "reviewed",
    "publicised", "publicity_closed",
)  # fmt: skip
REJECTABLE = ("submitted", "recommended", "reviewed", "publicity_closed")

MOVES = (
    Move(
        "submit", ("draft", "correction_requested"), "submitted", (APPLICANT,), "提交申报", "Apply"
    ),
    *ask_for_correction(("submitted",), by=LOCAL),
    Move(
        "recommend",
        ("submitted",),
        "recommended",
        LOCAL,
        "审核推荐",
        "Recommend to the province",
        takes=Reason,
        needs=(CRITERIA_MET,),
    ),
    Move(
        "convene",
        ("recommended",),
        "expert_review",
        PROVINCE,
        "组织专家评审",
        "Convene experts",
        takes=Panel,
    ),
    Move(
        "appoint",
        ("expert_review",),
        "expert_review",
        PROVINCE,
        "增补专家",
        "Appoint experts",
        takes=Panel,
    ),
    Move(
        "recuse",
        ("expert_review",),
        "expert_review",
        (EXPERT,),
        "申请回避",
        "Stand aside",
        takes=Reason,
    ),
    Move(
        "score", ("expert_review",), "expert_review", (EXPERT,), "评分", "Score", takes=ScoreSheet
    ),
    Move(
        "conclude_review",
        ("expert_review",),
        "reviewed",
        (SYSTEM,),
        "评审结束",
        "Conclude the review",
    ),
    Move(
        "propose",
        ("reviewed",),
        "publicised",
        PROVINCE,
        "拟备案公示",
        "Propose and publicise",
        takes=Reason,
        needs=(CRITERIA_MET, REVIEW_PASSED),
        apart_from=("recommend",),
    ),
    Move(
        "close_publicity",
        ("publicised",),
        "publicity_closed",
        (SYSTEM,),
        "公示期满",
        "Publicity over",
    ),
    Move(
        "recognise",
        ("publicity_closed",),
        "recognised",
        PROVINCE,
        "予以备案",
        "File",
        needs=(CRITERIA_MET, REVIEW_PASSED, NO_OPEN_OBJECTION, NO_UPHELD_OBJECTION),
        apart_from=("recommend", "propose"),
    ),
    Move(
        "reject",
        REJECTABLE[:1],
        "rejected",
        LOCAL,
        "不予推荐",
        "Reject",
        takes=Rejection,
        ruling=REJECTION,
    ),
    Move(
        "reject",
        REJECTABLE[1:],
        "rejected",
        PROVINCE,
        "不予备案",
        "Reject",
        takes=Rejection,
        ruling=REJECTION,
    ),
    *in_place(
        "escalate",
        ("submitted", "recommended", "expert_review"),
        (SYSTEM,),
        "超期督办",
        "Escalate as overdue",
    ),
    Move("withdraw", WITHDRAWABLE, "withdrawn", (APPLICANT,), "撤回申报", "Withdraw"),
    LAPSE,
)

DEADLINES = (
    Deadline(
        "check", "promised", ("submitted",), "escalate", "审核推荐时限（演示）",
        "Check and recommendation (demonstration value)", workdays=CHECK_WORKDAYS,
    ),
    Deadline(
        "convening", "promised", ("recommended",), "escalate", "组织评审时限（演示）",
        "Convening (demonstration value)", workdays=CONVENE_WORKDAYS,
    ),
    Deadline(
        "review", "promised", ("expert_review",), "escalate", "评审时限（演示）",
        "Review (demonstration value)", workdays=REVIEW_WORKDAYS,
    ),
    Deadline(
        "answer", "answer", ("correction_requested",), "lapse", "补正期限（演示）",
        "Time to correct (demonstration value)", days=ANSWER_DAYS,
    ),
    Deadline(
        "publicity", "statutory", ("publicised",), "close_publicity", "公示期（演示）",
        "Publicity (demonstration value)", days=PUBLICITY_DAYS,
    ),
)  # fmt: skip

WORKFLOW = Workflow(
    states=STATES, moves=MOVES, deadlines=DEADLINES, answering_apart_from=("recommend", "propose")
)
