"""Pages to take one's data along and to close one's account. What blocks is `gateway.leaving`'s."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from gateway.identity import service as identity
from gateway.leaving import closing, exporting, rules
from gateway.leaving.archive import named_for
from gateway.leaving.errors import ClosingBlocked, StaffAccount, StandingUnknown
from gateway.leaving.holdings import Holdings, holdings_of
from gateway.messages.telling import teller_of
from gateway.window.accounts.own import own_page
from gateway.window.accounts.saying import said, text_of
from gateway.window.refusals import PageRoute
from gateway.window.visit import SignedInVisit, Visiting
from kit.errors import Problem

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/account/closing")
async def closing_page(visit: SignedInVisit) -> Response:
    """What follows from closing, what stands in the way, and the form where nothing does."""
    return await _closing_page(visit, await holdings_of(visit.services))


@router.post("/account/closing")
async def close(visit: SignedInVisit) -> Response:
    assert visit.session is not None
    held = await holdings_of(visit.services)
    password = text_of(visit, "password", strip=False)
    if not password:
        line = {"field": "password", "text": visit.say("请填写密码")}
        return await _closing_page(visit, held, errors=[line], status=422)
    try:
        await closing.begin(
            visit.request.app.state.identity,
            teller_of(visit.request.app.state.settings),
            held,
            account_id=UUID(visit.session.account_id),
            password=password,
            ip=identity.address_of(visit.request),
        )
    except (ClosingBlocked, StandingUnknown):
        return await _closing_page(visit, held, status=409)
    except Problem as refused:
        if refused.status >= 500 or isinstance(refused, StaffAccount):
            raise
        errors = said(visit, refused, first="password")
        if refused.code == "sign_in_refused":
            errors = [{"field": "password", "text": visit.say("当前密码不正确")}]
        return await _closing_page(visit, held, errors=errors, status=422)
    await identity.sign_out(visit.request)
    return visit.go("/sign-in?done=closing")


@router.post("/account/exports")
async def ask_export(visit: SignedInVisit) -> Response:
    assert visit.session is not None
    try:
        await exporting.ask(
            visit.request.app.state.identity, account_id=UUID(visit.session.account_id)
        )
    except Problem as refused:
        if refused.status >= 500:
            raise
        return await own_page(visit, errors=said(visit, refused, first="export"), status=409)
    return visit.go("/account?done=export#data")


@router.get("/account/exports/{export_id}")
async def fetch_export(visit: SignedInVisit, export_id: UUID) -> Response:
    """The ZIP, for its own person only."""
    assert visit.session is not None
    export, content = await exporting.read(
        visit.request.app.state.identity,
        export_id=export_id,
        account_id=UUID(visit.session.account_id),
    )
    return StreamingResponse(
        content,
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{named_for(export.ready_at)}"',
            "Content-Length": str(export.size_bytes),
            "Cache-Control": "no-store",
        },
    )


async def _closing_page(
    visit: Visiting,
    held: Holdings,
    *,
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> Response:
    assert visit.session is not None
    if not closing.is_own(visit.session):
        raise StaffAccount
    shown: dict[str, Any] = {
        "blockers": list(rules.blockers(held)),
        "told": list(rules.told(held)),
        "unknown": bool(held.silent),
        "days": rules.COOLING_OFF.days,
    }
    return visit.page("accounts/closing.html", status=status, errors=errors or [], **shown)
