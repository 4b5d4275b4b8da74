"""Until when an entry of the library holds."""

from datetime import date

import pytest

from services.finance.candidates.rules import valid_until


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2027, 3, 1), date(2028, 3, 1)),
        (date(2027, 12, 31), date(2028, 12, 31)),
        (date(2028, 2, 29), date(2029, 2, 28)),
    ],
)
def test_an_entry_holds_for_twelve_months(first: date, last: date) -> None:
    assert valid_until(first) == last
