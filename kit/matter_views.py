"""A matter as the catalogue and the guide page show it: texts, pages, materials, workflow.

Only describes; what a matter is and decides stands in kit/matters.py.
"""

from datetime import date

from kit.forms import FieldView, PageView, describe_fields
from kit.matters import Matter
from kit.prefilling import dated
from kit.rulings import RULED
from kit.schemas import Label, Out
from kit.workflow import SAME_PERSON, Workflow


class StateView(Out):
    """`awaits`: the relations of which one must move (a case's `relations` are the reader's). Empty where
    only time or the system goes on."""

    code: str
    label: Label
    closed: bool
    awaits: list[str]


class MoveView(Out):
    action: str
    label: Label
    source: list[str]
    target: str
    by: list[str]
    requires: list[str]
    needs: list[str]
    then: Label | None = None
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
    first: "FirstView | None" = None


class FirstView(Out):
    """What to look at before one begins; `page` names a page of the portal."""

    text: Label
    page: str


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
            StateView(
                code=s.code,
                label=Label(zh=s.zh, en=s.en),
                closed=s.closed,
                awaits=list(workflow.awaited(s.code)),
            )
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
                then=_pair(then) if (then := m.then or (m.ruling and RULED)) else None,
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


def _dated(field: FieldView, today: date) -> FieldView:
    change: dict[str, object] = {}
    if field.default:
        value = dated(field.default.value, today)
        change["default"] = field.default.model_copy(update={"value": value})
    if field.fields:
        change["fields"] = [_dated(inner, today) for inner in field.fields]
    return field.model_copy(update=change) if change else field


def view_of(matter: Matter, prefix: str, *, today: date) -> MatterView:
    """`today`: the business day, from which the form's defaults reckon their days."""
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
            first=FirstView(text=_pair(guide.first[:2]), page=guide.first[2])
            if guide.first
            else None,
        ),
        declaration=_pair(matter.declaration),
        pages=[
            page.model_copy(update={"fields": [_dated(field, today) for field in page.fields]})
            for page in matter.views
        ],
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
