"""A product's dated numbers as what they mean: how much, how long, at most at which rate, who bears a loss.

Pure: the numbers in force on the day are passed in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

HUNDRED, TEN_THOUSAND = Decimal(100), Decimal(10_000)
LEVELS = {
    "province": ("省级资金", "Provincial funds"),
    "city": ("市级资金", "City funds"),
    "county": ("县级资金", "County funds"),
    "bank": ("银行", "The bank"),
}


@dataclass(frozen=True)
class ProductTerms:
    """A product where and when somebody asks for it. `numbers` are its parameters in force, as written."""

    code: str
    offered: bool
    numbers: Mapping[str, str]

    @property
    def pooled(self) -> bool:
        """Whether its risk is shared by a pool: only such loans run through this platform."""
        return "pool" in self.numbers

    def cap_fen(self, *, first_loan: bool) -> int | None:
        """The most that may be lent, less for a first loan where the product says so."""
        key = "principal_max_first" if first_loan and "principal_max_first" in self.numbers else ""
        value = self.numbers.get(key or "principal_max")
        return int(value) if value is not None else None

    @property
    def longest_months(self) -> int | None:
        value = self.numbers.get("term_max")
        return int(value) if value is not None else None

    @property
    def highest_rate(self) -> Decimal | None:
        """The most that a year may cost, as a fraction: LPR plus the product's margin."""
        if "lpr" not in self.numbers or "rate_over_lpr" not in self.numbers:
            return None
        margin = Decimal(self.numbers["rate_over_lpr"]) / TEN_THOUSAND
        return Decimal(self.numbers["lpr"]) / HUNDRED + margin

    def shares(self) -> dict[str, Decimal]:
        """Who bears what part of a loss, in per cent: the funds of each level, and the bank."""
        keys = {level: f"share_{level}" for level in LEVELS}
        found = {n: Decimal(self.numbers[k]) for n, k in keys.items() if k in self.numbers}
        return {level: share for level, share in found.items() if share}
