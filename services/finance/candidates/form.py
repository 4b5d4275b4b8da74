"""What a founder declares to enter the library: the figures of the last year, science and titles."""

from typing import Annotated, Literal

from pydantic import Field

from contracts.values import Uscc
from kit.forms import FormPage, Ui
from kit.schemas import In

OwnCompany = Annotated[
    Uscc,
    Ui(
        "企业",
        "Your company",
        kind="choice",
        options_href="/enterprises/mine",
        hint_zh="您担任法定代表人的企业",
        hint_en="A company whose legal representative you are",
    ),
]
Money = Annotated[int, Field(ge=0, le=10**15, strict=True)]
Count = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]
Title = Literal["high_tech", "reserve", "angel_backed"]

TITLES = {
    "high_tech": ("有效期内的高新技术企业", "High-tech enterprise in force"),
    "reserve": ("省高新技术企业培育库在库企业", "In the provincial high-tech reserve"),
    "angel_backed": ("已获天使投资或创业投资", "Backed by an angel or venture investor"),
}


class CandidateForm(In):
    """The figures of one enterprise for one year. Money in fen."""

    uscc: OwnCompany
    figures_year: Annotated[
        int,
        Field(ge=2015, le=2100, strict=True),
        Ui(
            "数据年度",
            "Year of the figures",
            kind="integer",
            unit="年",
            hint_zh="一般为上一年度；当年成立的填当年",
            hint_en="As a rule last year; this year for a new company",
        ),
    ]
    revenue_fen: Annotated[Money, Ui("年营业收入", "Revenue", kind="money_yuan", unit="元")]
    assets_fen: Annotated[
        Money, Ui("年末资产总额", "Total assets at the end", kind="money_yuan", unit="元")
    ]
    staff: Annotated[Count, Ui("职工总数", "Staff", kind="integer", unit="人")]
    tech_staff: Annotated[
        Count, Ui("其中：科技人员", "Of whom in science", kind="integer", unit="人")
    ]
    sme_score: Annotated[
        int | None,
        Field(ge=0, le=100, strict=True),
        Ui(
            "科技型中小企业评价得分",
            "Sci-tech SME score",
            kind="integer",
            unit="分",
            hint_zh="满分 100；未参加评价的可不填",
            hint_en="Of 100; leave empty if you were not scored",
        ),
    ] = None
    own_ip: Annotated[
        Count,
        Ui("自主知识产权", "Own intellectual property", kind="integer", unit="件"),
    ]
    patents: Annotated[
        Count, Ui("其中：有效专利", "Of which patents in force", kind="integer", unit="件")
    ]
    titles: Annotated[
        list[Title],
        Field(default_factory=list, max_length=3),
        Ui(
            "资质和投资",
            "Titles and investors",
            kind="choices",
            options=TITLES,
            hint_zh="没有可不选",
            hint_en="Leave empty if none",
        ),
    ]
    good_standing: Annotated[
        bool,
        Ui(
            "信用良好（未列入经营异常名录、严重违法失信名单）",
            "In good standing: not on the abnormal or serious-violation list",
            kind="yes_no",
        ),
    ]


PAGES = (
    FormPage("enterprise", "哪家企业入库", "Which company", ("uscc",)),
    FormPage(
        "figures",
        "经营情况",
        "The company's figures",
        ("figures_year", "revenue_fen", "assets_fen"),
    ),
    FormPage("people", "人员", "People", ("staff", "tech_staff")),
    FormPage("science", "科技情况", "Science", ("sme_score", "own_ip", "patents", "titles")),
    FormPage("standing", "信用情况", "Standing", ("good_standing",)),
)
