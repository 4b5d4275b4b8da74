"""Facts that stop a loan application."""

from kit.errors import Problem


class ApplicationAlreadyOpen(Problem):
    code = "application_already_open"
    status = 409
    title_zh = "该企业已有一件同一产品的贷款申请在办"
    title_en = "The company's application for this product is open already"


class OwnApplication(Problem):
    code = "own_application"
    status = 403
    title_zh = "申请人本人不得代表银行办理该申请"
    title_en = "Whoever applies does not decide on it for the bank"
