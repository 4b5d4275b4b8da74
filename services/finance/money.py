"""Money in words for notices and messages, and money that is divided. Amounts are integer fen."""

from collections.abc import Mapping
from fractions import Fraction
from typing import TypeVar

K = TypeVar("K")


def apportion(total_fen: int, weights: Mapping[K, int]) -> dict[K, int]:
    """Divides `total_fen` by `weights`: every fen once, nobody's part falls when the total grows, and a total
    of the weights' sum gives the weights themselves (Sainte-Laguë; largest remainders would not: a greater
    total may give one of them less). Equal claims go to who is named first. Raises ValueError where there is
    something to divide and nobody to get it."""
    whole = sum(weights.values())
    if total_fen and not whole:
        raise ValueError(f"{total_fen} fen and nobody to get it")
    parts = {key: max(total_fen * weight // whole - 1, 0) if whole else 0
             for key, weight in weights.items()}  # fmt: skip
    for _ in range(total_fen - sum(parts.values())):
        next_one = max(weights, key=lambda key: Fraction(weights[key], 2 * parts[key] + 1))
        parts[next_one] += 1
    return parts


def yuan(fen: int) -> str:
    """`12345678` fen as `123,456.78`."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole:,}.{rest:02d}"
