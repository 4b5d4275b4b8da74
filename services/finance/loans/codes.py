"""Code lists of loans, with their labels. Labels never travel as values."""

from kit.codelists import CodeList
from services.finance.loans.workflow import WORKFLOW

METHODS = {
    "equal_instalments": ("等额本息", "Equal instalments"),
    "equal_principal": ("等额本金", "Equal principal"),
    "interest_first": ("按月付息、到期还本", "Monthly interest, principal at the end"),
    "bullet": ("到期一次还本付息", "All at the end"),
}
DAY_COUNTS = {
    "ACT/360": ("实际天数/360", "Actual days over 360"),
    "ACT/365": ("实际天数/365", "Actual days over 365"),
    "30/360": ("30天/360", "30 days over 360"),
}
CLASSIFICATIONS = {
    "normal": ("正常", "Normal"),
    "special_mention": ("关注", "Special mention"),
    "substandard": ("次级", "Substandard"),
    "doubtful": ("可疑", "Doubtful"),
    "loss": ("损失", "Loss"),
}
ENTRY_KINDS = {
    "disbursement": ("放款", "Disbursement"),
    "repayment": ("还款", "Repayment"),
    "classification": ("五级分类", "Classification"),
    "restructuring": ("重组", "Restructuring"),
    "renewal": ("续贷", "Renewal"),
    "compensation": ("风险补偿", "Compensation"),
    "compensation_lifted": ("风险补偿撤回", "Compensation taken back"),
    "write_off": ("核销", "Write-off"),
    "reversal": ("冲正", "Reversal"),
}
PURPOSES = {
    "instalment": ("按期还款", "Instalment"),
    "prepayment": ("提前还款", "Prepayment"),
    "recovery": ("追偿收入", "Recovery"),
}
ALLOCATION = {
    "overdue_interest": ("逾期利息", "Overdue interest"),
    "overdue_principal": ("逾期本金", "Overdue principal"),
    "interest": ("利息", "Interest"),
    "principal": ("本金", "Principal"),
}
"""In the order in which a repayment is used (lines.py)."""

CODE_LISTS = [
    CodeList("loan_states", {s.code: (s.zh, s.en) for s in WORKFLOW.states}),
    CodeList("repayment_methods", METHODS),
    CodeList("day_counts", DAY_COUNTS),
    CodeList("loan_classifications", CLASSIFICATIONS),
    CodeList("loan_entry_kinds", ENTRY_KINDS),
    CodeList("repayment_purposes", PURPOSES),
    CodeList("repayment_allocation", ALLOCATION),
]
