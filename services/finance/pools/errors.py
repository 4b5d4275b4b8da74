"""What can stand in the way of public money."""

from kit.errors import Problem


class PoolNotFound(Problem):
    code = "pool_not_found"
    status = 404
    title_zh = "没有该风险补偿资金池"
    title_en = "There is no such risk pool"


class PoolExhausted(Problem):
    code = "pool_exhausted"
    status = 422
    title_zh = "风险补偿资金池额度不足"
    title_en = "The risk pool cannot answer for that much"


class PoolStopped(Problem):
    code = "pool_stopped"
    status = 422
    title_zh = "资金池不良率达到熔断线，暂停新增"
    title_en = "The pool's share of bad loans has reached its stop line: no new cover"


class CoverExists(Problem):
    code = "cover_exists"
    status = 409
    title_zh = "该笔贷款已在资金池备案"
    title_en = "The pool already answers for this loan"


class CoverNotFound(Problem):
    code = "cover_not_found"
    status = 404
    title_zh = "该笔贷款未在资金池备案"
    title_en = "No pool answers for this loan"


class BaseExceedsCover(Problem):
    code = "base_exceeds_cover"
    status = 422
    title_zh = "补偿基数超过在保本金余额"
    title_en = "The base is more than the covered principal that is unpaid"


class CompensationExists(Problem):
    code = "compensation_exists"
    status = 409
    title_zh = "该补偿申请已付款"
    title_en = "This claim has been paid"


class CompensationNotFound(Problem):
    code = "compensation_not_found"
    status = 404
    title_zh = "该补偿申请尚未付款"
    title_en = "Nothing has been paid on this claim"


class CostsExceedRecovery(Problem):
    code = "costs_exceed_recovery"
    status = 422
    title_zh = "追偿费用超过追偿金额"
    title_en = "The costs are more than what was recovered"


class RecoveryExists(Problem):
    code = "recovery_exists"
    status = 409
    title_zh = "该笔追偿已登记"
    title_en = "This recovery has been recorded"


class AlreadyClawedBack(Problem):
    code = "already_clawed_back"
    status = 409
    title_zh = "该笔补偿已追回"
    title_en = "The compensation has been clawed back"


class BudgetNotFound(Problem):
    code = "budget_not_found"
    status = 404
    title_zh = "没有该预算"
    title_en = "There is no such budget"


class BudgetExhausted(Problem):
    code = "budget_exhausted"
    status = 422
    title_zh = "预算额度不足"
    title_en = "The budget does not reach that far"


class CommitmentExists(Problem):
    code = "commitment_exists"
    status = 409
    title_zh = "该事项已占用预算"
    title_en = "This matter has its commitment already"


class CommitmentPaid(Problem):
    code = "commitment_paid"
    status = 409
    title_zh = "该事项已付款"
    title_en = "This commitment has been paid"
