"""Which bank an application goes to. Pure: who offers and how busy each is comes in."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Candidate:
    """A bank that offers the product in the region, with its open applications."""

    org: str
    open_applications: int


def choose(
    candidates: Iterable[Candidate], *, preferred: str | None, without: Collection[str] = ()
) -> str | None:
    """The preferred bank if it is among them; else the one with the fewest open applications, of equals
    the first by its code. `without` are banks that had their turn. None where nobody is left."""
    left = sorted((c.open_applications, c.org) for c in candidates if c.org not in without)
    if any(org == preferred for _, org in left):
        return preferred
    return left[0][1] if left else None
