"""The guide texts (办事指南) and materials of the entry into the library, zh-CN and en."""

from kit.matters import Guide, Material

MATERIALS = (
    Material(
        "figures_proof",
        "上年度财务报表或纳税申报表",
        "Accounts or tax return of the year",
        required=False,
        hint_zh="PDF 或图片；上传后核实更快",
        hint_en="PDF or image; verification is faster with it",
    ),
    Material(
        "ip_proof",
        "知识产权证书",
        "Certificates of intellectual property",
        required=False,
        hint_zh="专利证书、软件著作权登记证书等",
        hint_en="Patents, software copyrights",
    ),
)

GUIDE = Guide(
    summary=(
        "进入备选企业库，申请风险由省市共担的科技贷款。",
        "Enter the library and ask for tech loans whose risk province and city share.",
    ),
    who=(
        "在云川省登记的科技型企业，由法定代表人申请。",
        "A tech enterprise of Yunchuan, through its legal representative.",
    ),
    result=(
        "入库有效一年；到期可用新年度数据重新申请。",
        "The entry holds for a year; renew it with new figures.",
    ),
    legal_basis=(
        ("苏财金〔2021〕46号", "Su Cai Jin [2021] No. 46"),
        ("国科发政〔2017〕115号", "Guo Ke Fa Zheng [2017] No. 115"),
    ),
    steps=(
        ("选择企业，填写上年度数据", "Choose the company and give last year's figures"),
        (
            "科技部门 5 个工作日内核实（演示时限）",
            "The science department verifies in 5 working days",
        ),
        ("数据有误的，一次性告知补正", "What is wrong is told once, all together"),
        ("核实入库，可以申请贷款", "In the library you may apply for loans"),
    ),
)
