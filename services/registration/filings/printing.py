"""What register and licence print of any filing, in words: who registers, and where the company sits."""

from datetime import date
from typing import Any

from kit.clock import shanghai_date
from kit.regions import table as regions
from kit.rulings import Office
from services.registration.filings.domicile import Domicile

AUTHORITY = "市场监督管理局"


def authority_name(region_code: str, day: date) -> str:
    """登记机关: the market regulator of the county, without the province in front."""
    region = regions.region(region_code, on=day)
    province = regions.region(region_code[:2] + "0000", on=day)
    full = region.full_name_zh if region else ""
    return full.removeprefix(province.full_name_zh if province else "") + AUTHORITY


def office_of(case: Any) -> Office:
    """The authority that decides on a case; who hears an appeal sits in the same county."""
    day = shanghai_date(case.updated_at)
    authority = authority_name(case.region_code, day)
    place = authority.removesuffix(AUTHORITY)
    return Office(
        name=(authority, authority),
        government=(f"{place}人民政府", f"{place}人民政府") if place else None,
        court=(f"{place}人民法院", f"{place}人民法院") if place else None,
    )


def domicile_text(domicile: Domicile, day: date) -> str:
    """住所 as the licence prints it, with the mark of a hosted address."""
    region = regions.region(domicile.region_code, on=day)
    mark = "（集群注册）" if domicile.kind == "hosted" else ""
    return f"{region.full_name_zh if region else ''}{domicile.street}{mark}"
