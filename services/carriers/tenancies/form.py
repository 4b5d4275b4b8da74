"""What a team or firm says when it applies to a carrier. Shape and bounds only; rules.py judges."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.values import PersonName, Phone, Uscc
from kit.forms import FormPage, Ui
from kit.schemas import In, IsoDate, LongText
from services.carriers.carriers.codes import FIELDS


class AppliesAs(StrEnum):
    team = "team"
    firm = "firm"


APPLIES_AS = {
    "team": ("创业团队（尚未设立公司）", "A team without a company yet"),
    "firm": ("已登记企业", "A registered firm"),
}
TENANT_FIELDS = {**FIELDS.labels, "integrated_circuits": ("集成电路", "Integrated circuits")}
LONG_FIELDS = frozenset({"biomedicine", "modern_agriculture", "integrated_circuits"})


class Contact(In):
    """Whom the carrier asks for."""

    name: PersonName
    phone: Phone


class TenancyForm(In):
    """入驻申请."""

    carrier_code: Annotated[
        str,
        StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{1,39}$"),
        Ui(
            "申请入驻的载体",
            "Carrier",
            kind="choice",
            options_href="/open-carriers",
            brief=True,
            hint_zh="可先在载体目录中查看位置、方向和空余工位",
            hint_en="Look at places, fields and free seats in the list of carriers first",
        ),
    ]
    applied_as: Annotated[
        AppliesAs, Ui("申请主体", "Who applies", kind="choice", options=APPLIES_AS, brief=True)
    ]
    team_name: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, min_length=2, max_length=60),
        Ui(
            "团队名称",
            "Name of the team",
            brief=True,
            shown_when=("applied_as", "team"),
            needed=True,
        ),
    ] = None
    uscc: Annotated[
        Uscc | None,
        Ui(
            "统一社会信用代码",
            "Unified social credit code",
            hint_zh="须为您担任法定代表人的企业",
            hint_en="A firm of which you are the legal representative",
            brief=True,
            shown_when=("applied_as", "firm"),
            needed=True,
        ),
    ] = None
    project: Annotated[
        LongText, Ui("项目简介", "What you are building", kind="textarea", brief=True)
    ]
    field: Annotated[
        str,
        StringConstraints(pattern="^(" + "|".join(TENANT_FIELDS) + ")$"),
        Ui("技术领域", "Field", kind="choice", options=TENANT_FIELDS),
    ]
    people: Annotated[
        int,
        Field(ge=1, le=10_000, strict=True),
        Ui("人数", "People", kind="integer", unit="人", brief=True),
    ]
    sci_tech: Annotated[
        bool,
        Ui(
            "属于科技型中小企业或科技类创业项目",
            "A sci-tech SME, or a sci-tech project",
            kind="yes_no",
        ),
    ]
    works_on_site: Annotated[
        bool,
        Ui(
            "主要研发、办公在载体内",
            "Research and office are on site",
            kind="yes_no",
        ),
    ]
    workstations: Annotated[
        int,
        Field(ge=1, le=50, strict=True),
        Ui("需要工位数", "Workstations", kind="integer", unit="个", brief=True),
    ]
    from_on: Annotated[IsoDate, Ui("希望入驻日期", "From", kind="date", brief=True)]
    months: Annotated[
        int,
        Field(ge=1, le=60, strict=True),
        Ui("希望入驻时间", "For how long", kind="integer", unit="个月", brief=True),
    ]
    contact: Annotated[Contact, Ui("联系人", "Contact", kind="group", brief=("name", "phone"))]


PAGES = (
    FormPage("carrier", "去哪里", "Where to", ("carrier_code",)),
    FormPage("who", "谁入驻", "Who moves in", ("applied_as", "team_name", "uscc", "people")),
    FormPage("project", "做什么", "What you do", ("project", "field", "sci_tech", "works_on_site")),
    FormPage("seat", "工位和时间", "Seats and time", ("workstations", "from_on", "months")),
    FormPage("contact", "联系人", "Contact", ("contact",)),
)
