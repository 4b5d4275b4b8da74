"""What goes in and out about criteria, experts, panels and titles."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from contracts.values import IdNumber, PersonName
from kit.schemas import In, Label, LongText, Out, ShortText
from services.carriers.carriers.schemas import SpecialisedField

TitleStatus = Literal["valid", "expired", "revoked", "exited"]


class CriterionView(Out):
    """One criterion in force. Of the keys with the same `any_of`, one is enough."""

    key: str
    label: Label
    operator: str
    threshold: str | None
    unit: str
    any_of: str | None
    source_document: str
    source_clause: str
    valid_from: date
    valid_to: date | None


class CriteriaView(Out):
    """What is asked of a kind of recognition on a day in a region."""

    kind: str
    on: date
    region_code: str
    criteria: list[CriterionView]


class ExpertView(Out):
    """An expert in the register. Personal numbers are never shown."""

    code: str
    name: str
    organisation: str
    org_code: str | None
    fields: list[SpecialisedField]
    active: bool
    version: int


class ExpertCreate(In):
    """Registers an expert. The ID number is kept as a keyed hash only; `org_code` where the employer is an
    organisation of the platform, so that conflicts of interest are seen."""

    name: PersonName
    id_number: Annotated[IdNumber, Field(examples=["980101198107223016"])]
    organisation: ShortText
    org_code: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,59}$")] | None = None
    fields: list[SpecialisedField] = Field(default_factory=list, max_length=8)


class TitleView(Out):
    """A title. `valid_to` is its last day."""

    number: str
    kind: str
    tier: str
    carrier_code: str
    carrier_name: str
    region_code: str
    valid_from: date
    valid_to: date
    status: TitleStatus
    ended_on: date | None
    end_reason: str | None
    version: int


class TitleExit(In):
    """The holder gives its title up, in its own words."""

    reason: LongText


class TitleRevocation(In):
    """Why the authority takes it back."""

    reason: LongText


class PanelMemberView(Out):
    """A panel's member as the deciding officers see them; an expert sees only their own sheet."""

    code: str
    name: str
    organisation: str
    recused: bool
    scored: bool
    total: Decimal | None
    scores: dict[str, int] | None
    recommends: bool | None
    comment: str | None
