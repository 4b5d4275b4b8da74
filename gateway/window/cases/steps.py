"""What a button of a form page asks for, and the draft after it: items added, taken and removed, somebody
filled in once more. Says nothing of saving."""

from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData

from gateway.window.cases.views import CasePage
from gateway.window.fields.people import filled, person_at, places, vacant
from gateway.window.fields.pointers import MISSING, input_id, read, written
from gateway.window.fields.reading import LISTS
from gateway.window.fields.shapes import Field, Page, every

WITH_PLACE = ("remove", "take", "drop", "same")
STAYING = ("add", "remove", "take", "drop", "same")


@dataclass(frozen=True, slots=True)
class Step:
    """What a button asked for: next, anyway (next, whatever the rules say), later, enter (the key: next, or
    the search that was typed), search:FIELD, add:FIELD, remove:FIELD:INDEX, take:FIELD:CODE,
    drop:FIELD:CODE, same:PLACE:PLACE (who is at the second also at the first, or at all with nobody),
    check and use:NAME (a name under way)."""

    name: str
    field: str
    last: str

    @classmethod
    def of(cls, posted: FormData) -> "Step":
        name, _, rest = str(posted.get("step", "next")).partition(":")
        if name == "enter":
            name, rest = _entered(posted)
        if name in WITH_PLACE:
            place, _, last = rest.rpartition(":")
            return cls(name, place, last)
        return cls(name, rest, "")


def _entered(posted: FormData) -> tuple[str, str]:
    """The Enter key: it searches where a search was typed whose results are not shown yet, else goes on."""
    for key, text in posted.items():
        name, _, part = key.rpartition("#")
        typed = text.strip() if part == "q" and isinstance(text, str) else ""
        if typed and typed != str(posted.get(f"{name}#sought", "")).strip():
            return "search", name
    return "next", ""


def field_at(screen: Page, pointer: str) -> Field | None:
    """The field of this page at a concrete pointer (`/people/0/phone` fits `/people/*/phone`)."""
    if not pointer:
        return None
    general = "/".join("*" if part.isdigit() else part for part in pointer.split("/"))
    return next((f for f in every(screen.fields) if f.pointer == general), None)


def after(
    page: CasePage, screen: Page, document: dict[str, Any], step: Step
) -> tuple[dict[str, Any], str]:
    """The draft after the step, and where on the page to come back to."""
    if step.name == "same":
        return _same_person(page, screen, document, step)
    return _stepped(screen, document, step)


def _stepped(screen: Page, document: dict[str, Any], step: Step) -> tuple[dict[str, Any], str]:
    asked = field_at(screen, step.field)
    if asked is None:
        return document, ""
    if step.name in ("take", "drop") and asked.kind not in LISTS:
        value = step.last if step.name == "take" else MISSING
        return written(document, step.field, value), input_id(step.field)
    items = list(read(document, step.field) or [])
    if step.name == "add" and len(items) < asked.max_items:
        items.append({})
    elif step.name == "remove" and step.last.isdigit() and int(step.last) < len(items):
        del items[int(step.last)]
    elif step.name == "take" and step.last not in items and len(items) < asked.max_items:
        items.append(step.last)
    elif step.name == "drop":
        items = [i for i in items if i != step.last]
    if step.name == "search":
        return document, input_id(step.field) + ("-q" if asked.kind in LISTS else "")
    anchor = input_id(step.field) + (f"-{len(items) - 1}" if step.name == "add" else "")
    changed: dict[str, Any] = written(document, step.field, items or MISSING)
    return changed, anchor


def _same_person(
    page: CasePage, screen: Page, document: dict[str, Any], step: Step
) -> tuple[dict[str, Any], str]:
    """Whoever now stands at a place of the draft filled in once more."""
    known = {pointer for pointer, _ in places(page.questions, document)}
    person = person_at(document, step.last) if step.last in known else None
    targets = [step.field] if step.field else vacant(screen.fields, document)
    changed = filled(document, screen.fields, person, targets) if person else document
    return changed, input_id(step.field) if step.field else ""
