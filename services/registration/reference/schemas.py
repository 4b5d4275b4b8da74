"""What the reference routes give out: every label in zh and en."""

from datetime import date

from kit.schemas import Label, Out


class RegionView(Out):
    """A region under one name; in force from `valid_from_on` until before `valid_until_on`."""

    code: str
    name: Label
    full_name_zh: str
    level: str
    parent: str | None
    valid_from_on: date
    valid_until_on: date | None
    successor: str | None
    is_demo: bool


class RegionHistoryView(Out):
    """A code's region on a day, and every name that the code ever had."""

    code: str
    present: RegionView | None
    history: list[RegionView]


class IndustryView(Out):
    """A line of GB/T 4754-2017; `level` is section, division or class."""

    code: str
    level: str
    parent: str | None
    name: Label


class ScopeItemView(Out):
    """A standard wording; `kind` general or licensed, `approval` none, pre (before the licence) or
    post (after it)."""

    code: str
    name: Label
    industry: str
    kind: str
    approval: str
    department: Label | None
    permit: Label | None


class OrganizationFormView(Out):
    """A form of business. `endings` are how names of this form end."""

    code: str
    name: Label
    entity_kind: str
    endings: list[str]
    uscc_department: str
    uscc_category: str
    is_legal_person: bool
    head_zh: str
    capital_zh: str | None


class RestrictionView(Out):
    """A line of a negative list; `effect` is banned or needs_approval."""

    code: str
    list_name: str
    edition: str
    industry: str
    name: Label
    effect: str
    is_demo: bool


class ParameterView(Out):
    """A dated value. `value` is text; `unit` says how to read it, `operator` how to compare.
    `valid_to_on` is the last day."""

    key: str
    name: Label
    value: str
    operator: str
    unit: str
    valid_from_on: date
    valid_to_on: date | None
    source_doc: str
    source_clause: str | None
    is_demo: bool
