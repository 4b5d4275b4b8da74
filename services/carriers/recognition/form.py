"""What an operator declares for the filing of its maker space. Numbers that we have are not asked."""

from typing import Annotated

from pydantic import Field, StringConstraints

from kit.forms import FormPage, Ui
from kit.schemas import In, LongText, ShortText

Count = Annotated[int, Field(ge=0, le=100_000, strict=True)]


class MakerSpaceFilingForm(In):
    """众创空间备案申报. Yearly numbers are those of the last twelve months."""

    carrier_code: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Z]{2,8}-[0-9]{1,10}$"),
        Ui(
            "申报的众创空间",
            "Maker space",
            kind="choice",
            options_href="/carriers/mine",
            hint_zh="本单位运营的载体；面积、工位、运营时间取自载体名录",
            hint_en="One that you operate; area, seats and running time come from the register",
        ),
    ]
    legal_person: Annotated[
        bool, Ui("运营主体为独立法人", "The operator is a legal person", kind="yes_no")
    ]
    tenants: Annotated[
        Count, Ui("年入驻团队和企业", "Tenants in the year", kind="integer", unit="家")
    ]
    new_firms: Annotated[
        Count, Ui("年新注册企业", "New firms in the year", kind="integer", unit="家")
    ]
    financed_firms: Annotated[
        Count, Ui("年获得融资的团队和企业", "Financed in the year", kind="integer", unit="家")
    ]
    typical_cases: Annotated[
        list[ShortText],
        Field(max_length=20),
        Ui(
            "典型孵化案例",
            "Typical cases",
            kind="lines",
            hint_zh="每行一个，写项目名称",
            hint_en="One per line, by the project's name",
        ),
    ]
    full_time_staff: Annotated[
        Count, Ui("专职服务人员", "Full-time staff", kind="integer", unit="人")
    ]
    mentors: Annotated[Count, Ui("专兼职创业导师", "Mentors", kind="integer", unit="人")]
    events: Annotated[Count, Ui("年创业活动", "Events in the year", kind="integer", unit="场")]
    satisfaction_percent: Annotated[
        int,
        Field(ge=0, le=100, strict=True),
        Ui("服务对象满意度", "Satisfaction of those served", kind="integer", unit="%"),
    ]
    statistics_reported: Annotated[
        bool, Ui("按时报送统计数据", "Statistics are reported on time", kind="yes_no")
    ]
    summary: Annotated[
        LongText,
        Ui(
            "建设运营情况",
            "How it is run",
            kind="textarea",
            hint_zh="特色、服务、成效，供专家评审",
            hint_en="Its profile, services and results, for the experts",
        ),
    ]


PAGES = (
    FormPage("carrier", "申报哪一家", "Which maker space", ("carrier_code", "legal_person")),
    FormPage(
        "tenants", "入驻和成效", "Tenants and results", ("tenants", "new_firms", "financed_firms")
    ),
    FormPage("cases", "典型案例", "Typical cases", ("typical_cases",)),
    FormPage("team", "服务团队", "Team", ("full_time_staff", "mentors")),
    FormPage(
        "services",
        "服务活动",
        "Services",
        ("events", "satisfaction_percent", "statistics_reported"),
    ),
    FormPage("summary", "总体情况", "In its own words", ("summary",)),
)
