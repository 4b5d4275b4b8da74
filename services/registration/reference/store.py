"""Reference data that ships with the service: industries, scope items, forms, parameters.

Read once from the CSV files beside this module and kept; regions are the kit's. Every look-up that
depends on time takes the day. Must not write, and knows no rule: what a parameter means is decided
where it is used. Sources and dates: data/README.md.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Industry:
    """A line of GB/T 4754-2017: section (门类), division (大类) or class (小类)."""

    code: str
    level: str
    parent: str | None
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ScopeItem:
    """A standard wording of business scope (经营范围规范条目) and the approval that it needs."""

    code: str
    name_zh: str
    name_en: str
    industry: str
    kind: str
    approval: str
    department_zh: str | None
    department_en: str | None
    permit_zh: str | None
    permit_en: str | None


@dataclass(frozen=True, slots=True)
class OrganizationForm:
    """A form of business and what follows from it for names, codes and the licence."""

    code: str
    name_zh: str
    name_en: str
    entity_kind: str
    endings: tuple[str, ...]
    uscc_department: str
    uscc_category: str
    is_legal_person: bool
    head_zh: str
    capital_zh: str | None


@dataclass(frozen=True, slots=True)
class Restriction:
    """A line of a negative list: whose list, which industry, with what effect."""

    code: str
    list_name: str
    edition: str
    industry: str
    name_zh: str
    name_en: str
    effect: str
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number or date of the law or of policy, with its time and its source."""

    key: str
    name_zh: str
    name_en: str
    value: str
    operator: str
    unit: str
    valid_from: date
    valid_to: date | None
    source_doc: str
    source_clause: str
    is_demo: bool

    def in_force(self, on: date) -> bool:
        """Whether the value holds on that day; `valid_to` is the last day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


def rows_of(name: str) -> Iterator[Mapping[str, str]]:
    """The lines of one packaged file."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(line for line in file if not line.startswith("#"))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def industries() -> tuple[Industry, ...]:
    """Sections and divisions complete, classes as far as the demonstration needs them."""
    return tuple(
        Industry(
            code=row["code"],
            level=row["level"],
            parent=row["parent"] or None,
            name_zh=row["name_zh"],
            name_en=row["name_en"],
        )
        for row in rows_of("industries.csv")
    )


@cache
def industry(code: str) -> Industry | None:
    """One line of GB/T 4754 by its code."""
    return next((i for i in industries() if i.code == code), None)


@cache
def scope_items() -> tuple[ScopeItem, ...]:
    """The standard wordings that a founder may choose from."""
    return tuple(
        ScopeItem(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            industry=row["industry"],
            kind=row["kind"],
            approval=row["approval"],
            department_zh=row["department_zh"] or None,
            department_en=row["department_en"] or None,
            permit_zh=row["permit_zh"] or None,
            permit_en=row["permit_en"] or None,
        )
        for row in rows_of("scope_items.csv")
    )


@cache
def scope_item(code: str) -> ScopeItem | None:
    """One scope item by its code."""
    return next((item for item in scope_items() if item.code == code), None)


@cache
def organization_forms() -> tuple[OrganizationForm, ...]:
    """All forms of business that the service knows."""
    return tuple(
        OrganizationForm(
            code=row["code"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            entity_kind=row["entity_kind"],
            endings=tuple(filter(None, row["endings"].split("|"))),
            uscc_department=row["uscc_department"],
            uscc_category=row["uscc_category"],
            is_legal_person=row["is_legal_person"] == "true",
            head_zh=row["head_zh"],
            capital_zh=row["capital_zh"] or None,
        )
        for row in rows_of("organization_forms.csv")
    )


@cache
def restrictions() -> tuple[Restriction, ...]:
    """The demonstration lines of the two negative lists."""
    return tuple(
        Restriction(
            code=row["code"],
            list_name=row["list"],
            edition=row["edition"],
            industry=row["industry"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            effect=row["effect"],
            is_demo=row["demo"] == "true",
        )
        for row in rows_of("negative_lists.csv")
    )


@cache
def parameters() -> tuple[Parameter, ...]:
    """Every dated value, past ones too."""
    return tuple(
        Parameter(
            key=row["key"],
            name_zh=row["name_zh"],
            name_en=row["name_en"],
            value=row["value"],
            operator=row["operator"],
            unit=row["unit"],
            valid_from=date.fromisoformat(row["valid_from"]),
            valid_to=_day(row["valid_to"]),
            source_doc=row["source_doc"],
            source_clause=row["source_clause"],
            is_demo=row["demo"] == "true",
        )
        for row in rows_of("parameters.csv")
    )


def parameter(key: str, *, on: date) -> Parameter:
    """The value in force on that day. Raises KeyError when there is none: a gap in the data."""
    for candidate in parameters():
        if candidate.key == key and candidate.in_force(on):
            return candidate
    raise KeyError(f"no value of {key} in force on {on}")
