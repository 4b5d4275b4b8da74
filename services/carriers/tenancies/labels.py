"""The codes of tenancies and their labels, for GET /codes. Words only."""

from kit.codelists import CodeList

GROUND_LABELS = {
    "high_tech_enterprise": ("国家高新技术企业", "High-tech enterprise"),
    "financed": ("获得投资超过 500 万元", "Investment of more than CNY 5 million"),
    "revenue": ("连续两年营业收入累计超过 1000 万元", "Revenue of two years over CNY 10 million"),
    "acquired_or_listed": ("被收购或上市", "Acquired or listed"),
}
LEFT_LABELS = {
    "left": ("自愿迁出", "Left by its own wish"),
    "expired": ("孵化期满", "The stay ended"),
    "terminated": ("运营机构清退", "Ended by the carrier"),
}
FINDINGS = {
    "carrier_unknown": ("没有这个载体", "There is no such carrier"),
    "carrier_is_your_own": ("不能申请入驻自己运营的载体", "One cannot apply to one's own carrier"),
    "name_required": ("请填写团队名称", "Name the team"),
    "team_has_no_code": (
        "团队尚无统一社会信用代码；已登记的请选择企业",
        "A team has no code yet; a registered one applies as a firm",
    ),
    "uscc_required": ("请填写统一社会信用代码", "Enter the unified social credit code"),
    "enterprise_not_yours": (
        "没有找到由您担任法定代表人的这家企业",
        "There is no such firm of which you are the legal representative",
    ),
    "date_in_past": ("日期不能早于今天", "The date cannot be in the past"),
    "stay_limit_exceeded": ("超过最长入驻时间", "Longer than the longest stay"),
    "admission_sci_tech": (
        "该载体只接受科技型企业或科技类项目",
        "This carrier takes sci-tech firms and projects only",
    ),
    "admission_works_on_site": (
        "主要研发、办公须在载体内",
        "Research and office have to be on site",
    ),
    "admission_age_months": (
        "企业在入驻之日成立已超过规定时间",
        "The firm is older on the day of entry than this carrier takes",
    ),
    "admission_registered_firm": (
        "该载体只接受已登记的企业",
        "This carrier takes registered firms only",
    ),
    "date_in_future": ("日期不能晚于今天", "The date cannot be in the future"),
    "stay_starts_in_past": ("入驻日期不能早于今天", "The stay cannot start in the past"),
    "stay_starts_too_late": ("入驻日期太晚", "The stay starts too late"),
    "stay_not_longer": (
        "须晚于现在的到期日",
        "It must be later than the present last day",
    ),
    "unknown_workstation": (
        "没有这些工位，或已停用",
        "There are no such seats, or they are closed",
    ),
    "graduation_ground_not_met": ("未达到该毕业条件", "The threshold of this ground is not met"),
}
CODE_LISTS = (
    CodeList("graduation_grounds", GROUND_LABELS),
    CodeList("leaving_grounds", LEFT_LABELS),
    CodeList("tenancy_findings", FINDINGS),
)
