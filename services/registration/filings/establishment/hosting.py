"""A hosted address by a carrier's grant (一址多照), as pure functions.

The grant is the proof of the address: with it no document is asked for and nobody has to look. It must be
held by the applicant or a shareholder, live, not used up, and say exactly what the form says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from kit.errors import FieldError
from services.registration.filings.establishment.form import Domicile, PremisesKind

PROOF = "domicile_proof"
LAW = "市场主体登记管理条例 art. 11"
SHARED = (PremisesKind.shared, PremisesKind.hosted)


@dataclass(frozen=True)
class GrantFact:
    """What registration has heard of a grant that the applicant or a shareholder holds."""

    street: str
    region_code: str
    live: bool
    uses_left: int

    @classmethod
    def of(cls, row: Any, today: date) -> Self:
        """From registration's copy of the grant."""
        return cls(
            street=row.street,
            region_code=row.region_code,
            live=row.state == "live" and row.valid_from <= today <= row.valid_to,
            uses_left=row.uses_max - row.uses,
        )


def findings(domicile: Domicile, grant: GrantFact | None) -> Iterator[FieldError]:
    """What stops a filing that names a grant; nothing where it names none."""
    if domicile.address_grant is None:
        return
    at = "/domicile/address_grant"
    if domicile.kind is not PremisesKind.hosted:
        yield _fault("/domicile/kind", "address_grant_needs_hosted")
    if grant is None:
        yield _fault(at, "address_grant_not_yours")
        return
    if not grant.live:
        yield _fault(at, "address_grant_over")
    elif grant.uses_left < 1:
        yield _fault(at, "address_grant_used_up")
    if domicile.street != grant.street:
        yield _fault("/domicile/street", "address_differs_from_grant", granted=grant.street)
    if domicile.region_code != grant.region_code:
        yield _fault(
            "/domicile/region_code", "address_differs_from_grant", granted=grant.region_code
        )


def needs_a_look(domicile: Domicile) -> bool:
    """Whether an officer has to judge the sharing of an address: a grant is proof enough."""
    return domicile.kind in SHARED and domicile.address_grant is None


def _fault(pointer: str, code: str, **values: object) -> FieldError:
    return FieldError(pointer=pointer, code=code, values={"legal_basis": LAW, **values})
