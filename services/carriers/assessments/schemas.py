"""What goes out about assessments and their indicators."""

from datetime import date
from decimal import Decimal
from typing import Literal

from kit.schemas import Label, Out


class AssessmentView(Out):
    """A year of a carrier. `grade` is there once it is graded, or the report is missing for good."""

    carrier_code: str
    year: int
    state: Literal["due", "reminded", "reported", "graded", "missing"]
    due_on: date
    score: Decimal | None
    grade: Literal["excellent", "good", "pass", "fail"] | None
    graded_on: date | None


class IndicatorView(Out):
    """One line of the sheet. `full_at`: the value that brings the whole weight."""

    key: str
    label: Label
    group: str
    weight: str
    kind: Literal["computed", "reported", "evidence"]
    full_at: str
    unit: str


class GradeView(Out):
    grade: str
    at_least: str


class IndicatorSetView(Out):
    """The sheet of a carrier type on a day; weights without bonus sum to 100."""

    carrier_type: str
    version: str
    on: date
    indicators: list[IndicatorView]
    grades: list[GradeView]
