"""All pages. `router` is mounted last at `/`; `static` at `/static`.

gateway/app.py composes::

    app.mount("/static", window.static)
    app.include_router(window.router)

and may use `refusals.refuse` as the 404 handler for readers who ask for HTML.
"""

from fastapi import APIRouter
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gateway.window.accounts.leaving import router as leaving
from gateway.window.accounts.own import router as own_account
from gateway.window.accounts.recovery import router as recovery
from gateway.window.accounts.routes import router as accounts
from gateway.window.admin.operations import router as operations
from gateway.window.admin.reference import router as admin_reference
from gateway.window.admin.registrations import router as registrations
from gateway.window.admin.routes import router as admin
from gateway.window.carriers.routes import router as carriers
from gateway.window.cases.beginning import router as beginning
from gateway.window.cases.correcting import router as correcting
from gateway.window.cases.deciding import router as deciding
from gateway.window.cases.document_routes import router as documents
from gateway.window.cases.form_routes import router as forms
from gateway.window.cases.objections import router as objections
from gateway.window.cases.paper_routes import router as papers
from gateway.window.cases.routes import router as cases
from gateway.window.departments.routes import router as departments
from gateway.window.desk.addresses import router as desk_addresses
from gateway.window.desk.books import router as books
from gateway.window.desk.carriers import router as desk
from gateway.window.desk.services import router as desk_services
from gateway.window.desk.tenancy import router as tenancy
from gateway.window.desk.vouchers import router as vouchers
from gateway.window.fields.routes import router as fields
from gateway.window.kept.routes import router as kept
from gateway.window.licences.routes import router as licences
from gateway.window.loans.products import router as loan_products
from gateway.window.loans.routes import router as loans
from gateway.window.look import STATIC
from gateway.window.messages.routes import router as messages
from gateway.window.names.parts import router as name_parts
from gateway.window.names.routes import router as names
from gateway.window.notices.routes import router as notices
from gateway.window.officers.assigning import router as assigning
from gateway.window.officers.routes import router as officers
from gateway.window.offices.routes import router as offices
from gateway.window.preferences import EASY_COOKIE, LANGUAGE_COOKIE, keep, safe_next
from gateway.window.problems.routes import router as problems
from gateway.window.refusals import PageRoute
from gateway.window.register.routes import router as register
from gateway.window.start.routes import router as start
from gateway.window.visit import Visit
from gateway.window.wording import LANGUAGES


class Static(StaticFiles):
    """Our own built files. An address with a digest or a version may be kept for a year."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        dated = path.startswith("vendor/") or b"v=" in scope.get("query_string", b"")
        if response.status_code in (200, 304) and dated:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response


static = Static(directory=STATIC)
router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/preferences")
async def keep_preferences(
    visit: Visit,
    lang: str | None = None,
    easy: str | None = None,
    next: str = "/",  # noqa: A002
) -> Response:
    """The language and 适老化 switches: links, so that they work without JavaScript."""
    response = visit.go(safe_next(next))
    if lang in LANGUAGES and lang is not None:
        keep(response, LANGUAGE_COOKIE, lang, secure=visit.secure)
    if easy in ("0", "1") and easy is not None:
        keep(response, EASY_COOKIE, easy, secure=visit.secure)
    return response


@router.get("/favicon.ico")
async def favicon() -> Response:
    return FileResponse(STATIC / "seal.svg", media_type="image/svg+xml")


for part in (
    kept,
    admin,
    registrations,
    admin_reference,
    operations,
    start,
    accounts,
    recovery,
    own_account,
    leaving,
    messages,
    offices,
    names,
    name_parts,
    beginning,
    fields,
    forms,
    documents,
    correcting,
    deciding,
    papers,
    cases,
    objections,
    licences,
    register,
    carriers,
    loan_products,
    loans,
    notices,
    officers,
    assigning,
    departments,
    desk,
    desk_addresses,
    desk_services,
    tenancy,
    books,
    vouchers,
    problems,
):
    router.include_router(part)
