"""What the codes of loan applications mean, in both languages. Words only; rules.py decides.

The codes of failing criteria are made from the criteria themselves (products/codes.py).
"""

from kit.codelists import CodeList
from services.finance.applications.workflow import OUTCOMES

FINDINGS = {
    "enterprise_not_yours": (
        "您不是该企业登记的法定代表人",
        "You are not the company's registered legal representative",
    ),
    "product_not_offered": (
        "该产品目前不在企业所在地区办理",
        "The product is not offered where the company is",
    ),
    "product_not_applied_for_here": (
        "该产品暂未开通线上申请",
        "This product cannot be applied for here yet",
    ),
    "no_partner_bank": (
        "企业所在地区还没有办理该产品的合作银行",
        "No partner bank offers this product where the company is",
    ),
    "amount_over_limit": ("超过该产品的最高额度", "This is more than the product allows"),
    "term_over_limit": ("超过该产品的最长期限", "This is longer than the product allows"),
    "rate_over_limit": ("超过该产品的最高利率", "This rate is higher than the product allows"),
    "offer_over_limit": (
        "超过申请金额或该产品的最高额度",
        "This is more than was asked for or than the product allows",
    ),
    "offer_in_a_refusal": ("不同意贷款的，不填批准条件", "A refusal has no offer"),
    "not_the_first_loan": (
        "该企业此前已有贷款合同，不是首贷",
        "The company has had a loan contract, so this is not its first",
    ),
    "first_loan_unproved": ("请填写首贷依据", "Say what shows that it is the first loan"),
}
CODE_LISTS = (
    CodeList("loan_application_findings", FINDINGS),
    CodeList("decision_outcomes", OUTCOMES),
)
