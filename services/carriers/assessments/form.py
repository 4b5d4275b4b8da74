"""What an operator reports for a year. What we can compute is not asked, except what lies outside."""

from typing import Annotated

from pydantic import Field, StringConstraints

from kit.forms import FormPage, Ui
from kit.schemas import In, LongText, ShortText

Count = Annotated[int, Field(ge=0, le=100_000, strict=True)]
Percent = Annotated[int, Field(ge=0, le=100, strict=True)]


class AnnualAssessmentForm(In):
    """年度考核报告. Numbers are those of the calendar year."""

    carrier_code: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Z]{2,8}-[0-9]{1,10}$"),
        Ui("参加考核的载体", "Carrier", kind="choice", options_href="/carriers/mine"),
    ]
    year: Annotated[
        int,
        Field(ge=2017, le=2100, strict=True),
        Ui("考核年度", "Year", kind="integer", unit="年"),
    ]
    tenants: Annotated[
        Count,
        Ui(
            "年入驻团队和企业",
            "Tenants in the year",
            kind="integer",
            unit="家",
            hint_zh="与平台入驻记录不同的，取较大者并由科技部门核实",
            hint_en="Where our own records say more, theirs count; the department checks",
        ),
    ]
    new_firms: Annotated[
        Count, Ui("年新注册企业", "New firms in the year", kind="integer", unit="家")
    ]
    graduates: Annotated[
        Count, Ui("年毕业企业", "Graduates in the year", kind="integer", unit="家")
    ]
    events: Annotated[Count, Ui("年创业活动", "Events in the year", kind="integer", unit="场")]
    mentors: Annotated[Count, Ui("专兼职创业导师", "Mentors", kind="integer", unit="人")]
    satisfaction_percent: Annotated[
        Percent, Ui("服务对象满意度", "Satisfaction of those served", kind="integer", unit="%")
    ]
    typical_cases: Annotated[
        list[ShortText],
        Field(default_factory=list, max_length=20),
        Ui("典型案例", "Typical cases", kind="lines", hint_zh="每行一个，可不填"),
    ]
    summary: Annotated[LongText, Ui("年度工作小结", "The year in short", kind="textarea")]


PAGES = (
    FormPage("carrier", "哪一家、哪一年", "Which carrier and year", ("carrier_code", "year")),
    FormPage("results", "孵化绩效", "Results", ("tenants", "new_firms", "graduates")),
    FormPage("services", "服务能力", "Services", ("events", "mentors", "satisfaction_percent")),
    FormPage("cases", "典型案例", "Typical cases", ("typical_cases",)),
    FormPage("summary", "年度小结", "The year in short", ("summary",)),
)
