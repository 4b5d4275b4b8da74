"""A whole name from its parts (名称规定 art. 6): 行政区划, 字号, 行业, 组织形式, in this order.

Exists so that nobody has to know how the pieces are put together. Must not judge the result: that is
what a check is for.
"""

from datetime import date

from kit.regions import table as regions
from services.registration.names.errors import UnknownRegion
from services.registration.names.normalising import normalise
from services.registration.names.regions import authority_of, load_regions
from services.registration.reference import store as reference


def region_word(region_code: str, *, on: date) -> str:
    """The region as most names carry it: the registration authority's, without its kind (青屿市 → 青屿).
    Raises UnknownRegion."""
    region = regions.region(region_code, on=on)
    table = load_regions(on)
    authority = table.by_code.get(authority_of(region_code))
    if region is None or region.level == "districts" or authority is None:
        raise UnknownRegion
    return authority.stem


def compose(
    *, region_code: str, trade_name: str, industry: str, organization_form: str, on: date
) -> str:
    """The name with the shortest ending that its form allows (有限公司 of 有限责任公司). What the applicant
    wrote together with the trade name or the industry already (the region, the ending) is not written
    twice."""
    forms = {form.code: form for form in reference.organization_forms()}
    ending = min(forms[organization_form].endings, key=len)
    region = region_word(region_code, on=on)
    trade, line = normalise(trade_name).removeprefix(region), normalise(industry)
    for known in sorted(forms[organization_form].endings, key=len, reverse=True):
        trade, line = trade.removesuffix(known), line.removesuffix(known)
    return f"{region}{trade.removesuffix(line)}{line}{ending}"
