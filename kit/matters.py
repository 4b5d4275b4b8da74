"""A matter (事项): everything that one can apply for, as one value; and a case of it while it moves.

    ESTABLISHMENT = Matter(code="company-establishment", workflow=WORKFLOW, form=EstablishmentForm, …)

It carries its workflow, its form and pages, its materials, its guide texts and the handler with the rules
and effects that only this matter has. Adding a matter is adding a folder that makes one of these.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from kit.auth import Actor
from kit.cases.store import GENESIS
from kit.errors import FieldError
from kit.forms import FormPage, PageView, describe
from kit.outbox import Event, emit
from kit.rulings import Office
from kit.schemas import Label, Out
from kit.sealing import Sealer
from kit.workdays import WorkCalendar
from kit.workflow import Workflow


@dataclass(frozen=True)
class Material:
    """A document that a case needs. `generated`: the platform writes it from the form."""

    code: str
    zh: str
    en: str
    required: bool = True
    generated: bool = False
    hint_zh: str = ""
    hint_en: str = ""


@dataclass(frozen=True)
class Guide:
    """The texts of the guide page (办事指南), each a pair (zh-CN, en). `first` is what to look at before one
    begins, with the name of the portal's page that shows it."""

    summary: tuple[str, str]
    who: tuple[str, str]
    result: tuple[str, str]
    fee: tuple[str, str] = ("不收费", "Free of charge")
    legal_basis: Sequence[tuple[str, str]] = ()
    steps: Sequence[tuple[str, str]] = ()
    first: tuple[str, str, str] | None = None


class FactView(Out):
    """One line of what has come of a case so far. `kind` says how `value` is written: `text` in both
    languages, `lines` of such, `money` in fen, `day` as an ISO date, `percent` as a decimal fraction."""

    label: Label
    kind: Literal["text", "lines", "money", "day", "percent"]
    value: Label | list[Label] | int | str


def fact(zh: str, en: str, kind: str, value: Any) -> FactView:
    """A line with both labels; a `text` may be one word for both languages."""
    if kind == "text" and isinstance(value, str):
        value = Label(zh=value, en=value)
    return FactView.model_validate({"label": Label(zh=zh, en=en), "kind": kind, "value": value})


@dataclass
class CaseState:
    """The case while it moves. Effects change `facts`, `title` and `region_code`; the mechanism the rest.

    `form` is the stored form: personal numbers are sealed.
    """

    id: UUID
    reference: str
    matter: str
    state: str
    version: int
    title: str
    applicant_sub: str
    applicant_person: str | None
    applicant_org: str | None
    region_code: str
    departments: list[str]
    form: dict[str, Any]
    facts: dict[str, Any]
    submission: int
    due_on: date | None
    created_at: datetime
    updated_at: datetime
    submitted_at: datetime | None
    closed_at: datetime | None

    @property
    def applicants(self) -> list[str]:
        """Who applied, as principals."""
        person, org = self.applicant_person, self.applicant_org
        found = [f"sub:{self.applicant_sub}"] + ([f"person:{person}"] if person else [])
        return found + ([f"org:{org}"] if org else [])


@dataclass
class CaseContext:
    """One case, one caller, one transaction, one instant of business time."""

    session: AsyncSession
    case: CaseState
    matter: "Matter"
    actor: Actor
    now: datetime
    today: date
    calendar: WorkCalendar
    sealer: Sealer
    state: Any
    reason: str | None = None
    move_data: dict[str, Any] = field(default_factory=dict)
    follow_ups: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    present_parties: list[tuple[str, str]] = field(default_factory=list)
    head: str = GENESIS
    parties: list[tuple[str, str]] | None = None
    """(principal, role) pairs that replace the present ones; `person:<hash>` or `org:<code>`."""

    def opened(self) -> BaseModel:
        """The form with its personal numbers, validated. For rules and effects; never logged."""
        return self.matter.form.model_validate(self.sealer.open(self.case.form))

    def then(self, action: str, **body: Any) -> None:
        """The system makes this move next, in the same transaction."""
        self.follow_ups.append((action, body))

    async def emit(
        self, type_: str, data: BaseModel, *, audience: tuple[str, ...] = ("staff",)
    ) -> None:
        """An event about this case, ordered by the version that this move will have."""
        event = Event(
            type=type_,
            aggregate=(self.matter.aggregate, str(self.case.id)),
            sequence=self.case.version + 1,
            data=data,
            audience=audience,
            occurred_at=self.now,
        )
        await emit(self.session, event)


Effect = Callable[[CaseContext, Any], Awaitable[None]]


class Handler:
    """What only this matter knows. Override what differs; the defaults decide nothing."""

    effects: Mapping[str, Effect] = {}

    def title(self, form: Mapping[str, Any]) -> str:  # noqa: ARG002
        """The case's short title from its (masked) form."""
        return ""

    def region(self, form: Mapping[str, Any]) -> str | None:  # noqa: ARG002
        """The region that decides, from the form, or None to keep the present one."""
        return None

    async def findings(self, context: CaseContext, form: Any) -> list[FieldError]:  # noqa: ARG002
        """What a complete form breaks, with pointers into it."""
        return []

    async def edited(self, context: CaseContext) -> None:
        """After each edit of the form (for instance: signatures become void)."""

    def public_facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """The facts that the case's reply shows."""
        return {}

    def shown(self, facts: Mapping[str, Any]) -> list[FactView]:  # noqa: ARG002
        """The same for a reader: what a page shows of them, in order, in words."""
        return []

    def labels(self, case: Any) -> Mapping[str, str]:  # noqa: ARG002
        """What the form's references are called, by pointer. From the case's own row: whoever may see it
        reads the name, though the list that it was picked from is the applicant's alone."""
        return {}

    async def asked(self, context: "CaseContext") -> Sequence[str]:
        """Principals whose answer the present state awaits: those who are reminded of its day."""
        awaited = set(context.matter.workflow.awaited(context.case.state))
        found = [principal for principal, role in context.present_parties if role in awaited]
        return [*context.case.applicants, *found] if "applicant" in awaited else found

    def office(self, case: Any) -> Office | None:  # noqa: ARG002
        """Who decides on the case, by name; None where only the role is known."""
        return None


@dataclass(frozen=True)
class Matter:
    """One matter. `editable_in` are the states in which the applicant may change the form;
    `joint_departments` work on its cases beside the lead `department`."""

    code: str
    zh: str
    en: str
    department: str
    reference_prefix: str
    workflow: Workflow
    form: type[BaseModel]
    pages: tuple[FormPage, ...]
    guide: Guide
    handler: Handler
    editable_in: tuple[str, ...]
    aggregate: str = "case"
    joint_departments: tuple[str, ...] = ()
    materials: tuple[Material, ...] = ()
    themes: tuple[str, ...] = ()
    life_events: tuple[str, ...] = ()
    declaration: tuple[str, str] = (
        "本人承诺所填内容真实、完整。",
        "I declare that this is true and complete.",
    )
    submit_action: str = "submit"
    views: list[PageView] = field(default_factory=list, init=False, compare=False)

    def __post_init__(self) -> None:
        self.views.extend(describe(self.form, self.pages))
        unknown = set(self.handler.effects) - self.workflow.actions()
        if unknown:
            raise ValueError(f"{self.code}: effects for unknown actions {sorted(unknown)}")
