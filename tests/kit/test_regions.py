"""Places: what covers what, and that no code without a place is taken."""

import pytest
from pydantic import TypeAdapter, ValidationError

from kit.auth import Actor
from kit.regions import RegionCode, region_prefix
from kit.regions.table import known_codes


@pytest.mark.parametrize(
    ("code", "prefix"),
    [("980101", "980101"), ("980100", "9801"), ("980000", "98"), ("000000", ""), ("110000", "11")],
)
def test_a_region_covers_what_begins_with_its_prefix(code: str, prefix: str) -> None:
    assert region_prefix(code) == prefix


def test_whoever_serves_000000_serves_nothing() -> None:
    actor = Actor("s", "c", "i", frozenset({"officer"}), regions=("000000", "980100"))
    assert actor.region_prefixes == ("9801",)


@pytest.mark.parametrize("code", ["000000", "999999", "980199", "98010", "98010a", "９８０１００"])
def test_a_code_of_no_place_is_refused(code: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(RegionCode).validate_python(code)


def test_every_code_of_any_time_is_taken() -> None:
    take = TypeAdapter(RegionCode).validate_python
    assert len(known_codes()) > 6_000
    assert all(take(code) == code for code in known_codes())
