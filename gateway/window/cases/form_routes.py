"""The form of a case, one page at a time, for any matter: show, save, add, remove, search.

Works by plain submits; htmx only fetches search results while typing. What is saved is the whole draft with
this page's answers in it, under the version that the page was made from.
"""

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from gateway.window.cases.beginning import world_of
from gateway.window.cases.naming import name_under_way, named_on
from gateway.window.cases.steps import STAYING, Step, after, field_at
from gateway.window.cases.views import CasePage, load_case
from gateway.window.codes import meanings
from gateway.window.fields.following import followed
from gateway.window.fields.messages import page_with
from gateway.window.fields.options import options_of, search_options
from gateway.window.fields.people import named, vacant
from gateway.window.fields.pointers import belongs, input_id, read, written
from gateway.window.fields.reading import missing, read_fields
from gateway.window.fields.shapes import Page
from gateway.window.fields.telling import by_pointer
from gateway.window.fields.widgets import Drawing, Option, widgets
from gateway.window.names.parts import Naming
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal
from gateway.window.visit import SignedInVisit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@dataclass(slots=True)
class Showing:
    """What a form page shows besides the case: the draft as it stands, messages, search results."""

    document: Mapping[str, Any]
    errors: dict[str, str] = field(default_factory=dict)
    found: dict[str, Sequence[Option]] = field(default_factory=dict)
    searches: dict[str, str] = field(default_factory=dict)
    naming: Naming | None = None
    status: int = 200


@router.get("/cases/{case_id}/form/{key}")
async def form_page(
    visit: SignedInVisit,
    case_id: UUID,
    key: str,
    field: str = "",
    q: str = "",
    back: str = "",
    chosen: str = "",
    value: str = "",
) -> Response:
    """`field` and `q` show a search; `chosen` and `value` preselect what another page brought back."""
    page = await load_case(visit, case_id, expand="")
    screen = _screen(page, key)
    showing = Showing(page.case["form"])
    if back == "check":  # who comes to mend something sees beside the answer what is wrong with it
        showing.errors = await _found_here(visit, page, screen)
    preselected = field_at(screen, chosen)
    if preselected is not None and not preselected.fields:
        showing.document = written(showing.document, chosen, value[:100])
    asked = field_at(screen, field)
    if asked is not None and asked.options_href:
        showing.found[field] = await search_options(visit, page.service, asked.options_href, q)
        showing.searches[field] = q[:60]
    return await _show(visit, page, screen, showing, back=back)


async def _found_here(visit: Visiting, page: CasePage, screen: Page) -> dict[str, str]:
    """What stands in the way of sending, as far as it is asked on this page."""
    path = f"/api/{page.service}/v1/cases/{page.id}/findings"
    found = (await visit.services.get(page.service, path)).body["findings"]
    known = await meanings(visit, page.service)
    said = by_pointer(visit, found, page.questions, known)
    return {pointer: text for pointer, text in said.items() if page_with([screen], pointer)}


async def bring_back(visit: Visiting, back: str, pointer: str, value: str) -> str:
    """Take what another page found into the draft whose form page sent the reader there; where to go on."""
    here = re.fullmatch(r"/cases/([0-9a-f-]{36})/form/([\w-]+)", back)
    if here is None:
        return back
    shown = f"{back}?chosen={quote(pointer, safe='')}&value={quote(value, safe='')}"
    page = await load_case(visit, UUID(here[1]), expand="")
    screen = _screen(page, here[2])
    if field_at(screen, pointer) is None:
        return back
    document = written(page.case["form"], pointer, value)
    try:
        await _put(visit, page, document, page.version)
    except Refusal:
        return shown  # what is wrong is said where it can be mended
    return shown if missing(screen.fields, document) else _next(page, screen, "")


async def _put(visit: Visiting, page: CasePage, document: Mapping[str, Any], version: str) -> None:
    path = f"/api/{page.service}/v1/cases/{page.id}/form"
    await visit.services.put(page.service, path, body={"form": document}, version=version)


@router.get("/cases/{case_id}/form/{key}/found")
async def found_fragment(visit: SignedInVisit, case_id: UUID, key: str, field: str) -> Response:
    """Search results alone, for htmx. The input sends its text under its own name."""
    page = await load_case(visit, case_id, expand="")
    asked = field_at(_screen(page, key), field)
    if asked is None or not asked.options_href:
        raise Refusal(404, {})
    text = visit.request.query_params.get(f"{field}#q", "")
    found = (
        await search_options(visit, page.service, asked.options_href, text)
        if text.strip()
        else None
    )
    chosen = read(page.case["form"], field) or []
    return visit.page("fields/found.html", name=field, options=found, chosen=chosen)


@router.post("/cases/{case_id}/form/{key}")
async def save(visit: SignedInVisit, case_id: UUID, key: str) -> Response:
    """Take the page's answers into the draft, do the asked step, save, go on."""
    page = await load_case(visit, case_id, expand="")
    screen, posted = _screen(page, key), visit.posted
    answered, faults = read_fields(screen.fields, posted)
    step, back = Step.of(posted), str(posted.get("back", ""))
    own = {f.name for f in screen.fields}
    document = {k: v for k, v in page.case["form"].items() if k not in own} | answered
    document, anchor = after(page, screen, document, step)
    showing = Showing(document, status=422)
    showing.errors = {f.pointer: visit.say(f.message) for f in faults}
    naming = await named_on(visit, screen, step)
    if naming and naming.reservation:
        document = written(document, naming.pointer, naming.reservation)
    elif naming:
        showing.naming, showing.status = naming, 422 if naming.errors else 200
        return await _show(visit, page, screen, showing, back=back)
    world = world_of(visit, page.service, {})
    showing.document = (
        document  # as typed: what follows from a wrong answer would never follow again
    )
    document = await followed(page.questions, page.case["form"], document, world)
    changed = _changed_meanwhile(screen, page, posted)
    if not (showing.errors or changed):
        try:
            await _put(visit, page, document, page.version)
        except Refusal as refusal:
            if refusal.status != 422 or not refusal.errors:
                raise
            known = await meanings(visit, page.service)
            showing.errors = by_pointer(visit, refusal.errors, page.questions, known)
    if showing.errors or changed:
        return await _show(visit, page, screen, showing, back=back, changed=changed)
    onward = _onward(page, screen, step, anchor, posted)
    if onward:
        return visit.go(onward)
    return await _finish(visit, page, screen, document, back, anyway=step.name == "anyway")


def _changed_meanwhile(screen: Page, page: CasePage, posted: FormData) -> bool:
    """Whether this page's own answers were changed after it was made, in another window. Other pages' answers
    are none of its business: they stand in the draft as it is now."""
    seen = posted.get("seen")
    return isinstance(seen, str) and seen != "" and seen != _as_made(screen, page.case["form"])


def _as_made(screen: Page, document: Mapping[str, Any]) -> str:
    """What the page's own answers were, in short."""
    own = {field.name: document.get(field.name) for field in screen.fields}
    text = json.dumps(own, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _onward(page: CasePage, screen: Page, step: Step, anchor: str, posted: FormData) -> str | None:
    """Where a step leads that does not leave the page, or leaves it for later."""
    here = f"/cases/{page.id}/form/{screen.key}"
    tail = "&back=check" if posted.get("back") == "check" else ""
    if step.name == "later":
        return f"/cases/{page.id}?saved=1"
    if step.name in STAYING:
        return f"{here}?saved=1{tail}#{anchor}"
    if step.name == "search":
        text = quote(str(posted.get(f"{step.field}#q", ""))[:60], safe="")
        return f"{here}?field={quote(step.field, safe='')}&q={text}{tail}#{anchor}"
    return None


async def _finish(
    visit: Visiting,
    page: CasePage,
    screen: Page,
    document: Mapping[str, Any],
    back: str,
    *,
    anyway: bool,
) -> Response:
    """Saved; on to the next page unless this one lacks an answer that it must have, or the rules already say
    what is wrong with one. Who is told may go on all the same: a later page may put it right."""
    absent = missing(screen.fields, document)
    errors = {
        pointer: visit.say("请填写“%(what)s”", what=visit.label(one.label))
        for pointer, one in absent
    }
    if not (errors or anyway or back == "check"):
        errors = await _found_here(visit, page, screen)
    if not errors:
        return visit.go(_next(page, screen, back))
    fresh = await load_case(visit, UUID(page.id), expand="")
    showing = Showing(fresh.case["form"], errors=errors, status=422)
    return await _show(visit, fresh, screen, showing, back=back, anyway=not absent)


def _next(page: CasePage, screen: Page, back: str) -> str:
    keys = [p.key for p in page.pages]
    place = keys.index(screen.key) + 1
    if back == "check" or place == len(keys):
        return f"/cases/{page.id}/check"
    return f"/cases/{page.id}/form/{keys[place]}"


def _screen(page: CasePage, key: str) -> Page:
    found = next((p for p in page.pages if p.key == key), None)
    if found is None:
        raise Refusal(404, {})
    return found


async def _show(
    visit: Visiting,
    page: CasePage,
    screen: Page,
    showing: Showing,
    *,
    back: str,
    changed: bool = False,
    anyway: bool = False,
) -> Response:
    options = await options_of(visit, page.service, screen.fields, showing.document)
    here = {p: t for p, t in showing.errors.items() if page_with([screen], p)}
    elsewhere = [t for p, t in showing.errors.items() if p not in here]
    drawing = Drawing(visit.language, options, here, page.notes)
    lines = [{"field": _anchor(screen, p), "text": t} for p, t in here.items()]
    lines += showing.naming.errors if showing.naming else []
    if changed:
        lines.append(
            {
                "field": "",
                "text": visit.say("这一页刚在别的窗口改过。下面是您填写的内容，核对后再保存"),
            }
        )
    keys = [p.key for p in page.pages]
    place = keys.index(screen.key)
    return visit.page(
        "cases/form.html",
        status=showing.status,
        page=page,
        case=page.case,
        screen=screen,
        widgets=widgets(screen.fields, showing.document, drawing),
        people=named(page.questions, showing.document),
        vacant=vacant(screen.fields, showing.document),
        errors=lines + [{"field": "", "text": t} for t in elsewhere],
        naming=await name_under_way(visit, page, screen, showing.naming),
        found=showing.found,
        searches=showing.searches,
        fragment_href=f"/cases/{page.id}/form/{screen.key}/found",
        back=back,
        anyway=anyway,
        seen=_as_made(screen, page.case["form"]),
        number=place + 1,
        total=len(keys),
        previous=keys[place - 1] if place else None,
    )


def _anchor(screen: Page, pointer: str) -> str:
    """The id to jump to: a date's first box, a field itself."""
    asked = field_at(screen, pointer)
    if asked is not None and asked.kind == "date":
        return f"{input_id(pointer)}-year"
    if asked is None:
        near = [f.pointer for f in screen.fields if belongs(pointer, f.pointer)]
        return input_id(near[0]) if near else ""
    return input_id(pointer)
