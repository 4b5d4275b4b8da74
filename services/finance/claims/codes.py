"""The codes of compensation claims and what they mean, in both languages. Words only; rules.py decides."""

from kit.codelists import CodeList

DEMANDS = {
    "letter": ("催收函", "Letter of demand"),
    "lawyers_letter": ("律师函", "Lawyer's letter"),
    "visit": ("上门催收", "Visit"),
    "lawsuit": ("诉讼或仲裁", "Lawsuit or arbitration"),
}
FINDINGS = {
    "loan_unknown": ("没有这笔贷款", "There is no such loan"),
    "filed_before_disbursement": (
        "贷款须在放款前纳入风险补偿备案",
        "The loan must be filed in the scheme before it is drawn",
    ),
    "defaulted": ("贷款须已违约", "The loan must be in default"),
    "overdue_days": ("逾期天数未达到要求", "It is not overdue long enough"),
    "funds_used_as_agreed": ("贷款须按约定用途使用", "The money must be used as agreed"),
    "demanded_after_overdue": (
        "逾期后须已催收，催收日期不能晚于今天",
        "Payment must be demanded after it fell overdue, not later than today",
    ),
    "base_is_unpaid_principal": (
        "补偿基数只能是未偿还本金，须与账面一致",
        "The base is the unpaid principal only, as the books have it",
    ),
}
RECOVERY_FINDINGS = {
    "recovery_exceeds_loss": (
        "超过尚未追回的本金；利息归银行，不在此报送",
        "More than the principal still owed; interest is the bank's and is not reported here",
    ),
    "costs_exceed_recovery": ("费用超过追回金额", "The costs are more than what came in"),
    "received_outside_recovery": (
        "到账日期须在补偿拨付日与今天之间",
        "It must be received between the payment and today",
    ),
}
SHARES = {
    "province": ("省级", "Province"),
    "city": ("市级", "City"),
    "county": ("区县级", "District or county"),
    "bank": ("银行", "Bank"),
}

CODE_LISTS = (
    CodeList("claim_demands", DEMANDS),
    CodeList("claim_findings", FINDINGS),
    CodeList("claim_recovery_findings", RECOVERY_FINDINGS),
    CodeList("compensation_shares", SHARES),
)
