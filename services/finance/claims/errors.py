"""Facts that stop a compensation claim, each with its stable code."""

from kit.errors import Problem


class ClaimConditionsNotMet(Problem):
    code = "claim_conditions_not_met"
    status = 422
    title_zh = "不符合风险补偿条件"
    title_en = "The conditions of compensation are not met"


class LoanAlreadyClaimed(Problem):
    code = "loan_already_claimed"
    status = 409
    title_zh = "该笔贷款已有补偿申请"
    title_en = "There is a claim for this loan already"


class NothingToCompensate(Problem):
    code = "nothing_to_compensate"
    status = 422
    title_zh = "本金已还清，无需补偿"
    title_en = "The principal has been paid: there is nothing to compensate"


class RecoveryRefused(Problem):
    code = "recovery_refused"
    status = 422
    title_zh = "该笔追偿收入不能入账"
    title_en = "The recovery cannot be booked"


class RecoveryAlreadyReversed(Problem):
    code = "recovery_already_reversed"
    status = 409
    title_zh = "该笔追偿收入已冲正"
    title_en = "The recovery has been reversed before"
