"""What goes out about hosted addresses. A holder's hash never leaves."""

from datetime import date
from typing import Literal

from kit.schemas import Out


class HostedAddressView(Out):
    """A firm registered at a carrier's address."""

    uscc: str
    name: str
    region_code: str
    grant_code: str
    carrier_code: str
    carrier_name: str
    street: str
    state: Literal["current", "closing", "lapsed"]
    since_on: date
    until_on: date | None
    lapsed_on: date | None
    reason: str | None


class OwnGrantView(Out):
    """A grant that you may register a company by: put `code`, `street` and `region_code` into the form."""

    code: str
    carrier_code: str
    carrier_name: str
    street: str
    region_code: str
    valid_from: date
    valid_to: date
    uses_left: int
