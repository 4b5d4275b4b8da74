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

FINDINGS = {
    "over_decision": ("超过银行批准的条件", "This is more than was decided"),
    "not_as_decided": ("与银行批准的条件不一致", "This is not what was decided"),
    "before_decision": ("签约日期早于批准日期", "It was signed before it was decided"),
    "over_contract": ("超过合同尚未发放的金额", "This is more than is left to draw"),
    "over_due": ("超过应还金额", "This is more than is due"),
    "paid_by_later_entries": (
        "其后的还款已还清该期应还款项",
        "What was due on that day has been paid by later entries",
    ),
    "in_the_future": ("日期不能晚于今天", "The day is in the future"),
    "before_filing": ("早于合同备案日期", "This is before the contract was filed"),
    "before_a_later_entry": ("早于已入账的记录", "This is before an entry that was booked"),
    "before_the_plan": ("早于现行还款计划", "This is before the present plan began"),
    "after_the_last_instalment": (
        "已过最后一期还款日",
        "This is after the last instalment's day",
    ),
    "after_the_time_to_draw": ("已过提款期限", "The time to draw is over"),
    "not_today": ("续贷只能当日办理", "A renewal counts from today only"),
    "interest_unpaid": ("截至当日利息未结清", "Interest up to this day is unpaid"),
    "over_present_rate": ("高于现行利率", "This is dearer than the present rate"),
    "over_product": ("超过该产品的最长期限", "This is longer than the product allows"),
    "over_extension": (
        "各次重组合计已超过可延长的期限，贷款须在该日前到期",
        "All restructurings together would end the loan later than it may; `latest` is the last day",
    ),
}
"""What the rules of this room find, wherever a bank reports it."""

CODE_LISTS = [
    CodeList("loan_findings", FINDINGS),
    CodeList("loan_states", {s.code: (s.zh, s.en) for s in WORKFLOW.states}),
    CodeList("repayment_methods", METHODS),
    CodeList("day_counts", DAY_COUNTS),
    CodeList("loan_classifications", CLASSIFICATIONS),
    CodeList("loan_entry_kinds", ENTRY_KINDS),
    CodeList("repayment_purposes", PURPOSES),
    CodeList("repayment_allocation", ALLOCATION),
]
