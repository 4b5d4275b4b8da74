"""The codes of public money and their labels."""

from kit.codelists import CodeList

POOL_SHARES = CodeList(
    "pool_shares",
    {
        "province": ("省级", "Province"),
        "city": ("市级", "City"),
        "county": ("县（市、区）级", "County"),
    },
)
CODE_LISTS = (POOL_SHARES,)
