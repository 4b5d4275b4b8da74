"""Dividing money: nothing lost, nothing made, and no paradox when the sum grows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.finance.money import apportion

weights = st.dictionaries(st.sampled_from("abcd"), st.integers(0, 10**12), min_size=1)


@given(weights, st.integers(0, 10**12))
def test_every_fen_goes_to_somebody_near_their_share(parts: dict[str, int], total: int) -> None:
    whole = sum(parts.values())
    if not whole:
        assert apportion(0, parts) == parts
        return
    found = apportion(total, parts)
    assert sum(found.values()) == total
    assert all(abs(found[k] * whole - total * w) <= 2 * whole for k, w in parts.items())
    assert apportion(whole, parts) == parts


@given(weights, st.integers(0, 1000))
def test_a_greater_sum_is_never_less_for_anybody(parts: dict[str, int], total: int) -> None:
    if not sum(parts.values()):
        return
    less, more = apportion(total, parts), apportion(total + 1, parts)
    assert all(less[k] <= more[k] for k in parts)


def test_money_without_anybody_is_refused() -> None:
    with pytest.raises(ValueError, match="nobody"):
        apportion(1, {"a": 0})
