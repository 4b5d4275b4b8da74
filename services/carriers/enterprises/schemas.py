"""What goes out about an enterprise: what the register publishes anyway."""

from datetime import date

from kit.schemas import Out


class EnterpriseView(Out):
    """A licensed enterprise as this service knows it."""

    uscc: str
    name: str
    region_code: str
    established_on: date
