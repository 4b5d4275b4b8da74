"""What goes in and out over HTTP about names. No rule lives here."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from kit.schemas import In, Label, Out
from services.registration.names.comparison import Likeness
from services.registration.names.forms import EntityKind
from services.registration.names.promise import STATEMENT, Promise
from services.registration.names.rules import TieKind
from services.registration.names.service import Wish
from services.registration.names.verdicts import Authority, Level, Outcome

NameText = Annotated[str, StringConstraints(min_length=1, max_length=100)]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
Word = Annotated[str, StringConstraints(min_length=1, max_length=20)]
DocumentNumber = Annotated[str, StringConstraints(min_length=2, max_length=60)]
CarrierId = Annotated[str, StringConstraints(min_length=1, max_length=64, pattern=r"^[\w-]+$")]
SelfDeclared = Literal[
    "limited_company",
    "joint_stock_company",
    "general_partnership",
    "special_general_partnership",
    "limited_partnership",
    "sole_proprietorship",
    "individual_business",
    "cooperative",
    "cooperative_union",
]
State = Literal["reserved", "registered", "released", "lapsed"]


class TieIn(In):
    """A declared tie to the holder of an existing name (名称规定 art. 17); proved when registering."""

    name_id: UUID
    kind: TieKind


class NameWish(In):
    """A name and what the applicant says about it."""

    name: NameText = Field(examples=["青屿星河科技有限公司"])
    region_code: RegionCode = Field(
        examples=["980101"], description="County of the seat, GB/T 2260"
    )
    organization_form: SelfDeclared | None = Field(
        default=None, description="Where absent, what the name's own ending says"
    )
    prior_approval: bool = Field(
        default=False,
        description="Establishment or scope is approved before registration (art. 18)",
    )
    incubatee_of: CarrierId | None = Field(
        default=None, description="Carrier that hosts the applicant; opens new-industry words"
    )
    ties: list[TieIn] = Field(default_factory=list, max_length=20)
    other_meaning: Word | None = Field(
        default=None, description="Region or industry word used as trade name in another meaning"
    )
    foreign_controlled: bool = Field(
        default=False, description="Foreign-controlled, using the investor's trade name: （中国）"
    )

    approval_document: DocumentNumber | None = Field(
        default=None,
        description="Number of the approval that a higher authority gave to the name (arts. 6, 12)",
    )

    def wish(self) -> Wish:
        """The same as the use cases take it."""
        return Wish(
            name=self.name,
            region_code=self.region_code,
            organization_form=EntityKind(self.organization_form)
            if self.organization_form
            else None,
            prior_approval=self.prior_approval,
            incubatee_of=self.incubatee_of,
            ties={str(tie.name_id): tie.kind for tie in self.ties},
            other_meaning=self.other_meaning or "",
            foreign_controlled=self.foreign_controlled,
            approval_document=self.approval_document or "",
        )


class NameComposeIn(In):
    """The parts of a name, as a person chooses them one by one."""

    region_code: RegionCode = Field(examples=["980101"], description="County of the seat")
    trade_name: Word = Field(examples=["松间"])
    industry: Annotated[str, StringConstraints(max_length=20)] = Field(
        default="", examples=["科技"], description="行业或者经营特点"
    )
    organization_form: Literal["limited_company", "joint_stock_company"] = "limited_company"


class ComposedNameView(Out):
    """A whole name, not judged yet."""

    name: str


class NameCheckIn(NameWish):
    """`suggestions`: how many free names to add when this one cannot be had as it is."""

    suggestions: Annotated[int, Field(ge=0, le=10)] = 3


class NameSuggestionsIn(NameWish):
    """`limit`: how many free names are wanted."""

    limit: Annotated[int, Field(ge=1, le=10)] = 5


class PromiseIn(In):
    """The written promise of art. 16. `similar`: ids of every similar name that the check showed."""

    statement: Literal["similar-names/1"]
    similar: list[UUID] = Field(min_length=1, max_length=200)

    def promise(self) -> Promise:
        """The same as the use cases take it."""
        return Promise(statement=self.statement, similar=[str(one) for one in self.similar])


class NameReserveIn(NameWish):
    """A wish to keep the name, with the promise where similar names exist."""

    promise: PromiseIn | None = None
    for_review: bool = Field(
        default=False,
        description="Keep a name that an officer has to look at when registering (level `judgement`)",
    )

    def wish(self) -> Wish:
        """The same as the use cases take it."""
        return replace(super().wish(), for_review=self.for_review)


class PartsView(Out):
    """The name in its parts; empty text = missing. `order`: first, bracket or none."""

    region: str
    trade_name: str
    industry: str
    form: str
    branch: str
    order: str
    region_code: str | None
    division: str | None = Field(description="GB/T 4754 大类 of the industry, when it says one")
    organization_forms: list[str]


class ExistingNameView(Out):
    """A name in the way."""

    id: UUID
    href: str
    reference: str
    name: str
    state: str
    likeness: Likeness


class AuthorityView(Out):
    """Who decides, and how one asks them; `href` where they have a page for it."""

    code: Authority
    name: Label
    how: Label
    href: str | None


class ReasonView(Out):
    """One finding, with the clause it rests on."""

    code: str
    level: Level
    legal_basis: str
    message: Label
    part: str | None
    existing: ExistingNameView | None = None
    authority: AuthorityView | None = None


class StatementView(Out):
    """The promise to be made, word by word. `similar`: the ids it must name."""

    statement: str = STATEMENT
    text: Label
    similar: list[UUID]


class NameCheckView(Out):
    """The verdict on a name. Nothing is kept: `POST /name-reservations` keeps it."""

    name: str
    outcome: Outcome
    parts: PartsView
    reasons: list[ReasonView]
    promise: StatementView | None
    suggestions: list[str]
    city_code: str


class NameSuggestionsView(Out):
    """Free names near the wish, nearest first."""

    items: list[str]


class ActionView(Out):
    """A move that the caller may make now."""

    action: str
    requires: list[str]
    href: str


class BlockedActionView(Out):
    """A move that is closed, and why."""

    action: str
    code: str
    legal_basis: str | None = None
    opens_at: datetime | None = None


class NameReservationView(Out):
    """A name kept for an applicant, until the end of `reserved_until` (Asia/Shanghai)."""

    id: UUID
    reference: str
    name: str
    state: State
    version: int
    region_code: str
    city_code: str
    organization_form: str
    reserved_on: date
    reserved_until: date
    prior_approval: bool
    incubatee_of: str | None
    promise: dict[str, Any] | None
    ties: list[dict[str, Any]]
    reasons: list[dict[str, Any]]
    case_id: UUID | None
    uscc: str | None
    created_at: datetime
    ended_at: datetime | None
    allowed_actions: list[ActionView]
    blocked_actions: list[BlockedActionView]
