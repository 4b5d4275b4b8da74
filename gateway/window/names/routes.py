"""Declaring a name (名称自主申报): check it, read why, promise where the law asks for it, keep it.

The verdict, its reasons and the free names are the service's; the page only shows them.
"""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.cases.form_routes import bring_back
from gateway.window.codes import labels_of
from gateway.window.fields.messages import message
from gateway.window.names.places import counties
from gateway.window.preferences import safe_next
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal
from gateway.window.visit import SignedInVisit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)
BASE = "/api/registration/v1"


@router.get("/names")
async def names_page(visit: SignedInVisit, after: str = "") -> Response:
    """The names that the reader keeps, and until when."""
    answer = await visit.services.get(
        "registration", f"{BASE}/name-reservations", limit=20, cursor=after
    )
    return visit.page(
        "names/list.html",
        rows=answer.body["items"],
        next=answer.body.get("next"),
        states=await labels_of(visit, "registration", "name_reservation_states"),
    )


@router.get("/names/new")
async def new_page(
    visit: SignedInVisit, name: str = "", region_code: str = "", back: str = "", field: str = ""
) -> Response:
    wish = {"name": name[:100], "region_code": region_code, "back": back, "field": field}
    return await _show(visit, wish)


@router.post("/names/new")
async def check_or_keep(visit: SignedInVisit) -> Response:
    """`check` and `use:NAME` only look, so do `prior` and `approved`, which say that an approval exists;
    `keep` and `review` reserve, once per form however often it is sent."""
    step, _, chosen = str(visit.posted.get("step", "check")).partition(":")
    wish = _wish(visit, step)
    if step == "use" and chosen:
        wish["name"] = chosen[:100]
    errors = _empty(visit, wish)
    if errors:
        return await _show(visit, wish, errors=errors, status=422)
    if step == "approved" and not wish["approval_document"]:
        errors = [{"field": "approval_document", "text": visit.say("请填写核准文件的文号")}]
    if step in ("keep", "review"):
        return await _keep(visit, wish, for_review=step == "review")
    try:
        answer = await visit.services.post(
            "registration", f"{BASE}/name-checks", body=_asked(wish) | {"suggestions": 5}
        )
    except Refusal as refusal:
        return await _show(visit, wish, errors=_errors(visit, refusal), status=422)
    status = 422 if errors else 200
    return await _show(visit, wish, verdict=answer.body, errors=errors, status=status)


@router.post("/names/check")
async def verdict_fragment(visit: SignedInVisit) -> Response:
    """The verdict alone, for htmx while a name is typed. Says nothing of a name that is not complete."""
    wish = _wish(visit)
    verdict = None
    if not _empty(visit, wish):
        try:
            answer = await visit.services.post(
                "registration", f"{BASE}/name-checks", body=_asked(wish) | {"suggestions": 5}
            )
            verdict = answer.body
        except Refusal as refusal:
            if refusal.status != 422:
                raise
    return visit.page("names/verdict.html", verdict=verdict, wish=wish, **await _labels(visit))


async def _keep(visit: Visiting, wish: Mapping[str, str], *, for_review: bool) -> Response:
    body = _asked(wish) | ({"for_review": True} if for_review else {})
    similar = [v for v in visit.posted.getlist("similar") if isinstance(v, str)]
    if visit.posted.get("promised") == "true" and similar:
        body["promise"] = {"statement": str(visit.posted.get("statement")), "similar": similar}
    key = str(visit.posted.get("one_time_key", ""))
    try:
        answer = await visit.services.post(
            "registration", f"{BASE}/name-reservations", body=body, key=key
        )
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return await _refused(visit, wish, refusal)
    back = safe_next(wish["back"]) if wish["back"] else ""
    if back and wish["field"]:
        return visit.go(await bring_back(visit, back, wish["field"], str(answer.body["id"])))
    return visit.go(back or "/names?kept=1")


async def _refused(visit: Visiting, wish: Mapping[str, str], refusal: Refusal) -> Response:
    """Somebody was faster, or a promise is missing: the present verdict again, and the reason on top."""
    answer = await visit.services.post(
        "registration", f"{BASE}/name-checks", body=_asked(wish) | {"suggestions": 5}
    )
    errors = _errors(visit, refusal)
    if refusal.code == "name_promise_required":
        errors = [{"field": "promised", "text": visit.say("有近似名称，须先作出承诺才能保留")}]
    return await _show(visit, wish, verdict=answer.body, errors=errors, status=refusal.status)


def _wish(visit: Visiting, step: str = "check") -> dict[str, str]:
    """What was typed. An approval is of one name: another name that is looked up does not have it."""
    names = ["name", "region_code", "organization_form", "back", "field"]
    if step not in ("check", "use"):
        names += ["prior_approval", "approval_document"]
    wish = {n: str(visit.posted.get(n, "")).strip()[:200] for n in names}
    return wish | ({"prior_approval": "true"} if step == "prior" else {})


def _asked(wish: Mapping[str, str]) -> dict[str, Any]:
    keys = ("name", "region_code", "organization_form", "approval_document")
    asked: dict[str, Any] = {k: wish[k] for k in keys if wish.get(k)}
    return asked | ({"prior_approval": True} if wish.get("prior_approval") else {})


def _empty(visit: Visiting, wish: Mapping[str, str]) -> list[dict[str, str]]:
    said = {
        "name": visit.say("请填写企业名称"),
        "region_code": visit.say("请选择住所所在的区县"),
    }
    return [{"field": k, "text": text} for k, text in said.items() if not wish[k]]


def _errors(visit: Visiting, refusal: Refusal) -> list[dict[str, str]]:
    detail = str(refusal.problem.get("detail") or refusal.problem.get("title") or "")
    if detail:
        return [{"field": "name", "text": detail}]
    return [{"field": "name", "text": message(visit, e)} for e in refusal.errors]


async def _show(
    visit: Visiting,
    wish: Mapping[str, str],
    *,
    verdict: dict[str, Any] | None = None,
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> Response:
    forms = await visit.services.get("registration", f"{BASE}/organization-forms", limit=50)
    return visit.page(
        "names/new.html",
        status=status,
        wish=wish,
        cities=await counties(visit),
        forms=[f for f in forms.body["items"] if f["entity_kind"] != "branch"],
        verdict=verdict,
        errors=errors or [],
        **await _labels(visit),
    )


async def _labels(visit: Visiting) -> dict[str, Any]:
    return {
        "outcomes": await labels_of(visit, "registration", "name_outcomes"),
        "levels": await labels_of(visit, "registration", "name_reason_levels"),
    }
