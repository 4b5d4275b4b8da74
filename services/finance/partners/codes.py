"""The kinds of partners and their labels (江苏 2017 工作要点 五.13)."""

from kit.codelists import CodeList

PARTNER_KINDS = CodeList(
    "partner_kinds",
    {
        "commercial_bank": ("商业银行", "Commercial bank"),
        "tech_branch": ("科技支行", "Tech branch of a bank"),
        "tech_microlender": ("科技小额贷款公司", "Tech micro-lender"),
        "tech_insurance_branch": ("科技保险支公司", "Tech insurance branch"),
    },
)
CODE_LISTS = (PARTNER_KINDS,)
