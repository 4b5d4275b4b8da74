"""What can stand in the way of giving public money or taking it back."""

from kit.errors import Problem


class VoucherExists(Problem):
    code = "voucher_exists"
    status = 409
    title_zh = "该凭证号已使用过"
    title_en = "A voucher with this number has been proposed or confirmed"


class MoneyBound(Problem):
    code = "money_bound"
    status = 409
    title_zh = "该笔资金已被占用，不能冲正"
    title_en = "The money is bound: what would remain does not carry what is promised"


class ReversalDateRefused(Problem):
    code = "reversal_date_refused"
    status = 422
    title_zh = "冲正日期须在入账日与今天之间"
    title_en = "The value date must lie between the booking and today"
