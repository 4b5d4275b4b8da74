"""A person's cases: the list, one case with its timeline and next moves, and making a move.

The buttons are exactly the reply's `allowed_actions`; no page knows what a move means.
"""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.cases.acting import act, action_errors
from gateway.window.cases.checking import sections_of, show_check
from gateway.window.cases.correcting import EXPLAIN, changes_of, correction_lines
from gateway.window.cases.deciding import enterprise_of, judged, show_move
from gateway.window.cases.lists import cases_of
from gateway.window.cases.objections import objections_of
from gateway.window.cases.views import DESK, OWN, CasePage, load_case, page_of_case
from gateway.window.codes import labels_of
from gateway.window.fields.messages import page_with
from gateway.window.fields.pointers import input_id
from gateway.window.fields.reading import missing, read_fields
from gateway.window.matters import SOURCES
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal, Service
from gateway.window.visit import SignedInVisit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)
ASKS = 40
"""How often the last page asks for news by itself: some minutes."""


@router.get("/cases")
async def list_page(visit: SignedInVisit, after: str = "", of: str = "") -> Response:
    """My cases of all services, newest first; `of` and `after` are one service's older ones. Staff are led
    to their queue."""
    if visit.is_staff:
        return visit.go(visit.home)
    sources = [source for source in SOURCES if of in ("", source)]
    lists = await cases_of(visit, sources, sort="-created_at", cursor=after, limit=20)
    rows = [_list_row(visit, source, case, matter) for source, case, matter in lists.rows]
    waiting: list[dict[str, Any]] = []
    if not of and "registration" not in lists.missing:
        found = await visit.services.get("registration", "/api/registration/v1/signatures")
        waiting = found.body["items"]
    return visit.page("cases/list.html", rows=rows, lists=lists, waiting=waiting)


def _list_row(
    visit: Visiting, source: Service, case: dict[str, Any], matter: dict[str, Any]
) -> dict[str, Any]:
    page = CasePage(visit, source, case, matter, "")
    return case | {
        "matter_title": visit.label(matter["title"]),
        "name": page.title,
        "state_label": page.state_label,
        "closed": page.closed,
    }


@router.get("/cases/{case_id}")
async def case_page(visit: SignedInVisit, case_id: UUID) -> Response:
    return await show(visit, await load_case(visit, case_id))


async def show(
    visit: Visiting, page: CasePage, *, errors: list[dict[str, str]] | None = None
) -> Response:
    """The case page, also with what stands in the way of an explanation that was given on it."""
    offered = page.offered()
    return visit.page(
        "cases/case.html",
        status=422 if errors else 200,
        page=page,
        case=page.case,
        errors=errors or [],
        tasks=tasks_of(page) if page.editable else [],
        sections=[] if page.editable else await sections_of(visit, page),
        offered=[o for o in offered if not o.hands_over and not o.signing and o.action != EXPLAIN],
        correction=correction_lines(page),
        changes=await changes_of(visit, page),
        to_sign=any(o.signing for o in offered),
        licence=page.expanded.get("licence") or await _licence_of(visit, page),
        departments=await labels_of(visit, page.service, "departments"),
        notes=await judged(visit, page),
        enterprise=await enterprise_of(visit, page),
        objections=await objections_of(visit, page),
        did=_did(visit, page),
        resumed=page.editable and visit.request.query_params.get("resumed") == "1",
    )


async def _licence_of(visit: Visiting, page: CasePage) -> dict[str, Any] | None:
    """The licence that a closed case led to, where its service issues any."""
    if not page.closed or page.service != "registration":
        return None
    answer = await visit.services.get(
        "registration", "/api/registration/v1/licences", case_id=page.id, limit=1
    )
    return next(iter(answer.body["items"]), None)


def _did(visit: Visiting, page: CasePage) -> str:
    """The banner after something worked; only names that the matter itself has are shown."""
    query = visit.request.query_params
    if query.get("saved") == "1":
        return visit.say("已保存。您可以随时回来接着填。")
    action = query.get("did", "")
    if action == "objection":
        return visit.say("异议已经处理")
    if action in DESK:
        return visit.say("已完成：%(what)s", what=visit.say(OWN[action]))
    known = {m["action"] for m in page.matter["workflow"]["moves"]}
    if action in known:
        return visit.say("已完成：%(what)s", what=page.action_label(action))
    return ""


def tasks_of(page: CasePage) -> list[dict[str, Any]]:
    """The form's pages as tasks: not begun, in progress or complete, by what is answered."""
    form = page.case["form"]
    tasks = []
    for one in page.pages:
        begun = any(form.get(f.name) not in (None, "", [], {}) for f in one.fields)
        absent = missing(one.fields, form)
        state = "done" if not absent and begun else ("begun" if begun else "new")
        noted = sum(page_with([one], place) is not None for place in page.notes)
        if not absent and not begun and not any(f.required for f in one.fields):
            state = "optional"
        tasks.append(
            {"key": one.key, "title": page.visit.label(one.title), "state": state, "noted": noted}
        )
    return tasks


@router.get("/cases/{case_id}/check")
async def check_page(visit: SignedInVisit, case_id: UUID) -> Response:
    """Check answers: everything in words with 修改, and what submitting would say now."""
    page = await load_case(visit, case_id)
    return await show_check(visit, page)


@router.post("/cases/{case_id}/actions/{action}")
async def make_move(visit: SignedInVisit, case_id: UUID, action: str) -> Response:
    """One move, exactly once however often the button is pressed."""
    page = await load_case(visit, case_id)
    posted = visit.posted
    from_check = posted.get("from") == "check"
    if from_check and not posted.get("declared"):
        line = {"field": "declared", "text": visit.say("请先阅读并勾选承诺")}
        return await show_check(visit, page, errors=[line], status=422)
    try:
        answer = await act(visit, page, action)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return await _refused(visit, page, action, refusal)
    after = await page_of_case(visit, page.service, answer)
    return visit.go(_after(page, after, action))


def _after(page: CasePage, after: CasePage, action: str) -> str:
    """Where a move leads: whoever is to sign what they have just sent signs next; then what happens now."""
    if any(o.signing for o in page.offered() if o.action == action):
        return f"/cases/{page.id}/done?did={action}"
    handed_over = page.editable and not after.editable and not after.closed
    if handed_over and any(o.signing for o in after.offered()):
        return f"/cases/{page.id}/sign"
    return f"/cases/{page.id}/done" if handed_over else f"/cases/{page.id}?did={action}"


async def _refused(visit: Visiting, page: CasePage, action: str, refusal: Refusal) -> Response:
    """The same page again with what is wrong, beside the input where there is one."""
    lines = await action_errors(visit, page, refusal.errors, action) or [
        {"pointer": "", "text": _said(refusal)}
    ]
    errors = [{"field": _field(action, e["pointer"]), "text": e["text"]} for e in lines]
    if visit.posted.get("from") == "check":
        return await show_check(visit, page, errors=errors, status=422)
    if any(o.signing for o in page.offered() if o.action == action):
        return await show_sign(visit, page, errors=errors, status=422)
    messages = {f"/{action}{e['pointer']}": e["text"] for e in lines}
    offer = next((o for o in page.offered() if o.action == action), None)
    if offer is None or action == EXPLAIN:
        return await show(visit, page, errors=errors)
    typed, _ = read_fields(offer.fields, visit.posted, base=f"/{action}")
    offer = page.offer(action, typed=typed, messages=messages)
    return await show_move(visit, page, offer, errors=errors, status=422)


@router.get("/cases/{case_id}/sign")
async def sign_page(visit: SignedInVisit, case_id: UUID) -> Response:
    """What a co-signer reads and agrees to, with everybody's state."""
    return await show_sign(visit, await load_case(visit, case_id))


async def show_sign(
    visit: Visiting,
    page: CasePage,
    *,
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> Response:
    offered = page.offered()
    signing = [o for o in offered if o.signing]
    if not signing:
        return visit.go(f"/cases/{page.id}")
    return visit.page(
        "cases/sign.html",
        status=status,
        page=page,
        case=page.case,
        sections=await sections_of(visit, page),
        signing=signing[0],
        offered=[o for o in offered if not o.signing and not o.hands_over],
        digest=(page.case.get("facts") or {}).get("digest") or "",
        papers=[p for p in page.papers if p["to_sign"]],
        errors=errors or [],
    )


def _said(refusal: Refusal) -> str:
    return str(refusal.problem.get("detail") or refusal.problem.get("title") or refusal.code)


def _field(action: str, pointer: str) -> str:
    return f"{action}-{input_id(pointer)}" if pointer else ""


@router.get("/cases/{case_id}/done")
async def done_page(visit: SignedInVisit, case_id: UUID) -> Response:
    """The confirmation: the reference number and what happens next."""
    return await _done(visit, case_id, "cases/done.html", asked=0)


@router.get("/cases/{case_id}/done/state")
async def done_state(visit: SignedInVisit, case_id: UUID, asked: int = 0) -> Response:
    """Where the case stands now, for the page that waits for it."""
    return await _done(visit, case_id, "cases/done_state.html", asked=asked)


async def _done(visit: Visiting, case_id: UUID, template: str, *, asked: int) -> Response:
    page = await load_case(visit, case_id)
    licence = page.expanded.get("licence") or await _licence_of(visit, page)
    waits = not page.closed and not page.editable
    return visit.page(
        template,
        page=page,
        case=page.case,
        did=_did(visit, page),
        licence=licence,
        waits=waits,
        asks_again=waits and asked < ASKS,
        asked=asked,
    )
