"""住所 in a filing: what a company says of its place, and what the law asks of that. Pure.

A hosted address comes by a carrier's grant (一址多照). The grant is the proof of the address: with it no
document is asked for and nobody has to look. It must be held by the applicant or a shareholder, live, not
used up, and say exactly what the form says.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Self

from pydantic import Field, StringConstraints

from contracts.values import PrintedLine
from contracts.values.characters import printed_line
from contracts.values.codes import AnyCase
from kit.errors import FieldError
from kit.forms import Ui
from kit.schemas import In
from services.registration.filings.judging import fault

PROOF = "domicile_proof"
SEAT = "市场主体登记管理条例 art. 11"
MIN_AREA_M2_PER_FIRM = 5


class PremisesKind(StrEnum):
    owned = "owned"
    leased = "leased"
    shared = "shared"
    hosted = "hosted"


PREMISES = {
    "owned": ("自有", "Owned"),
    "leased": ("租赁", "Leased"),
    "shared": ("与其他企业共用（一址多照）", "Shared with other firms"),
    "hosted": ("众创空间等托管（集群注册）", "Hosted by a carrier"),
}
SHARED = (PremisesKind.shared, PremisesKind.hosted)


class Domicile(In):
    """住所: one registered address (条例 art. 11)."""

    region_code: Annotated[
        str,
        StringConstraints(pattern=r"^[0-9]{6}$"),
        Ui("所在区县", "District or county", kind="region", options_href="/regions"),
    ]
    street: Annotated[
        str,
        StringConstraints(strip_whitespace=True, min_length=4, max_length=150),
        PrintedLine,
        Ui("详细地址", "Street, number, room", kind="address"),
    ]
    kind: Annotated[
        PremisesKind, Ui("场所使用方式", "How you hold it", kind="choice", options=PREMISES)
    ]
    area_m2: Annotated[
        int,
        Field(ge=1, le=10_000_000, strict=True),
        Ui("使用面积", "Floor area", kind="integer", unit="m²"),
    ]
    address_grant: Annotated[
        Annotated[str, AnyCase, StringConstraints(pattern=r"^HA[0-9A-Z]{8}$")] | None,
        Ui(
            "托管地址授权码",
            "Code of the address grant",
            hint_zh="入驻载体授予您托管地址的，填 HA 开头的授权码，不用再上传住所证明；地址须与授权一致",
            hint_en="If your carrier granted you its address: the code that begins with HA, and no proof of "
            "the address is needed; region and address as granted",
            shown_when=("kind", "hosted"),
        ),
    ] = None


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


@dataclass(frozen=True)
class PlaceFact:
    """What is known of the place that a form names. `served`: some authority registers there; `grant` is
    the one that the form names, if the applicant or a shareholder holds it."""

    known: bool
    served: bool
    grant: GrantFact | None = None


def findings(domicile: Domicile, place: PlaceFact) -> Iterator[FieldError]:
    """What stops any filing that names this place."""
    at = "/domicile"
    if not place.known:
        yield fault(f"{at}/region_code", "region_unknown", SEAT)
    elif not place.served:
        yield fault(f"{at}/region_code", "region_not_served", "市场主体登记管理条例 art. 5")
    if domicile.kind in SHARED and domicile.area_m2 < MIN_AREA_M2_PER_FIRM:
        yield fault(f"{at}/area_m2", "area_too_small", "演示参数", minimum=MIN_AREA_M2_PER_FIRM)
    yield from _of_grant(domicile, place.grant)


def _of_grant(domicile: Domicile, grant: GrantFact | None) -> Iterator[FieldError]:
    """What stops a filing that names a grant; nothing where it names none."""
    if domicile.address_grant is None:
        return
    at = "/domicile/address_grant"
    if domicile.kind is not PremisesKind.hosted:
        yield fault("/domicile/kind", "address_grant_needs_hosted", SEAT)
    if grant is None:
        yield fault(at, "address_grant_not_yours", SEAT)
        return
    if not grant.live:
        yield fault(at, "address_grant_over", SEAT)
    elif grant.uses_left < 1:
        yield fault(at, "address_grant_used_up", SEAT)
    if domicile.street != printed_line(grant.street):
        yield fault("/domicile/street", "address_differs_from_grant", SEAT, granted=grant.street)
    if domicile.region_code != grant.region_code:
        granted = grant.region_code
        yield fault("/domicile/region_code", "address_differs_from_grant", SEAT, granted=granted)


def needs_a_look(domicile: Domicile) -> bool:
    """Whether an officer has to judge the sharing of an address: a grant is proof enough."""
    return domicile.kind in SHARED and domicile.address_grant is None
