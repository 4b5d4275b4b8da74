"""A name put together from its parts, for any form that asks for one: looked at while it is typed, kept with
the page's own button. The service composes, judges and keeps; nothing of it is decided here."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.responses import Response

from gateway.window.codes import labels_of
from gateway.window.fields.messages import message
from gateway.window.fields.pointers import input_id
from gateway.window.names.places import counties
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal
from gateway.window.visit import SignedInVisit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)
BASE = "/api/registration/v1"
PARTS = ("region", "trade", "industry", "form")
SUGGESTIONS = 5


@dataclass(frozen=True, slots=True)
class Parts:
    """What was said of a name. `whole`: a name that was chosen as it stands, of those the service offers."""

    region: str = ""
    trade: str = ""
    industry: str = ""
    form: str = ""
    whole: str = ""

    @classmethod
    def of(cls, posted: Mapping[str, Any], pointer: str) -> "Parts":
        said = {p: posted.get(f"{pointer}#{p}") for p in PARTS}
        return cls(**{p: v.strip()[:40] for p, v in said.items() if isinstance(v, str)})

    @property
    def begun(self) -> bool:
        return bool(self.trade or self.whole)


@dataclass(slots=True)
class Naming:
    """A name under way on a page: what was said, what the service says of it, and what is wrong."""

    pointer: str
    parts: Parts
    verdict: dict[str, Any] | None = None
    errors: list[dict[str, str]] = field(default_factory=list)
    reservation: str = ""


def lacking(visit: Visiting, parts: Parts, pointer: str) -> list[dict[str, str]]:
    """The parts without which there is no name."""
    at = input_id(pointer)
    said = [
        (parts.region, "region", visit.say("请选择住所所在的区县")),
        (parts.trade or parts.whole, "trade", visit.say("请填写字号，2 个字以上，例如“松间”")),
    ]
    return [{"field": f"{at}-{name}", "text": text} for value, name, text in said if not value]


async def _wish(visit: Visiting, parts: Parts) -> dict[str, Any]:
    """The wish as the service takes it, with the name that it composes itself."""
    body = {"region_code": parts.region, "organization_form": parts.form or "limited_company"}
    name = parts.whole
    if not name:
        said = {"trade_name": parts.trade[:20], "industry": parts.industry[:20]}
        answer = await visit.services.post(
            "registration", f"{BASE}/name-compositions", body=body | said
        )
        name = answer.body["name"]
    return body | {"name": name}


async def looked_at(visit: Visiting, parts: Parts, pointer: str) -> Naming:
    """The verdict, without any effect. A name that the service offered comes back in its parts."""
    errors = lacking(visit, parts, pointer)
    if errors:
        return Naming(pointer, parts, errors=errors)
    try:
        body = await _wish(visit, parts) | {"suggestions": SUGGESTIONS}
        answer = await visit.services.post("registration", f"{BASE}/name-checks", body=body)
    except Refusal as refusal:
        return Naming(pointer, parts, errors=_errors(visit, refusal, pointer))
    if parts.whole:
        cut = answer.body["parts"]
        parts = replace(parts, trade=cut["trade_name"], industry=cut["industry"], whole="")
    return Naming(pointer, parts, answer.body)


async def kept(visit: Visiting, parts: Parts, pointer: str) -> Naming:
    """The name kept for the reader, once however often the page is sent; or why it cannot be."""
    errors = lacking(visit, parts, pointer)
    if errors:
        return Naming(pointer, parts, errors=errors)
    posted = visit.posted
    similar = [v for v in posted.getlist("similar") if isinstance(v, str)]
    try:
        body = await _wish(visit, parts)
        if posted.get("promised") == "true" and similar:
            body["promise"] = {"statement": str(posted.get("statement")), "similar": similar}
        key = f"{posted.get('one_time_key', '')}-name"
        answer = await visit.services.post(
            "registration", f"{BASE}/name-reservations", body=body, key=key
        )
    except Refusal as refusal:
        if refusal.status not in (409, 422):
            raise
        return await _refused(visit, parts, pointer, refusal)
    return Naming(pointer, parts, reservation=str(answer.body["id"]))


async def _refused(visit: Visiting, parts: Parts, pointer: str, refusal: Refusal) -> Naming:
    """The present verdict again, and the reason on top."""
    naming = await looked_at(visit, parts, pointer)
    naming.errors = _errors(visit, refusal, pointer)
    if refusal.code == "name_promise_required":
        said = visit.say("有近似名称，须先作出承诺才能保留")
        naming.errors = [{"field": "promised", "text": said}]
    return naming


def _errors(visit: Visiting, refusal: Refusal, pointer: str) -> list[dict[str, str]]:
    at = f"{input_id(pointer)}-trade"
    detail = str(refusal.problem.get("detail") or refusal.problem.get("title") or "")
    said = [message(visit, e) for e in refusal.errors] or [detail]
    return [{"field": at, "text": text} for text in said if text]


async def drawing_of(
    visit: Visiting, naming: Naming, forms: tuple[tuple[str, Any], ...]
) -> dict[str, Any]:
    """What the template needs to draw a name under way; `forms`: those that the matter is for."""
    return {
        "forms": forms,
        "parts": naming.parts,
        "verdict": naming.verdict,
        "cities": await counties(visit),
        "outcomes": await labels_of(visit, "registration", "name_outcomes"),
        "levels": await labels_of(visit, "registration", "name_reason_levels"),
    }


@router.post("/names/parts/check")
async def verdict_of_parts(visit: SignedInVisit, field: str) -> Response:
    """The verdict alone, for htmx while the parts are typed; silent until there is a name."""
    parts = Parts.of(_strings(visit.posted), field[:100])
    naming = Naming(field, parts)
    if not lacking(visit, parts, field):
        naming = await looked_at(visit, parts, field)
    return visit.page(
        "names/verdict.html",
        verdict=naming.verdict,
        in_form=True,
        outcomes=await labels_of(visit, "registration", "name_outcomes"),
        levels=await labels_of(visit, "registration", "name_reason_levels"),
    )


def _strings(posted: FormData) -> dict[str, Any]:
    return dict(posted.items())
