"""How a loss is shared between levels of government and the bank. Pure; money in fen, rates as fractions.

What a pool pays is bound from above (Σ compensation ≤ min(share, cap) × net loss), so each share is
rounded down and the fen that is lost in rounding is the bank's, who bears its own part anyway.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal, localcontext
from fractions import Fraction
from typing import Literal

from services.finance.money import apportion

Share = Literal["province", "city", "county"]
SHARES: tuple[Share, ...] = ("province", "city", "county")
Amounts = dict[Share, int]
Rates = Mapping[Share, Decimal]

_PLACES = Decimal("0.0000000001")


@dataclass(frozen=True, slots=True)
class Shares:
    """Who bears which part of a loss; the four fractions sum to one. Raises ValueError otherwise."""

    province: Decimal
    city: Decimal
    county: Decimal
    bank: Decimal

    def __post_init__(self) -> None:
        parts = (self.province, self.city, self.county, self.bank)
        if sum(parts) != 1 or any(not 0 <= part <= 1 for part in parts):
            raise ValueError(f"shares are fractions that sum to one, not {parts}")

    @classmethod
    def of_percent(
        cls,
        *,
        province: Decimal | str | int,
        city: Decimal | str | int,
        county: Decimal | str | int,
        bank: Decimal | str | int,
    ) -> "Shares":
        """From a product's parameters in per cent: 40, 40, 0, 20."""
        return cls(*(Decimal(part) / 100 for part in (province, city, county, bank)))

    def effective(self, cap: Decimal) -> dict[Share, Decimal]:
        """The rate of each level that pays: all together at most `cap`, cut in proportion.

        Ten decimals, rounded down, so that the stored rates never exceed the cap; zero shares left out.
        """
        wanted: dict[Share, Decimal] = {
            "province": self.province,
            "city": self.city,
            "county": self.county,
        }
        total = sum(wanted.values(), Decimal(0))
        with localcontext() as context:
            context.prec = 40
            scale = min(Decimal(1), cap / total) if total else Decimal(1)
            scaled = {s: (w * scale).quantize(_PLACES, ROUND_DOWN) for s, w in wanted.items()}
        return {share: rate for share, rate in scaled.items() if rate > 0}


@dataclass(frozen=True, slots=True)
class Cover:
    """What a pool answers for on one loan. `reserved` and `rates` by level; amounts in fen."""

    loan_reference: str
    pool_code: str
    principal_fen: int
    outstanding_fen: int
    compensated_fen: int
    non_performing: bool
    reserved_on: date
    reserved: Amounts
    rates: dict[Share, Decimal]


def portions(base_fen: int, rates: Rates) -> Amounts:
    """Each level's part of a loss of `base_fen`, rounded down to the fen."""
    return {share: _down(base_fen, rate) for share, rate in rates.items()}


def due_back(
    paid: Mapping[Share, int], rates: Rates, *, base_fen: int, recovered_fen: int
) -> Amounts:
    """What must have come back to each level once `recovered_fen` (net of costs) was recovered.

    Together the levels keep bearing at most their rates of the loss that is left, and get back at most what
    came in; all of it where the loss is recovered in full. Depends on the sum only, so a recovery that is
    reversed leaves what would have been without it.
    """
    left_fen, most = max(base_fen - recovered_fen, 0), sum(paid.values())
    borne = sum(rates.values(), Decimal(0)) * left_fen
    back = most - int(borne.to_integral_value(ROUND_DOWN)) if left_fen else most
    return apportion(min(max(back, 0), most), paid)


def is_stopped(
    *, npl_fen: int, exposure_fen: int, stop_rate: Decimal, judged_from_fen: int
) -> bool:
    """The circuit breaker: bad principal has reached `stop_rate` of what the pool stands behind.

    Not judged below `judged_from_fen` of exposure, where one loan would be the whole rate.
    """
    if exposure_fen <= 0 or exposure_fen < judged_from_fen:
        return False
    return Fraction(npl_fen, exposure_fen) >= Fraction(stop_rate)


def _down(base_fen: int, rate: Decimal) -> int:
    return int(base_fen * Fraction(rate))
