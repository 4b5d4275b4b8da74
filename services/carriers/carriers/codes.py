"""The codes of the carrier list and their labels. Types and tiers are data: GET /carrier-types."""

from kit.codelists import CodeList

FIELDS = CodeList(
    "specialised_fields",
    {
        "information_technology": ("新一代信息技术", "Information technology"),
        "biomedicine": ("生物医药", "Biomedicine"),
        "new_materials": ("新材料", "New materials"),
        "smart_manufacturing": ("智能制造", "Smart manufacturing"),
        "new_energy": ("新能源", "New energy"),
        "modern_agriculture": ("现代农业", "Modern agriculture"),
        "culture_and_design": ("文化创意", "Culture and design"),
        "modern_services": ("现代服务", "Modern services"),
    },
)
STAGES = CodeList(
    "carrier_stages",
    {
        "nursery": ("苗圃", "Nursery"),
        "incubation": ("孵化", "Incubation"),
        "acceleration": ("加速", "Acceleration"),
        "community": ("社区", "Community"),
        "base": ("基地", "Base"),
    },
)
BRANDS = CodeList(
    "carrier_brands",
    {
        "suqing_c_space": ("苏青C空间", "Suqing C Space"),
        "suqing_flagship": ("苏青优店（旗舰）", "Suqing flagship store"),
        "six_new": ("“六新”机构", "“Six new” body"),
    },
)
"""Brands and honours (policies A 二.2, C 二(一)). Given by their owners, never by the operator."""
SITE_ORIGINS = CodeList(
    "site_origins",
    {
        "idle_factory": ("闲置厂房改造", "Converted factory"),
        "idle_warehouse": ("闲置仓库改造", "Converted warehouse"),
        "office_building": ("商务楼宇", "Office building"),
        "campus": ("高校院所", "Campus"),
        "new_building": ("新建", "New building"),
    },
)
"""Where a place comes from (policy B 三.4)."""
OPERATOR_TYPES = CodeList(
    "operator_types",
    {
        "park": ("园区型", "Park"),
        "university": ("高校院所型", "University or institute"),
        "leading_enterprise": ("骨干企业型", "Leading enterprise"),
    },
)
"""The three operator models of demonstration bases (policy E 7)."""
SPACES = CodeList(
    "carrier_spaces",
    {
        "work": ("工作空间", "Work"),
        "network": ("网络空间", "Network"),
        "social": ("社交空间", "Social"),
        "resource": ("资源共享空间", "Shared resources"),
    },
)
"""The four kinds of space (policy B 二(一))."""
CODE_LISTS = (FIELDS, STAGES, BRANDS, SITE_ORIGINS, OPERATOR_TYPES, SPACES)
