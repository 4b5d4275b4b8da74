"""What goes out of the register. There is no field here that the law does not publish, but for
`EntityInternalView`, which officers see."""

from datetime import date, datetime
from uuid import UUID

from kit.schemas import Out
from services.registration.register.rules import EntityState


class EntitySummary(Out):
    """A row of the public list."""

    uscc: str
    name: str
    entity_kind: str
    organization_form: str
    state: EntityState
    head_name: str
    registered_capital_fen: int | None
    founded_on: date
    region_code: str
    industry_code: str
    registration_authority: str
    is_demo: bool


class ShareholderView(Out):
    """A shareholder as published: name and contribution, never a number."""

    kind: str
    name: str
    uscc: str | None
    subscribed_fen: int
    paid_in_fen: int
    method: str
    due_on: date | None


class OfficeView(Out):
    """A person in a published office."""

    role: str
    name: str


class EntityView(EntitySummary):
    """An entity as the law publishes it. `address_status`: own, hosted by a carrier, or lapsed (the hosting
    is over and another address is due)."""

    legacy_reg_no: str | None
    type_text: str
    head_role: str
    domicile: str
    address_status: str
    business_scope: str
    approved_on: date
    ended_on: date | None
    licence_version: int
    version: int
    shareholders: list[ShareholderView]
    people: list[OfficeView]


class InternalPerson(Out):
    """A person with what officers may see: masks, never whole numbers."""

    role: str
    name: str
    is_published: bool
    id_masked: str | None
    phone_masked: str | None


class InternalShareholder(Out):
    name: str
    id_masked: str | None


class EntityInternalView(Out):
    """What an officer of the region sees beside the published record."""

    entity: EntityView
    case_id: UUID | None
    people: list[InternalPerson]
    shareholders: list[InternalShareholder]
    registered_at: datetime
    updated_at: datetime


class EntityChange(Out):
    """One change: fetch `href` for the entity as it is now."""

    uscc: str
    kind: str
    version: int
    changed_at: datetime
    href: str


class EntityChanges(Out):
    """A piece of the change feed. `next` is always there: ask again with `since=next`.

    Everything committed before `as_of` is in what was given up to `next`, if `items` is shorter than
    the limit.
    """

    items: list[EntityChange]
    next: str
    as_of: datetime


class SnapshotFile(Out):
    """`bytes` and `content_digest` (RFC 9530) are those of the uncompressed file."""

    format: str
    href: str
    bytes: int
    content_digest: str


class SnapshotView(Out):
    """A copy of the published register at `as_of`; the change feed goes on at `since`."""

    id: UUID
    taken_on: date
    as_of: datetime
    since: str
    entities: int
    files: list[SnapshotFile]
