"""What goes out about partners."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from kit.schemas import Label, Out


class OfferView(Out):
    """A product that a partner offers in a region."""

    product_code: str
    region_code: str
    valid_from: date
    valid_to: date | None


class PartnerView(Out):
    """A partner bank. `code` is its organisation code; `npl_percent` its reported share of bad loans, a
    decimal string."""

    code: str
    kind: str
    name: Label
    region_code: str
    joined_on: date
    left_on: date | None
    npl_percent: Decimal | None
    npl_reported_on: date | None
    is_demo: bool
    offers: list[OfferView]


class VolumeView(Out):
    """What came of the applications for one product at one bank; `contracted_fen` is their sum in fen."""

    bank: str
    product_code: str
    applications: int
    open: int
    declined: int
    contracts: int
    first_loans: int
    contracted_fen: int


class VolumesView(Out):
    """The volumes of a year in the caller's regions."""

    year: int
    items: list[VolumeView]


def partner_view(row: Any, offers: Sequence[Any]) -> PartnerView:
    """A partner with its offers of the day."""
    return PartnerView(
        code=row.org,
        kind=row.kind,
        name=Label(zh=row.name_zh, en=row.name_en),
        region_code=row.region_code,
        joined_on=row.joined_on,
        left_on=row.left_on,
        npl_percent=row.npl_percent,
        npl_reported_on=row.npl_reported_on,
        is_demo=row.is_demo,
        offers=[OfferView.model_validate(offer) for offer in offers],
    )
