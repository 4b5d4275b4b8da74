"""What register and licence print of any filing, in words: who registers, and where the company sits."""

from datetime import date

from services.registration.filings.domicile import Domicile
from services.registration.reference import store as reference


def authority_name(region_code: str, day: date) -> str:
    """登记机关: the market regulator of the county, without the province in front."""
    region = reference.region(region_code, on=day)
    province = reference.region(region_code[:2] + "0000", on=day)
    full = region.full_name_zh if region else ""
    return full.removeprefix(province.full_name_zh if province else "") + "市场监督管理局"


def domicile_text(domicile: Domicile, day: date) -> str:
    """住所 as the licence prints it, with the mark of a hosted address."""
    region = reference.region(domicile.region_code, on=day)
    mark = "（集群注册）" if domicile.kind == "hosted" else ""
    return f"{region.full_name_zh if region else ''}{domicile.street}{mark}"
