"""The data set of a limited company's establishment (条例 arts. 8–9, 细则 arts. 6–7; domain.md 3.4).

One model for the API, the pages and the validation. Shape and bounds live here; what the law asks of the
whole lives in rules.py.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.values import IdNumber, OnPaper, PartyName, PersonName, Phone, Uscc
from kit.forms import FormPage, Ui
from kit.prefilling import Default
from kit.schemas import In, IsoDate
from services.registration.filings.domicile import Domicile
from services.registration.filings.establishment.choices import (
    BANKS,
    KINDS,
    METHODS,
    POSITIONS,
    SEALS,
    ContributionMethod,
    Position,
    Seal,
    ShareholderKind,
)
from services.registration.filings.people import Contact

Money = Annotated[int, Field(ge=1, le=10**15, strict=True)]

HOLDER = {
    "name": "@account/name",
    "id_number": "@account/id_number",
    "phone": "@account/phone",
}
"""Who founds a company alone, as most do, has every part in it until the form says otherwise."""


class Shareholder(In):
    """股东: 认缴 amount, method and date are filed (条例 art. 9). A corporate one signs through `signer`."""

    kind: Annotated[
        ShareholderKind,
        Ui("股东类型", "Kind", kind="choice", options=KINDS, default=Default("natural_person")),
    ]
    name: PartyName
    uscc: Annotated[
        Uscc | None,
        Ui(
            "统一社会信用代码",
            "Unified social credit code",
            kind="code",
            format_zh="18 位数字和大写字母，见股东的营业执照",
            format_en="18 digits and capital letters, on the shareholder's licence",
            shown_when=("kind", "enterprise"),
            needed=True,
        ),
    ] = None
    signer: Annotated[
        Contact,
        Ui(
            "签署人",
            "Who signs",
            kind="group",
            hint_zh="自然人股东填本人；企业股东填其法定代表人或受托人",
            hint_en="The shareholder; for a company its legal representative or delegate",
        ),
    ]
    subscribed_fen: Annotated[
        Money,
        Ui(
            "认缴出资额",
            "Subscribed amount",
            kind="money_yuan",
            unit="元",
            hint_zh="全体股东的认缴出资额合计等于注册资本；只有一名股东的，就是注册资本",
            hint_en="All shareholders' amounts together are the capital; a sole shareholder's is all of it",
            default=Default("@/registered_capital_fen", sole="/shareholders"),
        ),
    ]
    method: Annotated[
        ContributionMethod,
        Ui("出资方式", "Contributed in", kind="choice", options=METHODS, default=Default("money")),
    ]
    contributed_by_on: Annotated[
        IsoDate,
        Ui(
            "出资日期",
            "To be paid in by",
            kind="date",
            hint_zh="自公司成立之日起五年内",
            hint_en="Within five years of founding",
            default=Default("@today+5y"),
        ),
    ]


class Officer(In):
    """One position held by one person; somebody with two positions is listed twice."""

    position: Annotated[Position, Ui("职务", "Position", kind="choice", options=POSITIONS)]
    name: PersonName
    id_number: IdNumber
    phone: Phone


class BeneficialOwner(In):
    """受益所有人: who ends up holding 25 % or more, or controls."""

    name: PersonName
    id_number: IdNumber
    share_percent: Annotated[
        str,
        StringConstraints(pattern=r"^[0-9]{1,3}(\.[0-9]{1,4})?$"),
        Ui("最终持股比例", "Share in the end", kind="decimal", unit="%"),
    ]


class PreApproval(In):
    """前置审批: an approval that must be there before the licence."""

    scope_item: Annotated[str, Field(max_length=20), Ui("许可项目", "Licensed item")]
    document_number: Annotated[
        str, Field(max_length=100), OnPaper, Ui("批准文件编号", "Document number")
    ]
    issued_on: Annotated[IsoDate, Ui("批准日期", "Issued on", kind="date")]
    valid_until_on: Annotated[IsoDate | None, Ui("有效期至", "Valid until", kind="date")] = None


class EstablishmentForm(In):
    """Everything that the registration of a limited company needs, asked once."""

    name_reservation_id: Annotated[
        str,
        StringConstraints(pattern=r"^[0-9a-f-]{36}$"),
        Ui(
            "企业名称",
            "Company name",
            kind="name_reservation",
            brief=True,
            options={"limited_company": ("有限责任公司", "Limited liability company")},
        ),
    ]
    industry_code: Annotated[
        str,
        StringConstraints(pattern=r"^[0-9]{2,4}$"),
        Ui(
            "主要行业",
            "Main industry",
            kind="industry",
            options_href="/industries",
            hint_zh="按第一项经营范围带出，可以改",
            hint_en="As the first item of the scope says; you may change it",
            default=Default("@/scope_items/0#industry"),
        ),
    ]
    scope_items: Annotated[
        list[Annotated[str, StringConstraints(max_length=20)]],
        Field(min_length=1, max_length=50),
        Ui(
            "经营范围",
            "Business scope",
            kind="scope_items",
            options_href="/scope-items",
            brief=True,
        ),
    ]
    pre_approvals: Annotated[
        list[PreApproval],
        Field(default_factory=list, max_length=20),
        Ui(
            "前置审批文件",
            "Approvals needed before the licence",
            kind="list",
            item_zh="批准文件",
            item_en="Approval",
            hint_zh="只有经营范围含前置许可项目时才需填写",
            hint_en="Only when the scope has items that need approval first",
        ),
    ]
    term_years: Annotated[
        int | None,
        Field(ge=1, le=99, strict=True),
        Ui(
            "经营期限",
            "Term in years",
            kind="integer",
            unit="年",
            hint_zh="留空为长期",
            hint_en="Leave empty for an open term",
        ),
    ] = None
    domicile: Annotated[
        Domicile,
        Ui(
            "住所",
            "Registered address",
            kind="group",
            brief=("region_code", "street", "kind", "area_m2", "address_grant"),
            default=Default({"region_code": "@/name_reservation_id#region_code"}),
        ),
    ]
    registered_capital_fen: Annotated[
        Money, Ui("注册资本", "Registered capital", kind="money_yuan", unit="元", brief=True)
    ]
    shareholders: Annotated[
        list[Shareholder],
        Field(min_length=1, max_length=50),
        Ui(
            "股东",
            "Shareholders",
            kind="list",
            item_zh="股东",
            item_en="Shareholder",
            brief=("name", "subscribed_fen"),
            default=Default([{"name": "@account/name", "signer": HOLDER}]),
        ),
    ]
    officers: Annotated[
        list[Officer],
        Field(min_length=1, max_length=60),
        Ui(
            "董事、经理、监事",
            "Directors, manager, supervisors",
            kind="list",
            item_zh="任职人员",
            item_en="Position",
            brief=("position", "name"),
            default=Default([{"position": p, **HOLDER} for p in ("director", "manager")]),
        ),
    ]
    supervisor_waived: Annotated[
        bool,
        Ui(
            "规模较小且全体股东一致同意，不设监事",
            "Small company: all shareholders agree to have no supervisor",
            kind="yes_no",
            needed_zh="没有填监事的必选",
            needed_en="needed where no supervisor is named",
        ),
    ] = False
    legal_representative: Annotated[
        Contact,
        Ui(
            "法定代表人",
            "Legal representative",
            kind="group",
            brief=("name",),
            hint_zh="由代表公司执行公司事务的董事或者经理担任",
            hint_en="A director or the manager who runs the company's affairs",
            default=Default(HOLDER),
        ),
    ]
    liaison: Annotated[Contact, Ui("登记联络员", "Liaison", kind="group", default=Default(HOLDER))]
    finance_officer: Annotated[
        Contact, Ui("财务负责人", "Finance officer", kind="group", default=Default(HOLDER))
    ]
    beneficial_owners: Annotated[
        list[BeneficialOwner],
        Field(min_length=1, max_length=20),
        Ui(
            "受益所有人",
            "Beneficial owners",
            kind="list",
            item_zh="受益所有人",
            item_en="Owner",
            hint_zh="最终持有 25% 以上股权，或者实际控制公司的自然人",
            hint_en="People who in the end hold 25 % or more, or control the company",
            default=Default(
                [
                    {
                        "name": "@/shareholders/0/signer/name",
                        "id_number": "@/shareholders/0/signer/id_number",
                        "share_percent": "100",
                    }
                ],
                sole="/shareholders",
                when=("/shareholders/0/kind", "natural_person"),
            ),
        ),
    ]
    seals: Annotated[
        list[Seal],
        Field(default_factory=list, max_length=5),
        Ui("刻制印章", "Seals to be made", kind="choices", options=SEALS),
    ]
    bank_code: Annotated[
        str,
        StringConstraints(pattern="^(QYSB|YCNS)$"),
        Ui("预约开户银行", "Bank for the account", kind="choice", options=BANKS),
    ]
    employees: Annotated[
        int,
        Field(ge=0, le=1_000_000, strict=True),
        Ui("预计参保人数", "Staff to be insured", kind="integer", unit="人"),
    ] = 0


PAGES = (
    FormPage("name", "公司名称", "Company name", ("name_reservation_id",)),
    FormPage(
        "business",
        "做什么生意",
        "What it will do",
        ("scope_items", "industry_code", "pre_approvals", "term_years"),
    ),
    FormPage(
        "domicile",
        "住所和开业",
        "Address and opening",
        ("domicile", "seals", "bank_code", "employees"),
    ),
    FormPage(
        "people",
        "出资和人员",
        "Capital and people",
        (
            "registered_capital_fen",
            "shareholders",
            "officers",
            "supervisor_waived",
            "legal_representative",
            "liaison",
            "finance_officer",
            "beneficial_owners",
        ),
        "您的实名信息已经填在各个职务上，由别人担任的请修改。",
        "You stand in every position already; change those that somebody else has.",
    ),
)
