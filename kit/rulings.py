"""A decision against the applicant, as its workflow declares it: the law, and what one can do now.

    REFUSAL = Ruling("refusal", legal_basis="… art. 20", remedies=ADMINISTRATIVE, paper="refusal")
    Move("refuse", ("under_review",), "refused", OFFICERS, "不予登记", "Refuse", takes=Reason, ruling=REFUSAL)

The reply about the case then carries a `decision` (what, by which office, when, why, law, remedies with
their last day), so that no page has to know any of it. Pure: no database, no clock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from kit.workdays import WorkCalendar

Place = Literal["government", "court"]


@dataclass(frozen=True)
class Remedy:
    """One thing that the applicant can do about a decision. `days` or `months` run from the day of it; `at`
    says which of the office's places hears it; where that is not known, `where` says it in general."""

    code: str
    zh: str
    en: str
    where: tuple[str, str] | None = None
    at: Place | None = None
    days: int = 0
    months: int = 0
    legal_basis: str | None = None

    def until(self, decided_on: date, calendar: WorkCalendar) -> date | None:
        """The last day, or None where there is no term. It never ends on a rest day (民法典 art. 203)."""
        if not self.days and not self.months:
            return None
        return calendar.end_of_period(decided_on, days=self.days, months=self.months)


@dataclass(frozen=True)
class Office:
    """Who decided, and who stands above: names as (zh, en)."""

    name: tuple[str, str]
    government: tuple[str, str] | None = None
    court: tuple[str, str] | None = None

    def place(self, remedy: Remedy) -> tuple[str, str] | None:
        """Where a remedy is sought, by name where the office knows it."""
        return (getattr(self, remedy.at) if remedy.at else None) or remedy.where


@dataclass(frozen=True)
class Ruling:
    """`paper` is the code of the paper that says it; `restarts`: one may begin anew with the same answers."""

    kind: Literal["refusal", "decline", "end"]
    legal_basis: str | None = None
    remedies: Sequence[Remedy] = ()
    paper: str | None = None
    restarts: bool = True


ADMINISTRATIVE = (
    Remedy(
        "reconsideration",
        "申请行政复议：自知道本决定之日起 60 日内",
        "Ask for administrative reconsideration within 60 days of learning of the decision",
        where=(
            "作出决定的部门的本级人民政府",
            "The people's government of the deciding department",
        ),
        at="government",
        days=60,
        legal_basis="行政复议法 arts. 20, 24",
    ),
    Remedy(
        "lawsuit",
        "提起行政诉讼：自知道本决定之日起 6 个月内",
        "Bring an administrative lawsuit within six months of learning of the decision",
        where=(
            "作出决定的部门所在地的基层人民法院",
            "The basic court where the deciding department sits",
        ),
        at="court",
        months=6,
        legal_basis="行政诉讼法 arts. 14, 18, 46",
    ),
)
"""What is open against the decision of an authority (行政复议法 2023; 行政诉讼法 2017)."""
RULED = (
    "申请人会看到您写的理由，以及依据和可以怎么办",
    "The applicant reads your reason, with the law and what they can do about it",
)
"""What follows from every decision against the applicant, for whoever is about to make it."""
