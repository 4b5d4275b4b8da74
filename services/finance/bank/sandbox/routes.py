"""`/sandbox/scenarios`: what can be rehearsed, and with which borrower. 404 outside the sandbox."""

from typing import Annotated, Any

from fastapi import Request, Response
from pydantic import Field

from kit.db import Session
from kit.errors import NotFound
from kit.etags import set_etag
from kit.http import Router
from kit.paging import Page
from kit.problems import problems
from kit.schemas import In, Label, Out
from services.finance.bank.access import MayPlay, MaySeeScenarios, bank_of
from services.finance.bank.applications.schemas import ApplicationView
from services.finance.bank.applications.service import read_application
from services.finance.bank.paths import application_href
from services.finance.bank.sandbox import service
from services.finance.bank.sandbox.errors import ScenarioNotPlayable
from services.finance.bank.sandbox.personas import BY_CODE, PERSONAS, Scenario

router = Router(tags=["bank sandbox"])


class ScenarioView(Out):
    """One persona. `next_steps`: what your bank does with it. `tag` stands in the purpose of an
    application that is to be played."""

    code: Scenario
    title: Label
    next_steps: Label
    tag: str


class ScenarioPlay(In):
    """Which persona is to apply at your bank, and for how much (default one million yuan).

    The application is left to you. `played`: the sandbox bank works it in your place, wherever one runs.
    """

    scenario: Scenario
    amount_fen: Annotated[int, Field(ge=1_000_000, le=300_000_000, strict=True)] | None = None
    played: Annotated[bool, Field(strict=True)] = False


def _sandbox(request: Request) -> Any:
    if not request.app.state.settings.sandbox:
        raise NotFound
    return request.app.state


@router.get(
    "/sandbox/scenarios",
    summary="The personas that your bank can rehearse with",
    operation_id="listScenarios",
    responses=problems(NotFound),
)
async def list_scenarios(request: Request, _: MaySeeScenarios) -> Page[ScenarioView]:
    _sandbox(request)
    items = [
        ScenarioView(
            code=each.code,
            title=Label(zh=each.zh, en=each.en),
            next_steps=Label(zh=each.next_zh, en=each.next_en),
            tag=each.tag,
        )
        for each in PERSONAS
    ]
    return Page(items=items)


@router.post(
    "/sandbox/scenarios",
    status_code=201,
    summary="A persona applies at your bank now",
    operation_id="playScenario",
    responses=problems(NotFound, ScenarioNotPlayable),
)
async def play_scenario(
    body: ScenarioPlay, request: Request, response: Response, actor: MayPlay, session: Session
) -> ApplicationView:
    """A new invented company enters the library and applies; the application is yours to accept, unless you
    ask to have it `played`."""
    state = _sandbox(request)
    persona = BY_CODE[body.scenario]
    application_id = await service.play(
        session, state, bank_of(actor), persona, amount_fen=body.amount_fen, played=body.played
    )
    view = await read_application(state, await session.connection(), actor, application_id)
    set_etag(response, view.version)
    response.headers["location"] = application_href(application_id)
    return view
