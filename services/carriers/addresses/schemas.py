"""What goes in and out about hosted addresses. A holder's hash never leaves by HTTP."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from kit.schemas import In, IsoDate, LongText, Out

Street = Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=150)]


class HostedAddressAdd(In):
    """An address in the carrier's own district; `street` as it will stand in the 住所, without the region."""

    street: Annotated[Street, Field(examples=["创业路34号3层集群注册区"])]
    firms_max: Annotated[int, Field(ge=1, le=10_000, strict=True)]


class HostedAddressView(Out):
    id: UUID
    carrier_code: str
    street: str
    region_code: str
    firms_max: int
    promised: int
    open: bool


class AddressGrantCreate(In):
    """`address_id` may be left out where the carrier has one; `valid_to` is the last day of the tenancy by
    default."""

    address_id: UUID | None = None
    uses_max: Annotated[int, Field(ge=1, le=100, strict=True)] = 1
    valid_to: IsoDate | None = None


class AddressGrantExtend(In):
    valid_to: IsoDate


class AddressGrantRevoke(In):
    reason: LongText


class AddressUseView(Out):
    uscc: str
    enterprise_name: str
    since_on: date


class AddressGrantView(Out):
    """A grant. `closing`: the tenancy is over, firms have until `valid_to` to move."""

    id: UUID
    code: str
    tenancy_id: UUID
    carrier_code: str
    carrier_name: str
    street: str
    region_code: str
    state: Literal["live", "closing", "ended"]
    uses_max: int
    uses: list[AddressUseView]
    valid_from: date
    valid_to: date
    reason: str | None
    note: str | None
    ended_on: date | None
    version: int
