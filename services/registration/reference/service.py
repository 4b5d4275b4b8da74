"""Finding reference data: filters over the packaged tables, and their views.

Filters are pure functions over what `store` holds; a page is cut by the caller. Nothing here
writes, and nothing decides what a region or an item means for a case.
"""

from collections.abc import Sequence
from datetime import date

from kit.errors import NotFound
from kit.regions import table as regions
from kit.schemas import Label
from services.registration.reference import store
from services.registration.reference.schemas import (
    IndustryView,
    OrganizationFormView,
    ParameterView,
    RegionHistoryView,
    RegionView,
    RestrictionView,
    ScopeItemView,
)
from services.registration.reference.searching import search


def _matches(query: str | None, *texts: str) -> bool:
    return query is None or any(query.casefold() in text.casefold() for text in texts)


def find_regions(
    *, on: date, parent: str | None, query: str | None, level: str | None
) -> Sequence[regions.Region]:
    """Regions in force on a day, by code. `query` is part of a name (zh or en) or of a code.

    `parent` "root" gives the provinces.
    """
    wanted = None if parent == "root" else parent
    return [
        r
        for r in regions.regions_on(on)
        if (parent is None or r.parent == wanted)
        and (level is None or r.level == level)
        and _matches(query, r.full_name_zh, r.name_en, r.code)
    ]


def read_region(code: str, *, on: date) -> RegionHistoryView:
    """A code with all its names. Raises NotFound for a code that never was."""
    history = regions.region_history(code)
    if not history:
        raise NotFound
    present = regions.region(code, on=on)
    return RegionHistoryView(
        code=code,
        present=region_view(present) if present else None,
        history=[region_view(r) for r in history],
    )


def find_industries(
    *, parent: str | None, level: str | None, query: str | None
) -> Sequence[store.Industry]:
    """Industries in the order of the standard; those that a query may mean, best first."""
    rows = [
        i
        for i in store.industries()
        if (parent is None or i.parent == parent) and (level is None or i.level == level)
    ]
    return search(query, rows) if query else sorted(rows, key=lambda i: i.code)


def find_scope_items(
    *, query: str | None, industry: str | None, approval: str | None
) -> Sequence[store.ScopeItem]:
    """Scope items by code, or those that a query may mean, best first; `industry` is a class or the
    beginning of one (its division)."""
    rows = [
        item
        for item in store.scope_items()
        if (industry is None or item.industry.startswith(industry))
        and (approval is None or item.approval == approval)
    ]
    return search(query, rows) if query else sorted(rows, key=lambda item: item.code)


def find_parameters(*, on: date | None, key: str | None) -> Sequence[store.Parameter]:
    """Values by key and time: all of them, or those in force on a day; `key` is a beginning."""
    return sorted(
        (
            p
            for p in store.parameters()
            if (on is None or p.in_force(on)) and (key is None or p.key.startswith(key))
        ),
        key=lambda p: (p.key, p.valid_from),
    )


def region_view(row: regions.Region) -> RegionView:
    return RegionView(
        code=row.code,
        name=Label(zh=row.name_zh, en=row.name_en),
        full_name_zh=row.full_name_zh,
        level=row.level,
        parent=row.parent,
        valid_from_on=row.valid_from,
        valid_until_on=row.valid_to,
        successor=row.successor,
        is_demo=row.is_demo,
    )


def industry_view(row: store.Industry) -> IndustryView:
    return IndustryView(
        code=row.code,
        level=row.level,
        parent=row.parent,
        name=Label(zh=row.name_zh, en=row.name_en),
    )


def scope_item_view(row: store.ScopeItem) -> ScopeItemView:
    return ScopeItemView(
        code=row.code,
        name=Label(zh=row.name_zh, en=row.name_en),
        industry=row.industry,
        kind=row.kind,
        approval=row.approval,
        department=_label(row.department_zh, row.department_en),
        permit=_label(row.permit_zh, row.permit_en),
    )


def organization_form_view(row: store.OrganizationForm) -> OrganizationFormView:
    return OrganizationFormView(
        code=row.code,
        name=Label(zh=row.name_zh, en=row.name_en),
        entity_kind=row.entity_kind,
        endings=list(row.endings),
        uscc_department=row.uscc_department,
        uscc_category=row.uscc_category,
        is_legal_person=row.is_legal_person,
        head_zh=row.head_zh,
        capital_zh=row.capital_zh,
    )


def restriction_view(row: store.Restriction) -> RestrictionView:
    return RestrictionView(
        code=row.code,
        list_name=row.list_name,
        edition=row.edition,
        industry=row.industry,
        name=Label(zh=row.name_zh, en=row.name_en),
        effect=row.effect,
        is_demo=row.is_demo,
    )


def parameter_view(row: store.Parameter) -> ParameterView:
    return ParameterView(
        key=row.key,
        name=Label(zh=row.name_zh, en=row.name_en),
        value=row.value,
        operator=row.operator,
        unit=row.unit,
        valid_from_on=row.valid_from,
        valid_to_on=row.valid_to,
        source_doc=row.source_doc,
        source_clause=row.source_clause or None,
        is_demo=row.is_demo,
    )


def _label(zh: str | None, en: str | None) -> Label | None:
    return Label(zh=zh, en=en) if zh and en else None
