"""The administrator's own pages. What may be done is identity's to say; here it is asked and shown."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from gateway.identity import administration as admin
from gateway.identity.staff_schemas import AccountChange, ClientCreate, KeyAdd, StaffCreate
from gateway.window.accounts.saying import text_of
from gateway.window.admin.saying import refused_lines, shape_lines
from gateway.window.refusals import PageRoute
from gateway.window.visit import SignedInVisit, Visiting
from gateway.window.wording import later
from kit.errors import Problem

router = APIRouter(route_class=PageRoute, include_in_schema=False)
SCOPES = {
    "cases": later("替本人办理事项"),
    "profile": later("读取姓名"),
    "bank": later("银行接口"),
    "events": later("接收事件"),
}
MACHINE_ROLES = {"bank": later("银行"), "portal": later("政务门户")}
ROLES = {
    "officer": later("经办人"),
    "head": later("部门负责人"),
    "department_officer": later("协同部门经办人"),
    "bank": later("银行"),
    "carrier_operator": later("载体运营方"),
    "expert": later("评审专家"),
    "administrator": later("管理员"),
}
STATES = {
    "active": later("正常"),
    "disabled": later("已停用"),
    "locked": later("已锁定"),
    "pending_verification": later("待核验"),
    "closing": later("注销中"),
    "closed": later("已注销"),
}
DONE = {
    "register": later("登记应用"),
    "update": later("应用自行更新"),
    "add_key": later("添加密钥"),
    "end_key": later("作废密钥"),
    "disable": later("停用应用"),
}


def _words(visit: Visiting, table: dict[str, str]) -> dict[str, str]:
    return {key: visit.say(text) for key, text in table.items()}


@router.get("/admin")
async def home(visit: SignedInVisit) -> Response:
    programs = await admin.clients(visit.request, visit.session)
    return visit.page("admin/home.html", programs=len(programs))


@router.get("/admin/clients")
async def list_clients(visit: SignedInVisit) -> Response:
    rows = await admin.clients(visit.request, visit.session)
    return visit.page("admin/clients.html", rows=rows, states=_words(visit, STATES))


@router.get("/admin/clients/new")
async def new_client(visit: SignedInVisit) -> Response:
    await admin.clients(visit.request, visit.session)
    return _form(visit, {"kind": "machine", "scopes": [], "roles": []}, [])


def _form(visit: Visiting, typed: dict[str, Any], errors: list[dict[str, str]]) -> Response:
    return visit.page(
        "admin/new_client.html",
        status=422 if errors else 200,
        typed=typed,
        errors=errors,
        scopes=_words(visit, SCOPES),
        roles=_words(visit, MACHINE_ROLES),
    )


@router.post("/admin/clients")
async def register(visit: SignedInVisit) -> Response:
    posted = visit.posted
    typed: dict[str, Any] = {
        name: text_of(visit, name)
        for name in ("client_id", "name_zh", "name_en", "kind", "redirect_uris", "org", "jwk")
    }
    typed |= {"scopes": posted.getlist("scopes"), "roles": posted.getlist("roles")}
    try:
        given = ClientCreate.model_validate(
            {
                **{k: typed[k] for k in ("client_id", "name_zh", "name_en", "kind", "scopes")},
                "roles": typed["roles"] if typed["kind"] == "machine" else [],
                "org": typed["org"] or None,
                "redirect_uris": typed["redirect_uris"].split(),
                "jwks": [admin.jwk_in(typed["jwk"])] if typed["jwk"] else [],
            }
        )
        made = await admin.register(visit.request, visit.session, given)
    except ValidationError as error:
        return _form(visit, typed, shape_lines(visit, error))
    except ValueError:
        return _form(visit, typed, [{"field": "jwk", "text": visit.say("这不是一把 JWK 公钥")}])
    except Problem as refused:
        if refused.status not in (409, 422):
            raise
        return _form(visit, typed, refused_lines(visit, refused, first="client_id"))
    return visit.go(f"/admin/clients/{made}?done=register")


@router.get("/admin/clients/{client_id}")
async def show_client(visit: SignedInVisit, client_id: str, done: str = "") -> Response:
    return await _client(visit, client_id, done=done)


async def _client(
    visit: Visiting,
    client_id: str,
    *,
    done: str = "",
    typed: str = "",
    errors: list[dict[str, str]] | None = None,
) -> Response:
    return visit.page(
        "admin/client.html",
        status=422 if errors else 200,
        client=await admin.client(visit.request, visit.session, client_id),
        scopes=_words(visit, SCOPES),
        states=_words(visit, STATES),
        acts=_words(visit, DONE),
        done=visit.say(DONE[done]) if done in DONE else "",
        typed=typed,
        errors=errors or [],
    )


def _version(visit: Visiting) -> int:
    text = text_of(visit, "version")
    return int(text) if text.isdecimal() and len(text) < 10 else 0


@router.post("/admin/clients/{client_id}/keys")
async def add_key(visit: SignedInVisit, client_id: str) -> Response:
    pasted, days = text_of(visit, "jwk"), text_of(visit, "days") or "7"
    try:
        given = KeyAdd.model_validate(
            {"jwk": admin.jwk_in(pasted), "others_end_in_days": int(days)}
        )
        await admin.add_key(visit.request, visit.session, client_id, _version(visit), given)
    except ValueError:  # no JSON, no number, or not of this shape
        errors = [{"field": "jwk", "text": visit.say("这不是一把 JWK 公钥")}]
        return await _client(visit, client_id, typed=pasted, errors=errors)
    except Problem as refused:
        if refused.status not in (409, 412, 422):
            raise
        errors = refused_lines(visit, refused, first="jwk")
        return await _client(visit, client_id, typed=pasted, errors=errors)
    return visit.go(f"/admin/clients/{client_id}?done=add_key")


@router.post("/admin/clients/{client_id}/keys/end")
async def end_key(visit: SignedInVisit, client_id: str) -> Response:
    kid = text_of(visit, "kid")
    try:
        await admin.end_key(visit.request, visit.session, client_id, _version(visit), kid)
    except Problem as refused:
        if refused.status not in (409, 412):
            raise
        errors = refused_lines(visit, refused, first="keys")
        return await _client(visit, client_id, errors=errors)
    return visit.go(f"/admin/clients/{client_id}?done=end_key")


@router.post("/admin/clients/{client_id}/disable")
async def stop(visit: SignedInVisit, client_id: str) -> Response:
    try:
        await admin.stop_client(visit.request, visit.session, client_id, _version(visit))
    except Problem as refused:
        if refused.status not in (409, 412):
            raise
        errors = refused_lines(visit, refused, first="stop")
        return await _client(visit, client_id, errors=errors)
    return visit.go(f"/admin/clients/{client_id}?done=disable")


@router.get("/admin/accounts")
async def list_accounts(visit: SignedInVisit, role: str = "", done: str = "") -> Response:
    return await _accounts(visit, role=role, done=done)


async def _accounts(
    visit: Visiting,
    *,
    role: str = "",
    done: str = "",
    typed: dict[str, Any] | None = None,
    errors: list[dict[str, str]] | None = None,
) -> Response:
    asked = role if role in ROLES else None
    found = await admin.accounts(visit.request, visit.session, role=asked, state=None)
    return visit.page(
        "admin/accounts.html",
        status=422 if errors else 200,
        rows=found,
        role=asked or "",
        roles=_words(visit, ROLES),
        states=_words(visit, STATES),
        typed=typed or {"roles": []},
        errors=errors or [],
        done=done in ("opened", "changed"),
    )


@router.post("/admin/accounts")
async def open_account(visit: SignedInVisit) -> Response:
    typed: dict[str, Any] = {
        name: text_of(visit, name) for name in ("username", "name", "org", "regions")
    }
    typed["roles"] = visit.posted.getlist("roles")
    try:
        given = StaffCreate.model_validate(
            {
                **typed,
                "org": typed["org"] or None,
                "regions": typed["regions"].split(),
                "password": text_of(visit, "password", strip=False),
            }
        )
        await admin.open_account(visit.request, visit.session, given)
    except ValidationError as error:
        return await _accounts(visit, typed=typed, errors=shape_lines(visit, error))
    except Problem as refused:
        if refused.status not in (409, 422):
            raise
        errors = refused_lines(visit, refused, first="username")
        return await _accounts(visit, typed=typed, errors=errors)
    return visit.go("/admin/accounts?done=opened")


@router.post("/admin/accounts/{account_id}/{action}")
async def change_account(visit: SignedInVisit, account_id: UUID, action: str) -> Response:
    given = AccountChange(reason=text_of(visit, "reason")[:400] or None)
    try:
        await admin.change_account(
            visit.request,
            visit.session,
            account_id,
            version=_version(visit),
            action=action,
            given=given,
        )
    except Problem as refused:
        if refused.status not in (409, 412, 422):
            raise
        return await _accounts(visit, errors=refused_lines(visit, refused, first="username"))
    return visit.go("/admin/accounts?done=changed")
