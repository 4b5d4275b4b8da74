"""Where somebody goes on who had to sign in again in the middle."""

from fastapi import APIRouter
from starlette.responses import Response

from gateway.jobs import jobs
from gateway.window.kept import store
from gateway.window.kept.lapsed import typed_by
from gateway.window.refusals import PageRoute
from gateway.window.services import Refusal
from gateway.window.visit import SignedInVisit, Visit
from kit.jobs import JobContext

router = APIRouter(route_class=PageRoute, include_in_schema=False)


@router.get("/kept")
async def nothing_kept(visit: Visit) -> Response:
    """Where a page is shown whose form said nothing of where it stood; without one, home."""
    return visit.go(visit.home)


@router.get("/kept/{name}")
async def go_on(visit: SignedInVisit, name: str) -> Response:
    """What was typed before the session ended, ready to be sent by the same person."""
    assert visit.session is not None
    found = await typed_by(visit.request.app.state, name, visit.session.account_id)
    if found is None:
        raise Refusal(404, {})
    path, fields = found
    return visit.page("kept/go_on.html", action=path, fields=fields)


@jobs.periodic("window.forget_kept", cron="*/10 * * * *")
async def forget_kept(context: JobContext) -> None:
    """Every ten minutes: what is older than two hours goes."""
    async with context.transaction() as session:
        await store.forget_old(session)
