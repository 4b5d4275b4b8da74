"""The demo's second act as a test: seat, company, loan, default, compensation, recovery, subsidy, books."""

import pytest

from tests.demo.growth import Growth
from tests.fixtures.house import House


@pytest.mark.policy("A049")
@pytest.mark.policy_part("A058")
def test_a_team_grows_fails_and_the_books_balance(house: House) -> None:
    Growth(house.address).play()
