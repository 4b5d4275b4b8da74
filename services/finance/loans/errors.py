"""Facts that stop what a bank reports of a loan, each with its stable code."""

from kit.errors import Problem


class BankReferenceUsed(Problem):
    code = "bank_reference_used"
    status = 409
    title_zh = "该银行流水号已使用过"
    title_en = "The bank has used this reference before; `existing` says for what"


class ContractOutsideDecision(Problem):
    code = "contract_outside_decision"
    status = 422
    title_zh = "合同条款超出审批决定"
    title_en = "The contract goes beyond what was decided"


class ProductWithoutCover(Problem):
    code = "product_without_cover"
    status = 422
    title_zh = "该产品没有风险补偿参数"
    title_en = "The product has no risk-sharing parameters on this day"


class DisbursementOverContract(Problem):
    code = "disbursement_over_contract"
    status = 422
    title_zh = "放款金额超过合同金额"
    title_en = "More would be drawn than the contract allows"


class ValueDateRefused(Problem):
    code = "value_date_refused"
    status = 422
    title_zh = "起息日不符合要求"
    title_en = "The value date cannot be taken"


class Overpayment(Problem):
    code = "overpayment"
    status = 422
    title_zh = "还款金额超过应还金额"
    title_en = "More than is due; `errors[].values` says how much that is"


class EntryNotReversible(Problem):
    code = "entry_not_reversible"
    status = 409
    title_zh = "该记录不能冲正"
    title_en = "This entry cannot be reversed"


class AlreadyReversed(Problem):
    code = "entry_already_reversed"
    status = 409
    title_zh = "该记录已冲正"
    title_en = "This entry has been reversed before"


class LoanMoveRefused(Problem):
    code = "loan_move_refused"
    status = 409
    title_zh = "贷款当前状态不能进行该操作"
    title_en = "The loan's present state does not allow this"


class LoanMoveBlocked(Problem):
    code = "loan_move_blocked"
    status = 409
    title_zh = "条件尚未满足，贷款暂不能进行该操作"
    title_en = "A condition of this action does not hold for the loan"


class RestructuringRefused(Problem):
    code = "restructuring_refused"
    status = 422
    title_zh = "重组条款不符合要求"
    title_en = "The restructuring's terms cannot be taken"


class RenewalRefused(Problem):
    code = "renewal_refused"
    status = 422
    title_zh = "续贷条款不符合要求"
    title_en = "The renewal's terms cannot be taken"
