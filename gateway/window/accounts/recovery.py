"""Pages for who cannot sign in any more, and for another number or address. Identity says what is right."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter
from starlette.responses import Response

from gateway.identity import service as identity
from gateway.window.accounts.saying import said, text_of
from gateway.window.refusals import PageRoute
from gateway.window.visit import SignedInVisit, Visit, Visiting
from kit.errors import Problem

router = APIRouter(route_class=PageRoute, include_in_schema=False)
PURPOSES = ("contact", "email")


@router.get("/account/recover")
async def recover_page(visit: Visit) -> Response:
    return visit.page("accounts/recover.html", errors=[], username="")


@router.post("/account/recover")
async def ask_recovery(visit: Visit) -> Response:
    username = text_of(visit, "username")
    try:
        ticket = await identity.ask_recovery(visit.request, username=username)
    except Problem as refused:
        return _again(visit, "accounts/recover.html", refused, first="username", username=username)
    return visit.go(f"/account/recover/code?ticket={ticket}")


@router.get("/account/recover/code")
async def recover_code_page(visit: Visit, ticket: UUID) -> Response:
    return visit.page("accounts/recover_code.html", errors=[], ticket=ticket)


@router.post("/account/recover/code")
async def recover(visit: Visit, ticket: UUID) -> Response:
    code, password = text_of(visit, "code"), text_of(visit, "password", strip=False)
    try:
        await identity.recover(visit.request, ticket=ticket, code=code, password=password)
    except Problem as refused:
        return _again(visit, "accounts/recover_code.html", refused, first="code", ticket=ticket)
    return visit.go("/sign-in?done=recovered")


@router.get("/account/contact")
async def contact_page(visit: SignedInVisit, of: str = "contact") -> Response:
    return visit.page("accounts/contact.html", errors=[], of=_purpose(of), wanted="")


@router.post("/account/contact")
async def ask_contact(visit: SignedInVisit) -> Response:
    assert visit.session is not None
    of, wanted = _purpose(text_of(visit, "of")), text_of(visit, "wanted")
    present = text_of(visit, "present", strip=False)
    try:
        ticket = await identity.ask_contact(
            visit.request, visit.session, purpose=of, wanted=wanted, present=present
        )
    except Problem as refused:
        first = "present" if refused.code == "sign_in_refused" else "wanted"
        template = "accounts/contact.html"
        return _again(visit, template, refused, first=first, of=of, wanted=wanted)
    return visit.go(f"/account/contact/code?of={of}&ticket={ticket}&to={quote(wanted)}")


@router.get("/account/contact/code")
async def contact_code_page(
    visit: SignedInVisit, ticket: UUID, of: str = "contact", to: str = ""
) -> Response:
    return visit.page(
        "accounts/contact_code.html", errors=[], ticket=ticket, of=_purpose(of), to=to[:120]
    )


@router.post("/account/contact/code")
async def change_contact(
    visit: SignedInVisit, ticket: UUID, of: str = "contact", to: str = ""
) -> Response:
    assert visit.session is not None
    purpose, code = _purpose(of), text_of(visit, "code")
    try:
        await identity.change_contact(
            visit.request, visit.session, purpose=purpose, ticket=ticket, code=code
        )
    except Problem as refused:
        values = {"ticket": ticket, "of": purpose, "to": to[:120]}
        return _again(visit, "accounts/contact_code.html", refused, first="code", **values)
    return visit.go("/sign-in?done=contact" if purpose == "contact" else "/account?done=email")


def _purpose(of: str) -> str:
    return of if of in PURPOSES else "contact"


def _again(
    visit: Visiting, template: str, refused: Problem, *, first: str, **values: Any
) -> Response:
    """The page with what is wrong beside its field; what was typed stays, but no password and no code."""
    if refused.status >= 500:
        raise refused
    errors = said(visit, refused, first=first, own={})
    status = 429 if refused.status == 429 else 422
    response = visit.page(template, status=status, errors=errors, **values)
    response.headers.update(refused.headers)
    return response
