"""What the codes of the library mean, in both languages. Words only; rules.py decides."""

from kit.codelists import CodeList
from services.finance.candidates.form import TITLES

FINDINGS = {
    "enterprise_not_yours": (
        "您不是该企业登记的法定代表人",
        "You are not the company's registered legal representative",
    ),
    "year_impossible": (
        "数据年度须在企业成立之后、今年以内",
        "The year must lie between the founding and today",
    ),
    "figures_too_old": (
        "请填上一年度或今年的数据",
        "Give the figures of last year or of this year",
    ),
    "more_than_the_whole": ("不能多于总数", "This is more than the whole"),
}
END_REASONS = {
    "superseded": ("已由新入库替代", "Replaced by a newer entry"),
    "expired": ("有效期满", "Its time was over"),
    "removed": ("已移出", "Removed"),
    "refused": ("不予入库", "Refused"),
    "withdrawn": ("已撤回", "Withdrawn"),
    "lapsed": ("逾期未补正", "Lapsed"),
}
CODE_LISTS = (
    CodeList("candidate_findings", FINDINGS),
    CodeList("candidate_titles", TITLES),
    CodeList("candidate_end_reasons", END_REASONS),
)
