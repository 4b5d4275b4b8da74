"""找人帮忙: which office helps with what, how to complain, how to appeal. The offices are data."""

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.offices.naming import offices, said
from gateway.window.refusals import PageRoute
from gateway.window.visit import Visit

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/contact")
async def contact_page(visit: Visit, case: str = "") -> Response:
    shown = [said(office, visit.language) for office in offices()]
    return visit.page("contact.html", offices=shown, case=case[:40])
