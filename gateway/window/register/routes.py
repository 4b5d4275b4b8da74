"""The public register and the check of a licence: what anybody may look up, without signing in."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.codes import labels_of
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal
from gateway.window.visit import Visit, Visiting

router = APIRouter(route_class=PageRoute, include_in_schema=False)
BASE = "/api/registration/v1"
USCC_LENGTH = 18


@router.get("/register")
async def search_page(visit: Visit, q: str = "", after: str = "", state: str = "") -> Response:
    """Search by part of a name, pinyin, initials or code."""
    asked = q.strip()[:100]
    found: dict[str, Any] = {"items": [], "next": None}
    errors: list[dict[str, str]] = []
    if asked or "q" in visit.request.query_params:
        try:
            answer = await visit.services.get(
                "registration", f"{BASE}/entities", q=asked, cursor=after, state=state, limit=20
            )
            found = answer.body
        except Refusal as refusal:
            if refusal.status not in (400, 422):
                raise
            said = refusal.problem.get("detail") or refusal.problem.get("title")
            errors = [{"field": "q", "text": str(said or visit.say("请换一个词再查"))}]
    return visit.page(
        "register/search.html",
        status=422 if errors else 200,
        q=asked,
        searched="q" in visit.request.query_params and not errors,
        found=found,
        states=await labels_of(visit, "registration", "entity_states"),
        errors=errors,
    )


@router.get("/register/{uscc}")
async def entity_page(visit: Visit, uscc: str) -> Response:
    """One entity as the law publishes it."""
    answer = await visit.services.get("registration", f"{BASE}/entities/{uscc[:USCC_LENGTH]}")
    return visit.page(
        "register/entity.html",
        entity=answer.body,
        states=await labels_of(visit, "registration", "entity_states"),
        roles=await labels_of(visit, "registration", "entity_person_roles"),
        addresses=await labels_of(visit, "registration", "address_statuses"),
    )


@router.get("/verify")
async def verify_page(visit: Visit, t: str = "", code: str = "") -> Response:
    """A QR leads here with `t`; a person types or pastes into `code`."""
    text = (t or code).strip()
    if not text:
        asked = "code" in visit.request.query_params
        errors = (
            [{"field": "code", "text": visit.say("请填写代码或粘贴二维码的文字")}] if asked else []
        )
        return visit.page("register/verify.html", code="", found=None, errors=errors)
    return await _verified(visit, text, typed=code)


async def _verified(visit: Visiting, text: str, *, typed: str) -> Response:
    plain = text.replace(" ", "").upper()
    is_code = len(plain) == USCC_LENGTH and plain.isascii() and plain.isalnum()
    token = (parse_qs(urlsplit(text).query).get("t") or [text])[0]
    body = {"uscc": plain} if is_code else {"text": token[:4000]}
    path = f"{BASE}/licence-verifications"
    try:
        answer = await visit.services.post("registration", path, body=body)
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        errors = [
            {"field": "code", "text": visit.say("这不像统一社会信用代码，也不是执照二维码的文字")}
        ]
        return visit.page(
            "register/verify.html", status=422, code=typed[:200], found=None, errors=errors
        )
    return visit.page(
        "register/verify.html",
        code=plain if is_code else "",
        found=answer.body,
        by_code=is_code,
        verdicts=await labels_of(visit, "registration", "licence_verdicts"),
        reasons=await labels_of(visit, "registration", "licence_verification_reasons"),
        head_roles=await labels_of(visit, "registration", "licence_head_roles"),
        errors=[],
    )
