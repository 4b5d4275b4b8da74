"""A matter (事项): everything that one can apply for, as one value.

    ESTABLISHMENT = Matter(code="company-establishment", workflow=WORKFLOW, form=EstablishmentForm, …)

It carries its workflow, its form and pages, its materials, its guide texts and the handler with the rules
and effects that only this matter has. Adding a matter is adding a folder that makes one of these.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel

from kit.errors import FieldError
from kit.forms import FieldView, FormPage, PageView, describe, describe_fields
from kit.schemas import Label, Out
from kit.workflow import SAME_PERSON, Workflow

if TYPE_CHECKING:
    from kit.cases.context import CaseContext

Effect = Callable[["CaseContext", Any], Awaitable[None]]


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
    """The texts of the guide page (办事指南), each a pair (zh-CN, en)."""

    summary: tuple[str, str]
    who: tuple[str, str]
    result: tuple[str, str]
    fee: tuple[str, str] = ("不收费", "Free of charge")
    legal_basis: Sequence[tuple[str, str]] = ()
    steps: Sequence[tuple[str, str]] = ()


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


class Handler:
    """What only this matter knows. Override what differs; the defaults decide nothing."""

    effects: Mapping[str, Effect] = {}

    def title(self, form: Mapping[str, Any]) -> str:  # noqa: ARG002
        """The case's short title from its (masked) form."""
        return ""

    def region(self, form: Mapping[str, Any]) -> str | None:  # noqa: ARG002
        """The region that decides, from the form, or None to keep the present one."""
        return None

    async def findings(self, context: "CaseContext", form: Any) -> list[FieldError]:  # noqa: ARG002
        """What a complete form breaks, with pointers into it."""
        return []

    async def edited(self, context: "CaseContext") -> None:
        """After each edit of the form (for instance: signatures become void)."""

    async def answering_objection(self, context: "CaseContext") -> None:
        """Before an officer decides an objection to this case: raise a Problem to refuse them."""

    def public_facts(self, facts: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """The facts that the case's reply shows."""
        return {}

    def shown(self, facts: Mapping[str, Any]) -> list[FactView]:  # noqa: ARG002
        """The same for a reader: what a page shows of them, in order, in words."""
        return []


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


class StateView(Out):
    code: str
    label: Label
    closed: bool


class MoveView(Out):
    action: str
    label: Label
    source: list[str]
    target: str
    by: list[str]
    requires: list[str]
    needs: list[str]
    fields: list[FieldView]


class DeadlineRuleView(Out):
    key: str
    kind: str
    label: Label
    workdays: int | None
    days: int | None
    runs_in: list[str]
    on_pass: str
    legal_basis: str | None


class WorkflowView(Out):
    initial: str
    states: list[StateView]
    moves: list[MoveView]
    deadlines: list[DeadlineRuleView]


class MaterialView(Out):
    code: str
    label: Label
    hint: Label | None
    required: bool
    generated: bool


class GuideView(Out):
    summary: Label
    who: Label
    result: Label
    fee: Label
    legal_basis: list[Label]
    steps: list[Label]


class MatterSummary(Out):
    """A row of the matters catalogue."""

    code: str
    title: Label
    summary: Label
    department: str
    themes: list[str]
    life_events: list[str]
    href: str


class MatterView(MatterSummary):
    """A matter in full: guide, pages, materials and workflow."""

    guide: GuideView
    declaration: Label
    pages: list[PageView]
    materials: list[MaterialView]
    workflow: WorkflowView
    editable_in: list[str]


def _pair(pair: tuple[str, str]) -> Label:
    return Label(zh=pair[0], en=pair[1])


def summary_of(matter: Matter, prefix: str) -> MatterSummary:
    return MatterSummary(
        code=matter.code,
        title=Label(zh=matter.zh, en=matter.en),
        summary=_pair(matter.guide.summary),
        department=matter.department,
        themes=list(matter.themes),
        life_events=list(matter.life_events),
        href=f"{prefix}/matters/{matter.code}",
    )


def workflow_view(workflow: Workflow) -> WorkflowView:
    return WorkflowView(
        initial=workflow.initial,
        states=[
            StateView(code=s.code, label=Label(zh=s.zh, en=s.en), closed=s.closed)
            for s in workflow.states
        ],
        moves=[
            MoveView(
                action=m.action,
                label=Label(zh=m.zh, en=m.en),
                source=list(m.source),
                target=m.target,
                by=list(m.by),
                requires=m.requires,
                needs=[need.code for need in (*m.needs, *([SAME_PERSON] if m.apart_from else []))],
                fields=describe_fields(m.takes) if m.takes else [],
            )
            for m in workflow.moves
        ],
        deadlines=[
            DeadlineRuleView(
                key=d.key,
                kind=d.kind,
                label=Label(zh=d.zh, en=d.en),
                workdays=d.workdays or None,
                days=d.days or None,
                runs_in=list(d.runs_in),
                on_pass=d.on_pass,
                legal_basis=d.legal_basis,
            )
            for d in workflow.deadlines
        ],
    )


def view_of(matter: Matter, prefix: str) -> MatterView:
    guide = matter.guide
    return MatterView(
        **summary_of(matter, prefix).model_dump(),
        guide=GuideView(
            summary=_pair(guide.summary),
            who=_pair(guide.who),
            result=_pair(guide.result),
            fee=_pair(guide.fee),
            legal_basis=[_pair(line) for line in guide.legal_basis],
            steps=[_pair(line) for line in guide.steps],
        ),
        declaration=_pair(matter.declaration),
        pages=matter.views,
        materials=[
            MaterialView(
                code=m.code,
                label=Label(zh=m.zh, en=m.en),
                hint=Label(zh=m.hint_zh, en=m.hint_en) if m.hint_zh else None,
                required=m.required,
                generated=m.generated,
            )
            for m in matter.materials
        ],
        workflow=workflow_view(matter.workflow),
        editable_in=list(matter.editable_in),
    )
