"""The guide texts (办事指南) and materials of a loan application, zh-CN and en."""

from kit.matters import Guide, Material

MATERIALS = (
    Material(
        "figures_proof",
        "上年度财务报表或纳税申报表",
        "Accounts or tax return of last year",
        required=False,
        hint_zh="PDF 或图片；已入备选企业库的可不传",
        hint_en="PDF or image; not needed from companies in the library",
    ),
    Material(
        "purpose_proof",
        "用途证明",
        "What shows the purpose",
        required=False,
        hint_zh="如采购合同、订单",
        hint_en="For instance a purchase contract",
    ),
)

GUIDE = Guide(
    summary=(
        "一次申请，按地区和产品送到合作银行；风险由省市资金池共担。",
        "Apply once; it goes to a partner bank of your region. Province and city share the risk.",
    ),
    who=(
        "备选企业库在库或孵化毕业的科技型企业，由法定代表人申请。",
        "Tech companies in the library or graduated from an incubator, by their legal representative.",
    ),
    result=(
        "银行决定：金额、年利率、期限；同意后 30 天内签约（演示时限）。",
        "The bank's decision; an offer is open for 30 days (demonstration value).",
    ),
    first=(
        "先看额度、利率、还款怎么算，以及您的企业还差哪些条件",
        "Look at amounts, rates and repayment first, and at the conditions that your company lacks",
        "loan-products",
    ),
    legal_basis=(
        ("苏财金〔2021〕46号", "Su Cai Jin [2021] No. 46"),
        ("苏财规〔2020〕14号", "Su Cai Gui [2020] No. 14"),
    ),
    steps=(
        ("选择企业和产品，填写金额和用途", "Choose company and product, give amount and purpose"),
        ("系统按产品条件逐项核对", "Each condition of the product is checked"),
        ("分派银行；2 个工作日内受理（演示时限）", "A bank gets it and accepts in 2 working days"),
        ("银行 10 个工作日内决定（演示时限）", "The bank decides in 10 working days"),
        ("同意后与银行签约，合同登记即备案", "Sign with the bank; the contract is filed at once"),
    ),
)
