"""What can be wrong with a posting."""

from kit.errors import Problem


class InsufficientFunds(Problem):
    code = "insufficient_funds"
    status = 422
    title_zh = "账户余额不足"
    title_en = "The account does not hold that much"


class TransactionExists(Problem):
    code = "transaction_exists"
    status = 409
    title_zh = "该凭证号已记账"
    title_en = "A transaction with this reference has been made"


class AlreadyReversed(Problem):
    code = "already_reversed"
    status = 409
    title_zh = "该凭证已冲正，不能再次冲正"
    title_en = "The transaction is reversed, or is itself a reversal"


class NotPending(Problem):
    code = "not_pending"
    status = 409
    title_zh = "该凭证不在待记账状态"
    title_en = "The transaction is not pending"


class NotPosted(Problem):
    code = "not_posted"
    status = 409
    title_zh = "该凭证尚未记账，不能冲正"
    title_en = "Only a posted transaction can be reversed; void a pending one"


class UnknownTransaction(Problem):
    code = "unknown_transaction"
    status = 404
    title_zh = "没有该凭证"
    title_en = "There is no transaction with this reference"
