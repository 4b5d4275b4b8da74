"""Small forms that belong to no matter: their questions, how they are drawn, and how they are sent.

A grant, a service record or a rating is one request body with a few fields; here it stands in the window's
words, with the API's own field names. Must not decide whether somebody may send it: the service does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.window.codes import meanings
from gateway.window.fields.messages import message
from gateway.window.fields.pointers import input_id
from gateway.window.fields.reading import read_fields
from gateway.window.fields.shapes import Field
from gateway.window.fields.telling import told, unread
from gateway.window.fields.widgets import Drawing, Widget, widgets
from gateway.window.services import Answer, Refusal, Service
from gateway.window.visit import Visiting

Lists = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Question:
    """One field. `options` names one of the lists that the page hands in; `unit` stands behind the box."""

    name: str
    kind: str
    label: str
    options: str = ""
    required: bool = True
    hint: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """One form: what its button says and what it asks for."""

    action: str
    label: str
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A form ready for the template. `open`: it came back with faults."""

    action: str
    label: str
    href: str
    version: str
    widgets: tuple[Widget, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong place of one form: the input's pointer (empty for the whole form) and a sentence."""

    pointer: str
    text: str

    @property
    def line(self) -> dict[str, str]:
        """As the error summary wants it."""
        return {"field": input_id(self.pointer) if self.pointer else "", "text": self.text}


def _fields(visit: Visiting, ask: Ask, lists: Lists) -> tuple[Field, ...]:
    return tuple(
        Field(
            name=q.name,
            pointer=f"/{q.name}",
            kind=q.kind,
            label=visit.say(q.label),
            hint=visit.say(q.hint) if q.hint else None,
            required=q.required,
            unit=visit.say(q.unit) if q.unit else None,
            options=tuple(lists.get(q.options, {}).items()) if q.options else (),
        )
        for q in ask.questions
    )


async def whole(visit: Visiting, path: str, **params: Any) -> list[dict[str, Any]]:
    """All rows of a list of carriers, page after page: what one may choose from has no silent end."""
    rows: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await visit.services.get("carriers", path, cursor=cursor, limit=200, **params)).body
        rows += page["items"]
        cursor = page["next"]
    return rows


def draw(
    visit: Visiting,
    ask: Ask,
    href: str,
    *,
    lists: Lists | None = None,
    version: str = "",
    values: Mapping[str, Any] | None = None,
    faults: Sequence[Fault] = (),
) -> Drawn:
    """The form for a page; after a refusal with what was typed and what is wrong with it."""
    fields = _fields(visit, ask, lists or {})
    base = f"/{ask.action}"
    mine = {f.pointer: f.text for f in faults if f.pointer.startswith(f"{base}/")}
    back = bool(faults) and visit.posted.get("ask") == ask.action
    filled = read_fields(fields, visit.posted, base=base)[0] if back else dict(values or {})
    drawing = Drawing(visit.language, {}, mine)
    made = widgets(fields, filled, drawing, base=base)
    return Drawn(ask.action, visit.say(ask.label), href, version, made, back)


async def send(
    visit: Visiting,
    ask: Ask,
    service: Service,
    path: str,
    *,
    lists: Lists | None = None,
    method: str = "POST",
    fixed: Mapping[str, Any] | None = None,
) -> tuple[Answer | None, list[Fault]]:
    """Send the form that was posted, once however often the button is pressed; or say what is wrong.

    Refusals that the person can mend (409, 422) come back as faults; everything else is raised.
    """
    base = f"/{ask.action}"
    fields = _fields(visit, ask, lists or {})
    body, wrong = read_fields(fields, visit.posted, base=base)
    if wrong:
        return None, [Fault(w.pointer, unread(visit, w, fields, base=base)) for w in wrong]
    body |= fixed or {}
    version = str(visit.posted.get("version", "")) or None
    try:
        if method == "PUT":
            return await visit.services.put(service, path, body=body, version=version or ""), []
        key = str(visit.posted.get("one_time_key", ""))
        return await visit.services.post(service, path, body=body, key=key, version=version), []
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return None, await _faults(visit, service, base, refusal, fields)


async def _faults(
    visit: Visiting, service: Service, base: str, refusal: Refusal, fields: Sequence[Field]
) -> list[Fault]:
    known = await meanings(visit, service)
    said = str(refusal.problem.get("detail") or refusal.problem.get("title") or refusal.code)
    found = [
        Fault(base + str(e.get("pointer", "")), _sentence(visit, e, known, said, fields))
        for e in refusal.errors
    ]
    return found or [Fault("", said)]


def _sentence(
    visit: Visiting,
    error: Mapping[str, Any],
    known: Mapping[str, str],
    title: str,
    fields: Sequence[Field],
) -> str:
    """The service's own sentence for the whole, where its error has no words of its own."""
    bare = visit.say("内容不符合要求（%(code)s）", code=error.get("code", ""))
    wordless = message(visit, error, known) == bare
    return title if wordless and title else told(visit, error, fields, known)
