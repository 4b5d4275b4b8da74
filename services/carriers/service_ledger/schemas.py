"""What goes in and out about the service ledger. Hours are decimal strings, money is fen."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, StringConstraints

from contracts.values import Uscc
from kit.schemas import AmountFen, In, IsoDate, LongText, Out, ShortText

Category = Literal[
    "policy_guidance", "management_consulting", "talent_training", "startup_mentoring",
    "technical_support", "market_development", "financing_guarantee", "legal_aid",
    "e_commerce", "agency",
]  # fmt: skip


def _more_than_nothing(value: str) -> str:
    if not Decimal(value):
        raise ValueError("a service takes some time")
    return value


Hours = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{1,4}(\.[0-9]{1,2})?$"),
    AfterValidator(_more_than_nothing),
    Field(description="More than 0, at most two decimals", examples=["1.5"]),
]


class ProviderAdd(In):
    name: Annotated[ShortText, Field(examples=["青屿示例律师事务所（演示）"])]
    uscc: Uscc | None = None


class ProviderReason(In):
    reason: LongText


class ProviderView(Out):
    """A provider; `average` counts ratings since it was last reinstated."""

    id: UUID
    name: str
    uscc: str | None
    standing: Literal["active", "warning", "suspended", "removed"]
    ratings: int
    average: str | None
    entries: int
    version: int


class EntryAdd(In):
    """One service to one tenant."""

    tenancy_id: UUID
    provider_id: UUID
    category: Category
    served_on: IsoDate
    hours: Hours
    fee_fen: AmountFen
    proof: Annotated[ShortText, Field(examples=["签到表 2026-11-20-03"])]


class EntryReversal(In):
    reason: LongText


class RatingAdd(In):
    stars: Annotated[int, Field(ge=1, le=5, strict=True)]
    comment: Annotated[
        str | None, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)
    ] = None


class EntryView(Out):
    """An entry. `reversed_by` is the reference of the entry that takes it back, `reverses` the id of the one
    that it takes back."""

    id: UUID
    reference: str
    carrier_code: str
    tenancy_id: UUID
    tenant: str
    provider_id: UUID
    provider: str
    category: Category
    served_on: date
    hours: Decimal
    fee_fen: int
    proof: str
    reverses: UUID | None
    reversed_by: str | None
    reason: str | None
    stars: int | None
    comment: str | None
    entered_at: datetime
