"""What a founder says when applying for a loan. The register and the library know the rest.

Bounds of single answers live here; who may have which loan is data of the product (criteria.csv).
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from contracts.values import Phone, Uscc
from kit.forms import FormPage, Ui
from kit.prefilling import Default
from kit.schemas import In, LongText
from services.finance.loans.codes import METHODS
from services.finance.loans.schemas import RepaymentMethod

OwnCompany = Annotated[
    Uscc,
    Ui(
        "企业",
        "Your company",
        kind="choice",
        options_href="/enterprises/mine",
        hint_zh="您担任法定代表人的企业",
        hint_en="A company whose legal representative you are",
        brief=True,
    ),
]


class LoanApplicationForm(In):
    """One company, one product, one amount. Figures are asked only where the library has none."""

    uscc: OwnCompany
    product_code: Annotated[
        str,
        StringConstraints(pattern=r"^[a-z0-9-]{1,60}$"),
        Ui(
            "贷款产品",
            "Loan product",
            kind="choice",
            options_href="/products?online=true",
            brief=True,
        ),
    ]
    amount_fen: Annotated[
        int,
        Field(ge=1_000_000, le=10**13, strict=True),
        Ui("申请金额", "Amount", kind="money_yuan", unit="元", brief=True),
    ]
    term_months: Annotated[
        int,
        Field(ge=1, le=360, strict=True),
        Ui("贷款期限", "Term", kind="integer", unit="个月", brief=True),
    ]
    purpose: Annotated[
        LongText,
        Field(examples=["采购检测设备"]),
        Ui(
            "资金用途",
            "What the money is for",
            kind="textarea",
            hint_zh="须用于本企业生产经营，不得挪用",
            hint_en="Only for the company's own business",
            brief=True,
        ),
    ]
    repayment_method: Annotated[
        RepaymentMethod, Ui("还款方式", "Repayment", kind="choice", options=METHODS, brief=True)
    ]
    revenue_fen: Annotated[
        int | None,
        Field(ge=0, le=10**15, strict=True),
        Ui(
            "上年度营业收入",
            "Revenue of last year",
            kind="money_yuan",
            brief=True,
            unit="元",
            needed_zh="未入库的必填",
            needed_en="needed outside the library",
            hint_zh="已入备选企业库的，以库内核实的数字为准，可不填",
            hint_en="Leave empty if you are in the library: its verified figures count",
        ),
    ] = None
    staff: Annotated[
        int | None,
        Field(ge=0, le=1_000_000, strict=True),
        Ui(
            "从业人员",
            "Staff",
            kind="integer",
            brief=True,
            unit="人",
            needed_zh="未入库的必填",
            needed_en="needed outside the library",
            hint_zh="已入备选企业库的可不填",
            hint_en="Leave empty if you are in the library",
        ),
    ] = None
    first_loan: Annotated[
        bool,
        Ui(
            "这是本企业第一次向银行贷款（首贷）",
            "This is the company's first bank loan",
            kind="yes_no",
            brief=True,
        ),
    ] = False
    first_loan_evidence: Annotated[
        str | None,
        StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
        Ui(
            "首贷依据",
            "What shows it",
            hint_zh="例如企业信用报告编号；由银行查询核实",
            hint_en="For instance the number of the credit report; the bank verifies it",
            shown_when=("first_loan", "true"),
            needed=True,
            brief=True,
        ),
    ] = None
    preferred_bank: Annotated[
        str | None,
        StringConstraints(pattern=r"^[a-z0-9-]{1,60}$"),
        Ui(
            "意向银行",
            "Preferred bank",
            kind="choice",
            options_href="/partners",
            hint_zh="可不选；该行不办理本地区本产品时由系统分派",
            hint_en="Optional; a bank that does not offer this product here is passed over",
        ),
    ] = None
    contact_phone: Annotated[
        Phone | None,
        Ui(
            "联系电话",
            "Phone",
            kind="phone",
            hint_zh="只给受理的银行看，便于核实和约谈",
            hint_en="Only for the bank that takes the application, to verify and to meet",
            default=Default("@account/phone"),
        ),
    ] = None


PAGES = (
    FormPage("enterprise", "哪家企业申请", "Which company", ("uscc",)),
    FormPage("product", "申请哪种贷款", "Which loan", ("product_code",)),
    FormPage(
        "loan",
        "金额、期限和还款方式",
        "Amount, term and repayment",
        ("amount_fen", "term_months", "repayment_method"),
    ),
    FormPage("purpose", "资金用途", "What the money is for", ("purpose",)),
    FormPage(
        "figures",
        "经营情况",
        "The company's figures",
        ("revenue_fen", "staff"),
        hint_zh="没有入库的企业请填写",
        hint_en="Only for companies outside the library",
    ),
    FormPage("first_loan", "是否首贷", "First loan", ("first_loan", "first_loan_evidence")),
    FormPage("bank", "意向银行和联系电话", "Bank and phone", ("preferred_bank", "contact_phone")),
)
