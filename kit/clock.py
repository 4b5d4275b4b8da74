"""The one place that asks what time it is; everything else is told.

Instants are UTC, business dates are those of Asia/Shanghai. In the sandbox the business clock can be
moved; signatures and tokens keep using the machine's own clock.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


@dataclass
class Clock:
    """Business time. `offset` is zero outside the sandbox."""

    offset: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        """The present business instant, aware, UTC."""
        return datetime.now(UTC) + self.offset

    def today(self) -> date:
        """The present business date in Asia/Shanghai."""
        return shanghai_date(self.now())


def shanghai_date(instant: datetime) -> date:
    """The business date on which an aware instant falls."""
    return instant.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """The first instant (UTC) after a business day: a deadline on `day` is met before it."""
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI) + timedelta(days=1)
