"""Sharing a loss: bounds by property, parts by hand."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.finance.pools.rules import Shares, due_back, is_stopped, portions

fen = st.integers(0, 10**13)
caps = st.decimals(Decimal("0.01"), Decimal(1), places=4)


@st.composite
def any_shares(draw: st.DrawFn) -> Shares:
    cuts = sorted(draw(st.lists(st.integers(0, 10_000), min_size=3, max_size=3)))
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, 10_000], strict=True)]
    return Shares(*(Decimal(part) / 10_000 for part in parts))


@given(any_shares(), caps, fen)
def test_all_levels_together_pay_at_most_the_smaller_of_share_and_cap(
    shares: Shares, cap: Decimal, base: int
) -> None:
    rates = shares.effective(cap)
    paid = portions(base, rates)
    assert sum(paid.values()) <= Fraction(min(1 - shares.bank, cap)) * base
    assert all(paid[s] <= Fraction(getattr(shares, s)) * base for s in paid)
    # and hardly less: a fen lost for each level, and what the ten decimals of a rate lose
    least = Fraction(min(1 - shares.bank, cap)) * base - 3 - Fraction(3 * base, 10**10)
    assert sum(paid.values()) >= least


@given(any_shares(), caps, fen, fen)
def test_more_loss_is_never_less_money_for_any_level(
    shares: Shares, cap: Decimal, one: int, other: int
) -> None:
    rates = shares.effective(cap)
    less, more = portions(min(one, other), rates), portions(max(one, other), rates)
    assert all(less[s] <= more[s] for s in rates)


@given(any_shares(), caps, st.integers(1, 10**13), st.lists(fen, max_size=5))
def test_recoveries_come_back_until_all_is_back_and_the_bound_holds_throughout(
    shares: Shares, cap: Decimal, base: int, recoveries: list[int]
) -> None:
    rates = shares.effective(cap)
    paid = portions(base, rates)
    recovered, back = 0, dict.fromkeys(paid, 0)
    for amount in recoveries:
        recovered += amount
        owed = due_back(paid, rates, base_fen=base, recovered_fen=recovered)
        assert all(back[s] <= owed[s] <= paid[s] for s in paid)
        assert sum(owed.values()) <= recovered, "more would come back than came in"
        back = owed
        loss = max(base - recovered, 0)
        assert sum(paid[s] - back[s] for s in paid) <= Fraction(min(1 - shares.bank, cap)) * loss
    if recovered >= base:
        assert back == paid


@given(any_shares(), caps, st.integers(1, 10**13), fen, fen)
def test_a_reversed_recovery_leaves_what_would_have_been_without_it(
    shares: Shares, cap: Decimal, base: int, one: int, other: int
) -> None:
    rates = shares.effective(cap)
    paid = portions(base, rates)
    with_both = due_back(paid, rates, base_fen=base, recovered_fen=one + other)
    alone = due_back(paid, rates, base_fen=base, recovered_fen=other)
    assert sum(with_both.values()) - sum(alone.values()) <= one + 1
    assert all(alone[s] <= with_both[s] for s in paid)


@pytest.mark.parametrize(
    ("base", "recovered", "back"),
    [(1_000_000_00, 1, (1, 0)), (1_000_000_00, 2, (1, 1)), (1_000_001, 1_000_001, (400_000, 400_000)),
     (2_000_000, 1_000_001, (400_001, 400_000)), (3, 0, (0, 0)), (1, 1, (0, 0))],
)  # fmt: skip
def test_single_fen_come_back_once(base: int, recovered: int, back: tuple[int, int]) -> None:
    rates = Shares.of_percent(province=40, city=40, county=0, bank=20).effective(Decimal("0.8"))
    found = due_back(portions(base, rates), rates, base_fen=base, recovered_fen=recovered)
    assert tuple(found.values()) == back


def test_a_cap_cuts_in_proportion_and_leaves_no_level_out() -> None:
    shares = Shares.of_percent(province="40", city=20, county=Decimal(20), bank=20)
    assert shares.effective(Decimal("0.4")) == {
        "province": Decimal("0.2"), "city": Decimal("0.1"), "county": Decimal("0.1"),
    }  # fmt: skip
    assert shares.effective(Decimal(1))["county"] == Decimal("0.2")


@pytest.mark.parametrize(
    "parts", [(40, 40, 0, 10), (120, -40, 0, 20), (40, 40, 0, 21), (0, 0, 0, 0)]
)
def test_shares_that_are_not_the_whole_loss_are_refused(parts: tuple[int, int, int, int]) -> None:
    province, city, county, bank = parts
    with pytest.raises(ValueError):
        Shares.of_percent(province=province, city=city, county=county, bank=bank)


@pytest.mark.policy_part("B031")
@pytest.mark.parametrize(
    ("npl", "exposure", "stopped"),
    [(0, 0, False), (999, 999, False), (79, 1_000, False), (80, 1_000, True), (81, 1_000, True)],
)
def test_the_stop_line_itself_stops_and_little_exposure_is_not_judged(
    npl: int, exposure: int, stopped: bool
) -> None:
    found = is_stopped(
        npl_fen=npl, exposure_fen=exposure, stop_rate=Decimal("0.08"), judged_from_fen=1_000
    )
    assert found is stopped
