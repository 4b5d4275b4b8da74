"""The codes of the product catalogue and their labels."""

from kit.codelists import CodeList
from services.finance.products.eligibility.rules import finding_labels

PRODUCT_KINDS = CodeList(
    "product_kinds",
    {
        "tech_credit": ("科技信用贷款", "Tech credit loan"),
        "insured_loan": ("保证保险贷款", "Loan with guarantee insurance"),
        "startup_guaranteed_loan": ("创业担保贷款", "Start-up guaranteed loan"),
        "patent_pledge_loan": ("专利权质押贷款", "Patent pledge loan"),
        "linked_loan": ("投贷联动", "Investment-linked loan"),
    },
)
BORROWERS = CodeList(
    "borrowers",
    {
        "person": ("个人创业者", "A person starting up"),
        "small_enterprise": ("小微企业", "Small or micro enterprise"),
        "sci_tech_sme": ("科技型中小企业", "Sci-tech SME"),
    },
)
UNITS = CodeList(
    "parameter_units",
    {
        "fen": ("分", "fen (1/100 yuan)"),
        "month": ("个月", "months"),
        "percent": ("%", "per cent"),
        "basis_point": ("基点", "basis points"),
        "day": ("天", "days"),
        "times": ("次", "times"),
        "code": ("代码", "a code"),
    },
)
CRITERIA_FINDINGS = CodeList("criteria_findings", finding_labels())
CODE_LISTS = (PRODUCT_KINDS, BORROWERS, UNITS, CRITERIA_FINDINGS)
