"""The simulator's HTTP face: filings, real-name checks, the directory and the test switchboard.

One process is all departments, because only their manners differ, not their contract (README.md).
"""

import asyncio
import contextlib
import uuid
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated

import httpx
from fastapi import FastAPI, HTTPException, Path, Query, Request
from starlette.responses import JSONResponse, Response

from simulators.departments.behaviour import Behaviour
from simulators.departments.callbacks import CallbackSender
from simulators.departments.checks import id_number_is_sound
from simulators.departments.directory import DEPARTMENTS, REAL_NAME, Department
from simulators.departments.filings import Refused, external_id, take_in, view
from simulators.departments.misbehaviour import Temper
from simulators.departments.people import check_real_name
from simulators.departments.schemas import (
    Counts,
    DepartmentList,
    DepartmentOut,
    FilingIn,
    FilingList,
    FilingOut,
    Health,
    RealNameIn,
    RealNameOut,
)
from simulators.departments.settings import SimulatorSettings
from simulators.departments.store import Store

_SHANGHAI = timezone(timedelta(hours=8))
DepartmentPath = Annotated[str, Path(pattern=r"^[a-z-]{1,40}$")]


def utc_now() -> datetime:
    """The present instant."""
    return datetime.now(UTC)


class Simulator:
    """What the routes share: settings, memory, temper and the callback loop's bell."""

    def __init__(self, settings: SimulatorSettings, now: Callable[[], datetime]) -> None:
        self.settings = settings
        self.now = now
        self.store = Store(settings.database)
        self.temper = Temper(self.store, settings)
        self.wake: Callable[[], None] = lambda: None

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Keep the callback loop alive while the program serves."""
        async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
            sender = CallbackSender(
                self.store, key=self.settings.callback_key.get_secret_value(), client=client,
                now=self.now,
            )  # fmt: skip
            self.wake = sender.wake
            loop = asyncio.create_task(sender.run())
            yield
            loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await loop
        self.store.close()


def create_app(
    settings: SimulatorSettings | None = None, *, now: Callable[[], datetime] = utc_now
) -> FastAPI:
    """The ASGI application; `now` is the clock, for tests that need to stand in another time."""
    simulator = Simulator(settings or SimulatorSettings(), now)
    app = FastAPI(
        title="Department simulators", version="1", lifespan=lambda _app: simulator.running()
    )
    app.state.simulator = simulator
    _add_open_routes(app, simulator)
    _add_switchboard(app, simulator)
    _add_filing_routes(app, simulator)

    @app.exception_handler(Refused)
    async def refused(_request: Request, error: Refused) -> JSONResponse:
        return JSONResponse({"code": error.code, **error.extra}, status_code=error.status)

    return app


def _department(path: str) -> Department:
    if path not in DEPARTMENTS:
        raise HTTPException(404, "unknown department")
    return DEPARTMENTS[path]


def _add_open_routes(app: FastAPI, simulator: Simulator) -> None:
    @app.get("/health/live", summary="Alive")
    @app.get("/health/ready", summary="Ready")
    async def health() -> Health:
        return Health()

    @app.get("/departments", summary="The directory")
    async def departments() -> DepartmentList:
        rows = [
            DepartmentOut(
                code=each.code, path=each.path, name_zh=each.name_zh, name_en=each.name_en,
                required=list(each.required),
            )
            for each in DEPARTMENTS.values()
        ]  # fmt: skip
        return DepartmentList(items=rows)

    @app.post("/real-name/checks", summary="Does this name belong to this number?",
              response_model=RealNameOut)  # fmt: skip
    async def real_name(body: RealNameIn) -> RealNameOut | Response:
        now = simulator.now()
        draws = simulator.temper.draws(REAL_NAME, body.reference)
        instead = await simulator.temper.before(REAL_NAME, draws, now=now)
        if instead is not None:
            return instead
        number = body.id_number.upper()
        if not id_number_is_sound(number, today=now.astimezone(_SHANGHAI).date()):
            errors = [{"pointer": "/id_number", "code": "invalid_id_number"}]
            raise Refused(422, "invalid_id_number", errors=errors)
        result = RealNameOut(
            check_id=uuid.uuid4().hex, result=check_real_name(body.name, number), checked_at=now
        )
        return await simulator.temper.after(REAL_NAME, draws) or result


def _add_filing_routes(app: FastAPI, simulator: Simulator) -> None:
    temper, store = simulator.temper, simulator.store

    @app.post("/{department}/filings", summary="Tell a department of an enterprise",
              response_model=FilingOut)  # fmt: skip
    async def file(department: DepartmentPath, body: FilingIn) -> Response:
        office = _department(department)
        draws = temper.draws(department, body.reference)
        instead = await temper.before(department, draws, now=simulator.now())
        if instead is not None:
            return instead
        now = simulator.now()
        outcome = take_in(
            store, office, body, behaviour=temper.of(department), draws=draws, now=now
        )
        simulator.wake()
        lost = await temper.after(department, draws)
        if lost is not None:
            return lost
        now = simulator.now()
        shown = view(outcome.filing, now, repeated=outcome.repeated)
        pending = shown.state == "processing" and not outcome.repeated
        return JSONResponse(
            shown.model_dump(mode="json"),
            status_code=202 if pending else 200,
            headers={"Location": f"/{department}/filings/{shown.external_id}"},
        )

    @app.get("/{department}/filings", summary="Look a filing up by the sender's reference",
             response_model=FilingList)  # fmt: skip
    async def find(
        department: DepartmentPath, reference: Annotated[str, Query(max_length=100)]
    ) -> FilingList | Response:
        _department(department)
        draws = temper.draws(department, reference)
        instead = await temper.before(department, draws, now=simulator.now())
        filing = store.by_reference(department, reference)
        items = [view(filing, simulator.now())] if filing else []
        return instead or FilingList(items=items)

    @app.get("/{department}/filings/{number}", summary="One filing", response_model=FilingOut)
    async def read(
        department: DepartmentPath, number: Annotated[str, Path(pattern=r"^[a-z-]+\d{1,12}$")]
    ) -> FilingOut | Response:
        _department(department)
        draws = temper.draws(department, number)
        instead = await temper.before(department, draws, now=simulator.now())
        if instead is not None:
            return instead
        filing = store.by_number(int(number.rpartition("-")[2]))
        if filing is None or external_id(filing) != number:
            raise HTTPException(404, "unknown filing")
        return view(filing, simulator.now())


def _add_switchboard(app: FastAPI, simulator: Simulator) -> None:
    def known(department: str) -> str:
        return department if department == REAL_NAME else _department(department).path

    @app.get("/admin/behaviour/{department}", summary="The behaviour in force")
    async def behaviour(department: DepartmentPath) -> Behaviour:
        return simulator.temper.of(known(department))

    @app.put("/admin/behaviour/{department}", summary="Lay a behaviour over the profile")
    async def set_behaviour(department: DepartmentPath, body: Behaviour) -> Behaviour:
        simulator.store.set_overlay(known(department), body)
        return body

    @app.delete("/admin/behaviour/{department}", summary="Back to the profile", status_code=204)
    async def clear_behaviour(department: DepartmentPath) -> None:
        simulator.store.set_overlay(known(department), None)

    @app.get("/admin/counts/{department}", summary="How much it has seen")
    async def counts(department: DepartmentPath) -> Counts:
        return Counts(**simulator.store.counts(known(department), simulator.now()))

    @app.post("/admin/reset", summary="Forget everything", status_code=204)
    async def reset() -> None:
        simulator.store.reset()
