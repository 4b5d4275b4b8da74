"""Pages to open an account, sign in and sign out. What is right or wrong is identity's to say."""

from datetime import datetime
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from gateway.identity import service as identity
from gateway.leaving.errors import AccountClosing
from gateway.window.accounts.saying import said, text_of
from gateway.window.preferences import safe_next
from gateway.window.refusals import PageRoute
from gateway.window.visit import Visit
from kit.errors import Problem

router = APIRouter(route_class=PageRoute, include_in_schema=False)

FIELDS = ("name", "id_number", "username", "password")


@router.get("/sign-in")
async def sign_in_page(visit: Visit, next: str = "/cases", done: str = "") -> Response:  # noqa: A002
    if visit.session is not None:
        return visit.go(safe_next(next))
    return visit.page(
        "accounts/sign_in.html", next=safe_next(next), username="", errors=[], done=done
    )


@router.post("/sign-in")
async def sign_in(visit: Visit) -> Response:
    username, password = text_of(visit, "username"), text_of(visit, "password", strip=False)
    target = safe_next(text_of(visit, "next") or "/cases")
    errors: list[dict[str, str]] = []
    status, headers = 422, dict[str, str]()
    if not username:
        errors.append({"field": "username", "text": visit.say("请填写账号")})
    if not password:
        errors.append({"field": "password", "text": visit.say("请填写密码")})
    if not errors:
        try:
            await identity.sign_in(
                visit.request,
                username=username,
                password=password,
                keep_account=text_of(visit, "keep_account") == "yes",
            )
            return visit.go(target)
        except AccountClosing as closing:
            ends_on = datetime.fromisoformat(str(closing.extra["ends_at"]))
            return visit.page(
                "accounts/sign_in.html",
                status=422,
                next=target,
                username=username,
                closing_at=ends_on,
                errors=[{"field": "keep_account", "text": visit.say("请选择是否保留账号")}],
            )
        except Problem as refused:
            if refused.status >= 500:
                raise
            errors = said(visit, refused, first="username")
            status = refused.status if refused.status == 429 else status
            headers = dict(refused.headers)
    response = visit.page(
        "accounts/sign_in.html", status=status, next=target, username=username, errors=errors
    )
    response.headers.update(headers)
    return response


@router.post("/sign-out")
async def sign_out(visit: Visit) -> Response:
    await identity.sign_out(visit.request)
    return visit.go("/")


@router.get("/account/new")
async def sign_up_page(visit: Visit, next: str = "/cases") -> Response:  # noqa: A002
    if visit.session is not None:
        return visit.go(safe_next(next))
    return visit.page("accounts/sign_up.html", next=safe_next(next), values={}, errors=[])


@router.post("/account/new")
async def sign_up(visit: Visit) -> Response:
    values = {name: text_of(visit, name, strip=name != "password") for name in FIELDS}
    target = safe_next(text_of(visit, "next") or "/cases")
    try:
        await identity.sign_up(visit.request, **values)
    except Problem as refused:
        if refused.status >= 500:
            raise
        errors = said(visit, refused, first="name")
        kept = {k: v for k, v in values.items() if k != "password"}
        return visit.page(
            "accounts/sign_up.html", status=422, next=target, values=kept, errors=errors
        )
    return visit.go(f"/account/ready?next={quote(target)}")


@router.get("/account/ready")
async def account_ready(visit: Visit, next: str = "/cases") -> Response:  # noqa: A002
    """Says that the account exists, and whether the name has been verified yet."""
    if visit.session is None:
        return visit.go("/sign-in")
    return visit.page("accounts/ready.html", next=safe_next(next))
