"""Pages to open an account, sign in and sign out. What is right or wrong is identity's to say."""

from typing import Any
from urllib.parse import quote

from fastapi import APIRouter
from starlette.responses import Response

from gateway.identity import service as identity
from gateway.window.preferences import safe_next
from gateway.window.refusals import PageRoute
from gateway.window.visit import Visit, Visiting
from gateway.window.wording import later
from kit.errors import Problem

router = APIRouter(route_class=PageRoute, include_in_schema=False)

# what identity's codes mean to somebody in front of the form
FAULTS = {
    "username_shape": later("请填写手机号或电子邮箱"),
    "password_length": later("密码至少 10 个字符，最多 128 个"),
    "password_common": later("这个密码太常见，请换一个"),
    "password_personal": later("密码不要包含您的账号或证件号码"),
    "name_length": later("请填写证件上的姓名"),
    "id_number_shape": later("身份证号码应为 18 位，最后一位可以是 X"),
    "id_number_check": later("身份证号码不正确，请逐位核对"),
    "id_number_birth_date": later("身份证号码中的出生日期不正确"),
    "id_number_too_young": later("未满 16 周岁不能自行注册"),
}
FIELDS = ("name", "id_number", "username", "password")


@router.get("/sign-in")
async def sign_in_page(visit: Visit, next: str = "/cases") -> Response:  # noqa: A002
    if visit.session is not None:
        return visit.go(safe_next(next))
    return visit.page("accounts/sign_in.html", next=safe_next(next), username="", errors=[])


@router.post("/sign-in")
async def sign_in(visit: Visit) -> Response:
    username, password = _text(visit, "username"), _text(visit, "password", strip=False)
    target = safe_next(_text(visit, "next") or "/cases")
    errors: list[dict[str, str]] = []
    if not username:
        errors.append({"field": "username", "text": visit.say("请填写账号")})
    if not password:
        errors.append({"field": "password", "text": visit.say("请填写密码")})
    if not errors:
        try:
            await identity.sign_in(visit.request, username=username, password=password)
            return visit.go(target)
        except Problem as refused:
            if refused.status >= 500:
                raise
            errors = _said(visit, refused, first="username")
    return visit.page(
        "accounts/sign_in.html", status=422, next=target, username=username, errors=errors
    )


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
    values = {name: _text(visit, name, strip=name != "password") for name in FIELDS}
    target = safe_next(_text(visit, "next") or "/cases")
    try:
        await identity.sign_up(visit.request, **values)
    except Problem as refused:
        if refused.status >= 500:
            raise
        errors = _said(visit, refused, first="name")
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


def _text(visit: Visiting, name: str, *, strip: bool = True) -> str:
    value = visit.posted.get(name)
    text = value if isinstance(value, str) else ""
    return text.strip() if strip else text


def _said(visit: Visiting, refused: Problem, *, first: str) -> list[dict[str, str]]:
    """Identity's refusal as lines of the error summary, each beside its field."""
    body: dict[str, Any] = refused.body(visit.language, instance=None, request_id=None)
    lines: list[dict[str, str]] = []
    for error in refused.errors:
        text = visit.say(FAULTS[error.code]) if error.code in FAULTS else error.detail
        lines.append({"field": error.pointer.strip("/") or first, "text": text or body["title"]})
    own = {"username_taken": "username", "person_has_account": "id_number"}
    own["real_name_mismatch"] = "name"
    if not lines:
        said = " ".join(str(t) for t in (body["title"], body["detail"]) if t)
        lines.append({"field": own.get(refused.code, first), "text": said})
    return lines
