"""The routes that read and move the sandbox's business clock. Outside the sandbox they answer 404."""

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import Depends, Request
from pydantic import ConfigDict, Field, model_validator
from sqlalchemy.dialects.postgresql import insert

from kit.auth import Actor, permission
from kit.clock import SHANGHAI
from kit.db import Reader, Session
from kit.errors import NotFound, Problem
from kit.http import Router
from kit.problems import problems
from kit.sandbox import KEY, read_offset
from kit.schemas import In, IsoDate, Out
from kit.sweeping import sweep_all
from kit.tables import platform_facts

MayMoveClock = Annotated[Actor, Depends(permission("sandbox:move-clock"))]


class ClockMovesForward(Problem):
    """The wanted day is before the present business day."""

    code = "clock_moves_forward"
    status = 422
    title_zh = "业务时钟只能向前拨"
    title_en = "The business clock moves forward only"


class ClockMove(In):
    """Either a number of days or the business day to move to."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"advance_days": 61}]})

    advance_days: int | None = Field(default=None, ge=0, le=3660, examples=[61])
    today: IsoDate | None = Field(default=None, examples=["2027-03-01"])

    @model_validator(mode="after")
    def one_of_both(self) -> "ClockMove":
        """Exactly one says where to."""
        if (self.advance_days is None) == (self.today is None):
            raise ValueError("give either advance_days or today")
        return self


class ClockView(Out):
    """Business time of this service. `moved`: how many rows grew due and were handled by the move."""

    now: datetime
    today: date
    offset_seconds: int
    moved: int | None = None


def sandbox_router() -> Router:
    """GET and POST /sandbox/clock."""
    router = Router(tags=["sandbox"])

    @router.get(
        "/sandbox/clock", summary="The sandbox's business time", responses=problems(NotFound)
    )
    async def read_clock(request: Request, _: MayMoveClock, reader: Reader) -> ClockView:
        state = _sandbox(request)
        found = await read_offset(reader)  # first: the clock may be moved while this is read
        state.clock.offset = max(state.clock.offset, found)
        return _view(state)

    @router.post(
        "/sandbox/clock",
        summary="Move the sandbox's business time forward; what grows due is handled at once",
        responses=problems(NotFound, ClockMovesForward),
    )
    async def move_clock(
        body: ClockMove, request: Request, _: MayMoveClock, session: Session
    ) -> ClockView:
        state = _sandbox(request)
        present = await read_offset(session)
        state.clock.offset = present
        days = body.advance_days
        if days is None and body.today is not None:
            days = (body.today - state.clock.now().astimezone(SHANGHAI).date()).days
        if days is None or days < 0:
            raise ClockMovesForward
        offset = present + timedelta(days=days)
        value = str(round(offset.total_seconds()))
        statement = insert(platform_facts).values(key=KEY, value=value)
        await session.execute(
            statement.on_conflict_do_update(index_elements=["key"], set_={"value": value})
        )
        state.clock.offset = offset
        try:
            return _view(state, moved=await sweep_all(state))
        except BaseException:
            state.clock.offset = present  # the move is rolled back, and with it the clock
            raise

    return router


def _sandbox(request: Request) -> Any:
    if not request.app.state.settings.sandbox:
        raise NotFound
    return request.app.state


def _view(state: Any, *, moved: int | None = None) -> ClockView:
    return ClockView(
        now=state.clock.now(),
        today=state.clock.today(),
        offset_seconds=round(state.clock.offset.total_seconds()),
        moved=moved,
    )
