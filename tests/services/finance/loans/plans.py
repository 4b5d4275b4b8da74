"""Random loans and what happens to them, for the property tests."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from services.finance.loans.lines import Planned, Terms
from services.finance.loans.planning import Course, make_plan
from services.finance.loans.rules import Happened, Position, replay

DRAWN_ON = date(2026, 1, 15)
METHODS = ("equal_instalments", "equal_principal", "interest_first", "bullet")
DAY_COUNTS = ("ACT/360", "ACT/365", "30/360")


class Case:
    """A drawn loan: its plan, and what has happened so far."""

    def __init__(
        self,
        principal_fen: int = 12_000_000,
        *,
        rate: str = "0.0435",
        months: int = 12,
        method: Any = "equal_principal",
        day_count: Any = "ACT/360",
        overdue_days: int = 60,
    ) -> None:
        self.terms = Terms(Decimal(rate), day_count)
        self.course = Course(self.terms, months, method)
        self.principal_fen, self.overdue_days = principal_fen, overdue_days
        plan = make_plan(principal_fen, self.course, starts_on=DRAWN_ON)
        self.plans: dict[int, Sequence[Planned]] = {0: plan, 1: plan}
        self.entries = [Happened(1, "disbursement", principal_fen, DRAWN_ON)]

    @property
    def next_number(self) -> int:
        return self.entries[-1].number + 1

    def pay(self, amount_fen: int, on: date, purpose: str = "instalment") -> int:
        number = self.next_number
        self.entries.append(Happened(number, "repayment", amount_fen, on, purpose=purpose))
        return number

    def reverse(self, number: int) -> None:
        at = self.entries[-1].value_on
        self.entries.append(Happened(self.next_number, "reversal", 0, at, reverses=number))

    def at(self, on: date, entries: Sequence[Happened] | None = None) -> Position:
        return replay(
            self.entries if entries is None else entries,
            self.plans,
            {0: self.terms},
            overdue_days=self.overdue_days,
            on=on,
        )


cases = st.builds(
    Case,
    st.integers(1_00, 3_000_000_000),
    rate=st.sampled_from(["0", "0.0001", "0.0345", "0.0435", "0.24"]),
    months=st.integers(1, 36),
    method=st.sampled_from(METHODS),
    day_count=st.sampled_from(DAY_COUNTS),
    overdue_days=st.sampled_from([30, 60, 90]),
)
steps = st.lists(
    st.tuples(
        st.sampled_from(["pay", "prepay", "reverse"]),
        st.integers(0, 75),
        st.integers(1, 1000),
    ),
    max_size=14,
)


def later(day: date, days: int) -> date:
    return day + timedelta(days=days)
