"""What the departments need to know of an enterprise, gathered once when its licence is issued.

Holds personal data: it is only ever sealed (service.py) or sent (client.py), never logged.
"""

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

LEAST_SEALS = ("official",)
"""Every enterprise has an official seal, also where the founder chose none."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person whom a department may call."""

    name: str
    phone: str = field(repr=False)

    def as_contact(self) -> dict[str, str]:
        """The pair that departments ask for."""
        return {"name": self.name, "phone": self.phone}


@dataclass(frozen=True, slots=True)
class EnterpriseFacts:
    """A licensed enterprise and the people to ask. `industry_code` is GB/T 4754."""

    case_id: UUID
    uscc: str
    enterprise_name: str
    region_code: str
    established_on: date
    applicant_sub: str
    applicant_person: str | None
    legal_representative: str
    finance_officer: Contact
    liaison: Contact
    industry_code: str
    bank_code: str
    seals: tuple[str, ...] = LEAST_SEALS

    def common(self) -> dict[str, Any]:
        """The part of a filing that every department gets: what the licence says."""
        return {
            "uscc": self.uscc,
            "enterprise_name": self.enterprise_name,
            "region": self.region_code,
            "established_on": self.established_on.isoformat(),
            "legal_representative": {"name": self.legal_representative},
        }
