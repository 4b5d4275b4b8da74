"""The first licence through the front door, as four people, in a house of its own."""

import pytest

from tests.demo.journey import Journey
from tests.fixtures.house import House


@pytest.mark.policy("A090")
@pytest.mark.policy("A093")
@pytest.mark.policy("B026")
def test_four_people_open_two_companies_and_anyone_verifies_them(house: House) -> None:
    journey = Journey(house.address)
    journey.play()
    assert journey.steps == 30
