"""The correction of a case: an officer marks answers, the applicant sees the words beside them, and whoever
looks again sees what was changed. What counts as an answer to a mark is the service's to say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.cases.acting import action_errors
from gateway.window.cases.checking import sections_of
from gateway.window.cases.views import CasePage, Offered, load_case
from gateway.window.fields.answers import answers, said
from gateway.window.fields.messages import page_with
from gateway.window.fields.options import options_of
from gateway.window.fields.pointers import input_id, parts
from gateway.window.fields.shapes import Field
from gateway.window.fields.widgets import Options
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal
from gateway.window.visit import SignedInVisit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)
EXPLAIN, MARK, MATERIALS = "explain", "mark:", "/materials/"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to correct, where it is asked for, and whether this reader may explain it instead."""

    where: str
    href: str
    detail: str
    answer: str
    explains: bool


@dataclass(frozen=True, slots=True)
class Change:
    """One place that differs from the submission before."""

    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


def correction_lines(page: CasePage) -> list[Item]:
    """The items of the notice in words, each with the way to mend it."""
    if not page.correction:
        return []
    explains = any(a["action"] == EXPLAIN for a in page.case["allowed_actions"])
    return [
        Item(
            where=place_label(page, item["pointer"] or ""),
            href=_href(page, item["pointer"] or "") if page.editable else "",
            detail=item["detail"],
            answer=item["answer"] or "",
            explains=explains and page.correction["is_open"],
        )
        for item in page.correction["items"]
    ]


def _href(page: CasePage, pointer: str) -> str:
    if pointer.startswith(MATERIALS):
        return f"/cases/{page.id}/documents#m-{pointer.removeprefix(MATERIALS)}"
    screen = page_with(page.pages, pointer) if pointer else None
    return f"/cases/{page.id}/form/{screen.key}#{input_id(pointer)}" if screen else ""


def place_label(page: CasePage, pointer: str) -> str:
    """`/shareholders/0/name` → 股东 1 · 姓名."""
    visit = page.visit
    if pointer.startswith(MATERIALS):
        return page.material_of({"material": pointer.removeprefix(MATERIALS)})
    words: list[str] = []
    fields: Sequence[Field] = page.questions
    found: Field | None = None
    for step in parts(pointer):
        if step.isdigit() and found is not None and words:
            words[-1] = f"{visit.label(found.item_label) or words[-1]} {int(step) + 1}"
            continue
        found = next((f for f in fields if f.name == step), None)
        if found is None:
            return " · ".join(words)
        words.append(visit.label(found.label))
        fields = found.fields
    return " · ".join(words)


async def changes_of(visit: Visiting, page: CasePage) -> list[Change] | None:
    """What changed against the submission before, for whoever reviews the case again; None where nothing is
    compared."""
    found = page.expanded.get("difference")
    if not found or "applicant" in page.case["relations"] or page.closed:
        return None
    options = await options_of(visit, page.service, page.questions, page.case["form"])
    rows = [
        Change(
            place_label(page, change["pointer"]),
            _words(page, change["pointer"], change["before"], options),
            _words(page, change["pointer"], change["after"], options),
        )
        for change in found["changes"]
    ]
    again = visit.say("重新提交")
    return rows + [
        Change(page.material_of({"material": m}), (), (again,)) for m in found["materials"]
    ]


def _words(page: CasePage, pointer: str, value: Any, options: Options) -> tuple[str, ...]:
    """A value as the check page would show it; a whole item as its questions and answers."""
    field = _field(page.questions, pointer)
    if value is None or field is None:
        return ()
    if isinstance(value, dict):
        rows = answers(page.visit, field.fields, value, options)
        return tuple(f"{row.label}：{'、'.join(row.lines)}" for row in rows if row.lines)
    return said(page.visit, field, value, options)


def _field(fields: Sequence[Field], pointer: str) -> Field | None:
    found: Field | None = None
    for step in parts(pointer):
        if not step.isdigit():
            found = next((f for f in fields if f.name == step), None)
            if found is None:
                return None
            fields = found.fields
    return found


def _offer(page: CasePage) -> Offered:
    """The move by which this reader asks for a correction. Raises Refusal 404 where there is none."""
    found = next((o for o in page.offered() if o.marks), None)
    if found is None:
        raise Refusal(404, {})
    return found


@router.get("/cases/{case_id}/correct")
async def correct_page(visit: SignedInVisit, case_id: UUID) -> Response:
    """Every answer with a place to say what is wrong with it."""
    page = await load_case(visit, case_id)
    return await _show(visit, page, _offer(page), {})


@router.post("/cases/{case_id}/correct")
async def correct(visit: SignedInVisit, case_id: UUID) -> Response:
    page = await load_case(visit, case_id)
    offer, posted = _offer(page), visit.posted
    marked = {
        name.removeprefix(MARK): value.strip()
        for name, value in posted.items()
        if name.startswith(MARK) and isinstance(value, str) and value.strip()
    }
    items: list[dict[str, str]] = [{"pointer": p, "detail": text} for p, text in marked.items()]
    others = str(posted.get("others", "")).splitlines()
    items += [{"detail": line.strip()} for line in others if line.strip()]
    reason = str(posted.get("reason", "")).strip()
    errors = []
    if not items:
        first = visit.say("请至少标出一项，并写明哪里不对")
        errors.append({"field": "others", "text": first})
    if not reason:
        errors.append({"field": "reason", "text": visit.say("请写总的说明")})
    if errors:
        return await _show(visit, page, offer, marked, errors=errors)
    try:
        await visit.services.post(
            page.service,
            f"/api/{page.service}/v1/cases/{page.id}/actions/{offer.action}",
            body={"reason": reason, "items": items},
            key=str(posted.get("one_time_key", "")),
            version=str(posted.get("version", "")) or page.version,
        )
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        lines = await action_errors(visit, page, refusal.errors)
        errors = [{"field": _at(items, e["pointer"]), "text": e["text"]} for e in lines]
        return await _show(visit, page, offer, marked, errors=errors)
    return visit.go(f"/cases/{page.id}?did={offer.action}")


def _at(items: Sequence[Mapping[str, str]], pointer: str) -> str:
    """The input that an error of the service is about."""
    steps = parts(pointer)
    if steps[:1] == ["items"] and len(steps) > 1 and steps[1].isdigit():
        where = items[int(steps[1])].get("pointer", "")
        return f"mark-{input_id(where)}" if where else "others"
    return "reason"


async def _show(
    visit: Visiting,
    page: CasePage,
    offer: Offered,
    marked: Mapping[str, str],
    *,
    errors: Sequence[Mapping[str, str]] = (),
) -> Response:
    return visit.page(
        "cases/correct.html",
        status=422 if errors else 200,
        page=page,
        case=page.case,
        offer=offer,
        sections=await sections_of(visit, page),
        materials=_materials(visit, page),
        typed=marked,
        reason=str(visit.posted.get("reason", "")),
        others=str(visit.posted.get("others", "")),
        errors=list(errors),
    )


@dataclass(frozen=True, slots=True)
class Material:
    """A material with its files, marked like an answer."""

    label: str
    pointer: str
    files: list[dict[str, Any]]

    @property
    def anchor(self) -> str:
        return input_id(self.pointer)


def _materials(visit: Visiting, page: CasePage) -> list[Material]:
    return [
        Material(
            visit.label(one["label"]),
            f"{MATERIALS}{one['code']}",
            [d for d in page.documents if d["material"] == one["code"]],
        )
        for one in page.matter.get("materials") or ()
        if not one["generated"]
    ]


__all__ = ["EXPLAIN", "changes_of", "correction_lines", "router"]
