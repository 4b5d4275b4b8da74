"""The guide texts (办事指南) and materials of the premium subsidy, zh-CN and en."""

from kit.matters import Guide, Material

MATERIALS = (
    Material(
        "policy",
        "保险单",
        "Insurance policy",
        hint_zh="载明险种、保险期间和保费，PDF 或图片",
        hint_en="With cover, period and premium; PDF or image",
    ),
    Material(
        "invoice",
        "保费发票",
        "Invoice of the premium",
        hint_zh="购买方须为本企业",
        hint_en="Made out to the enterprise",
    ),
    Material(
        "payment_proof",
        "缴费凭证",
        "Proof of payment",
        hint_zh="银行回单，付款方须为本企业",
        hint_en="Bank receipt; the payer must be the enterprise",
    ),
)

GUIDE = Guide(
    summary=(
        "企业投保科技保险并缴费后，按比例领回部分保费。",
        "After paying for sci-tech insurance, an enterprise gets part of the premium back.",
    ),
    who=(
        "在云川省登记的企业，由法定代表人申报；首次申报的企业优先。",
        "An enterprise of Yunchuan, through its legal representative; first-time applicants go first.",
    ),
    result=(
        "补贴拨付到企业账户。产品责任、质量保证、小额贷款保证、研发责任、关键研发设备五类险种不超过保费的 "
        "50 %，人员类和董事高管责任险不超过 30 %；每户企业每年不超过 30 万元（均为演示参数）。",
        "Money in the enterprise's account: at most 50 % of the premium for product liability, quality "
        "guarantee, small-loan guarantee, R&D liability and key equipment, 30 % for personnel and directors' "
        "covers; at most 300,000 yuan per enterprise and year (demonstration values).",
    ),
    legal_basis=(
        (
            "《2017年发展众创空间推进大众创新创业工作要点》第十四条：科技保险保费补贴",
            "Work points 2017, item 14: premium subsidies for sci-tech insurance",
        ),
        (
            "补贴比例和上限为演示参数，参照苏州公开做法",
            "Rates and limits are demonstration values after what Suzhou has published",
        ),
    ),
    steps=(
        (
            "选择企业，填写保单和已缴保费",
            "Choose the enterprise; enter the policy and what was paid",
        ),
        ("上传保险单、发票和缴费凭证", "Upload the policy, the invoice and the proof of payment"),
        (
            "科技部门审核，需要补正的一次告知",
            "The science department reviews; whatever has to be corrected is said at once",
        ),
        ("公示 7 天，任何人可以提出异议", "Seven days of public notice; anybody may object"),
        ("财政部门拨付", "The treasury pays"),
    ),
)
