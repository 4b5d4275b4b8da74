"""The guide texts (办事指南) and materials of a compensation claim, zh-CN and en."""

from kit.matters import Guide, Material

MATERIALS = (
    Material(
        "loan_contract",
        "借款合同和借据",
        "Loan contract and receipt",
        required=False,
        hint_zh="由银行保存；审核部门要求时上传",
        hint_en="Kept by the bank; upload when the reviewers ask for it",
    ),
    Material(
        "demand",
        "催收凭证",
        "Evidence of the demand for payment",
        required=False,
        hint_zh="催收函、送达回执或受理通知书",
        hint_en="Letter of demand, receipt of service or the court's notice",
    ),
)

GUIDE = Guide(
    summary=(
        "备案贷款违约后，银行申请由风险补偿资金按比例分担未偿还本金。",
        "After a filed loan defaults, the bank claims the pool's shares of the unpaid principal.",
    ),
    who=(
        "发放该笔贷款的合作银行；也可以由银行系统通过接口申请。",
        "The partner bank that made the loan; its own system may also claim over the bank API.",
    ),
    result=(
        "省、市、区县按贷款备案时约定的比例拨付补偿，银行承担其余部分；此后追回的本金扣除费用后按同样比例返还。",
        "Province, city and county pay their shares as filed with the loan, the bank bears its own; what is "
        "recovered later flows back, less costs, in the same shares.",
    ),
    legal_basis=(
        (
            "省普惠金融发展风险补偿基金有关规定（比例未公开，均为演示参数）",
            "Rules of the provincial risk compensation fund (shares not public: demonstration values)",
        ),
    ),
    steps=(
        (
            "银行提交：贷款放款前已备案、按约定用途使用、逾期达到规定天数、已催收；只补本金",
            "The bank claims: filed before draw-down, used as agreed, overdue long enough, payment demanded; "
            "principal only",
        ),
        ("科技和财政部门分别审核", "Science department and treasury each review"),
        ("省级批准", "The province approves"),
        ("公示 7 天，任何人可以提出异议", "Seven days of public notice; anybody may object"),
        ("财政部门按比例拨付", "The treasury pays by shares"),
        ("银行追偿，回款按比例返还资金池", "The bank recovers; the pool gets its shares back"),
    ),
)
