"""The ten service categories of policy C and the standings of a provider, for GET /codes."""

from kit.codelists import CodeList

CATEGORIES = {
    "policy_guidance": ("政策指导", "Policy guidance"),
    "management_consulting": ("管理咨询", "Management consulting"),
    "talent_training": ("人才培训", "Training"),
    "startup_mentoring": ("创业辅导", "Start-up mentoring"),
    "technical_support": ("技术支持", "Technical support"),
    "market_development": ("市场开拓", "Market development"),
    "financing_guarantee": ("融资担保", "Financing and guarantees"),
    "legal_aid": ("法律维权", "Legal aid"),
    "e_commerce": ("电子商务", "E-commerce"),
    "agency": ("事务代理", "Agency"),
}
STANDINGS = {
    "active": ("正常", "Active"),
    "warning": ("警示", "Warning"),
    "suspended": ("暂停服务", "Suspended"),
    "removed": ("已移出", "Removed"),
}
CODE_LISTS = (
    CodeList("service_categories", CATEGORIES),
    CodeList("provider_standings", STANDINGS),
)
