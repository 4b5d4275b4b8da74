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
CODE_LISTS = (FIELDS, STAGES)
