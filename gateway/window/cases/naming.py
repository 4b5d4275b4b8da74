"""A name put together on a form page: a page of any matter that asks for a kept name (`name_reservation`)."""

from dataclasses import replace
from typing import Any

from gateway.window.cases.steps import Step
from gateway.window.cases.views import CasePage
from gateway.window.fields.shapes import Field, Page
from gateway.window.names.parts import Naming, Parts, drawing_of, kept, looked_at
from gateway.window.visit import Visiting

LOOKING = ("check", "use")
KEEPING = ("next", "keep")


def _asked(screen: Page) -> Field | None:
    return next((f for f in screen.fields if f.kind == "name_reservation"), None)


async def named_on(visit: Visiting, screen: Page, step: Step) -> Naming | None:
    """The name that the reader put together on this page: kept, or with what is in its way. None where the
    page asks for none, or none was begun."""
    asked = _asked(screen)
    if asked is None or step.name not in (*LOOKING, *KEEPING):
        return None
    parts = Parts.of(dict(visit.posted.items()), asked.pointer)
    parts = replace(parts, form=parts.form or _only_form(asked))
    if step.name == "use":
        parts = replace(parts, whole=step.field[:100])
    if step.name in LOOKING:
        return await looked_at(visit, parts, asked.pointer)
    return await kept(visit, parts, asked.pointer) if parts.begun else None


async def name_under_way(
    visit: Visiting, page: CasePage, screen: Page, naming: Naming | None
) -> dict[str, Any] | None:
    """What to draw: the name under way, or an empty one where the page asks for a name."""
    asked = _asked(screen)
    if asked is None or not page.editable:
        return None
    naming = naming or Naming(asked.pointer, Parts(form=_only_form(asked)))
    return await drawing_of(visit, naming, asked.options)


def _only_form(asked: Field) -> str:
    return asked.options[0][0] if asked.options else ""
