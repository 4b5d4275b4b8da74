"""The page of one's own account: notice of failed attempts, password, devices, apps.

Every button is a form with one purpose. Must not know rules: identity says what is wrong.
"""

from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.identity import service as identity
from gateway.identity.tables import AnyRow
from gateway.leaving import exporting
from gateway.leaving.closing import is_own
from gateway.window.accounts.devices import named
from gateway.window.accounts.saying import said, text_of
from gateway.window.refusals import PageRoute
from gateway.window.visit import SignedInVisit, Visiting
from kit.errors import Problem

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/account")
async def own_account(visit: SignedInVisit, done: str = "") -> Response:
    return await own_page(visit, done=done)


@router.post("/account/password")
async def change_password(visit: SignedInVisit) -> Response:
    assert visit.session is not None
    present, new = (text_of(visit, name, strip=False) for name in ("present", "new"))
    try:
        await identity.change_password(visit.request, visit.session, present=present, new=new)
    except Problem as refused:
        if refused.status >= 500:
            raise
        where = {"sign_in_refused": "present", "too_many_attempts": "present"}
        errors = said(visit, refused, first=where.get(refused.code, "new"), own=where)
        for error in errors:
            error["field"] = "new" if error["field"] == "password" else error["field"]
            if refused.code == "sign_in_refused":
                error["text"] = visit.say("当前密码不正确")
        return await own_page(visit, errors=errors, status=422)
    return visit.go("/account?done=password")


@router.post("/account/sign-out-everywhere")
async def sign_out_everywhere(visit: SignedInVisit) -> Response:
    assert visit.session is not None
    await identity.sign_out_everywhere(visit.request, visit.session)
    return visit.go("/")


@router.post("/account/apps/{client_id}/stop")
async def stop_app(visit: SignedInVisit, client_id: str) -> Response:
    assert visit.session is not None
    await identity.stop_app(visit.request, visit.session, client_id=client_id)
    return visit.go("/account?done=app")


async def own_page(
    visit: Visiting,
    *,
    done: str = "",
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> Response:
    assert visit.session is not None
    found = await identity.overview(visit.request, visit.session)
    own_account = is_own(visit.session)
    return visit.page(
        "accounts/own.html",
        status=status,
        errors=errors or [],
        done=done,
        own_account=own_account,
        export=await _last_export(visit) if own_account else None,
        devices=[(device, named(device.user_agent)) for device in found.devices],
        apps=[(app, app.name_en if visit.language == "en" else app.name_zh) for app in found.apps],
    )


async def _last_export(visit: Visiting) -> AnyRow | None:
    assert visit.session is not None
    return await exporting.last_of(
        visit.request.app.state.identity, account_id=UUID(visit.session.account_id)
    )
