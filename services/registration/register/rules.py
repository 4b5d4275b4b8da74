"""What the register takes, as pure data: an entity's record and what of it the law publishes.

Published (企业信息公示暂行条例 art. 6; 市场主体登记管理条例 art. 8, 9): the registered items,
shareholders with their contributions, directors, supervisors and managers. Not published: numbers,
phones, the liaison, the finance officer. Numbers never enter this file whole: callers hand in hash and
mask.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Fen = Annotated[int, Field(gt=0, le=10**15, strict=True)]


class EntityState(StrEnum):
    """Where an entity stands: 存续, 歇业, 吊销, 注销."""

    active = "active"
    dormant = "dormant"
    revoked = "revoked"
    deregistered = "deregistered"


class PersonRole(StrEnum):
    """Offices in an entity; the last two are filed but not published."""

    legal_representative = "legal_representative"
    operator = "operator"
    principal = "principal"
    director = "director"
    supervisor = "supervisor"
    manager = "manager"
    liaison = "liaison"
    finance_officer = "finance_officer"


UNPUBLISHED_ROLES = frozenset({PersonRole.liaison, PersonRole.finance_officer})


class PersonRecord(BaseModel):
    """A person in an office. `person` is the keyed hash of the number, `id_masked` its mask."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    role: PersonRole
    name: Line
    person: str | None = None
    id_masked: str | None = None
    phone_masked: str | None = None


class ShareholderRecord(BaseModel):
    """A shareholder; amounts in fen, `method` as filed (货币, 实物 …)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    kind: Annotated[str, StringConstraints(pattern="^(person|organisation)$")]
    name: Line
    shareholder_uscc: str | None = None
    person: str | None = None
    id_masked: str | None = None
    subscribed_fen: Fen
    paid_in_fen: Annotated[int, Field(ge=0, le=10**15)] = 0
    method: Line = "货币"
    due_on: date | None = None


class Seat(BaseModel):
    """Where an entity sits and which authority keeps its file."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    domicile: Line
    address_status: Annotated[str, StringConstraints(pattern="^(own|hosted)$")]
    region_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
    registration_authority: Line


class EntityRecord(BaseModel):
    """Everything that registration puts into the register at once.

    `entity_kind` and `organization_form` are codes of the reference data; `region_code` is where the
    entity sits now, whatever its code says.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
    uscc: Annotated[str, StringConstraints(pattern=r"^[0-9A-HJ-NP-RTUWXY]{18}$")]
    legacy_reg_no: str | None = None
    case_id: UUID | None = None
    name: Line
    entity_kind: Line
    organization_form: Line
    type_text: Line
    head_role: PersonRole
    head_name: Line
    registered_capital_fen: Fen | None = None
    founded_on: date
    approved_on: date
    domicile: Line
    address_status: Annotated[str, StringConstraints(pattern="^(own|hosted)$")] = "own"
    business_scope: Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
    industry_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{2,4}$")]
    region_code: Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
    registration_authority: Line
    licence_version: Annotated[int, Field(ge=1)] = 1
    is_demo: bool
    people: tuple[PersonRecord, ...] = ()
    shareholders: tuple[ShareholderRecord, ...] = ()
