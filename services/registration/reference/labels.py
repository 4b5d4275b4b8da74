"""Labels of the codes that reference data shows (GET /codes). A test holds them against the tables."""

from kit.codelists import CodeList

CODE_LISTS = (
    CodeList(
        "region_levels",
        {
            "province": ("省级", "Province"),
            "prefecture": ("地级", "Prefecture"),
            "county": ("县级", "County"),
            "districts": ("市辖区（统称）", "Municipal districts (as a whole)"),
        },
    ),
    CodeList(
        "industry_levels",
        {
            "section": ("门类", "Section"),
            "division": ("大类", "Division"),
            "class": ("小类", "Class"),
        },
    ),
    CodeList(
        "scope_kinds",
        {"general": ("一般项目", "General item"), "licensed": ("许可项目", "Licensed item")},
    ),
    CodeList(
        "scope_approvals",
        {
            "none": ("无需审批", "No approval"),
            "pre": ("前置审批", "Approval before the licence"),
            "post": ("后置审批", "Approval after the licence"),
        },
    ),
    CodeList(
        "entity_groups",
        {
            "company": ("公司", "Company"),
            "branch": ("分支机构", "Branch"),
            "partnership": ("合伙企业", "Partnership"),
            "sole_proprietorship": ("个人独资企业", "Sole proprietorship"),
            "individual_business": ("个体工商户", "Individual business"),
            "cooperative": ("农民专业合作社", "Farmers' cooperative"),
        },
    ),
    CodeList(
        "negative_lists",
        {
            "market_access": ("市场准入负面清单", "Market access negative list"),
            "foreign_investment": ("外商投资准入负面清单", "Foreign investment negative list"),
        },
    ),
    CodeList(
        "restriction_effects",
        {"banned": ("禁止", "Closed"), "needs_approval": ("须经许可", "Needs approval")},
    ),
    CodeList(
        "parameter_units",
        {
            "workdays": ("工作日", "working days"),
            "days": ("日", "days"),
            "months": ("个月", "months"),
            "years": ("年", "years"),
            "hours": ("小时", "hours"),
            "minutes": ("分钟", "minutes"),
            "date": ("日期", "date"),
            "percent": ("%", "per cent"),
            "persons": ("人", "persons"),
            "firms": ("户", "firms"),
            "characters": ("个汉字", "characters"),
            "m2": ("平方米", "m²"),
            "codes": ("代码", "codes"),
        },
    ),
)
