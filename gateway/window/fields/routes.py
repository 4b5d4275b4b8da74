"""What a number that is being typed was understood as, for htmx: the page itself says it after saving."""

from fastapi import APIRouter
from starlette.responses import Response

from gateway.window.fields.numbers import FAULTS, NUMBERS, read_number, understood
from gateway.window.refusals import PageRoute
from gateway.window.visit import Visit

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/fields/understood")
async def understood_fragment(visit: Visit, kind: str, unit: str = "") -> Response:
    """The text comes under the input's own name, which is a pointer."""
    typed = [v for k, v in visit.request.query_params.items() if k.startswith("/")]
    text, said = (typed[0].strip()[:60] if typed else ""), ""
    if text and kind in NUMBERS:
        value = read_number(kind, text, unit=unit)
        said = visit.say(FAULTS[kind])
        if value is not None:
            said = understood(visit.language, kind, value, unit)
    return visit.page("fields/understood.html", said=said)
