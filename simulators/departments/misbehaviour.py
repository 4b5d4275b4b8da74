"""Applies a department's behaviour to one request: pause, fail, throttle, close, cut, keep silent.

It knows nothing of filings; it only says what happens around them.
"""

import asyncio
from datetime import datetime
from typing import Literal

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from simulators.departments.behaviour import CALM, LIVELY, Behaviour, Draws
from simulators.departments.settings import SimulatorSettings
from simulators.departments.store import Store

_BUSY = "<html><body><h1>系统繁忙，请稍后再试</h1></body></html>"


class CutResponse(Response):
    """Begins an answer, then closes the connection in the middle of it."""

    async def __call__(self, _scope: Scope, _receive: Receive, send: Send) -> None:
        """Promise more bytes than are sent; the server then closes the connection."""
        headers = [(b"content-type", b"application/json"), (b"content-length", b"4096")]
        await send({"type": "http.response.start", "status": 202, "headers": headers})
        # Returning with more promised makes uvicorn note it and close the connection.
        await send({"type": "http.response.body", "body": b'{"external_id": "', "more_body": True})


class Temper:
    """The behaviour in force for each department, and what it does to a request."""

    def __init__(self, store: Store, settings: SimulatorSettings) -> None:
        self._store = store
        self._settings = settings

    def of(self, department: str) -> Behaviour:
        """The overlay of the switchboard, else the profile."""
        overlay = self._store.overlay(department)
        if overlay is not None:
            return overlay
        return LIVELY.get(department, CALM) if self._settings.profile == "lively" else CALM

    def draws(self, department: str, reference: str) -> Draws:
        """Count this request and give it its dice."""
        n = self._store.count_request(department, reference)
        return Draws(self._settings.seed, department, reference, n)

    async def before(self, department: str, draws: Draws, *, now: datetime) -> Response | None:
        """Think as long as the behaviour says; a reply instead of the work, or None to go on."""
        behaviour = self.of(department)
        pause_ms = behaviour.delay_ms + behaviour.jitter_ms * draws.fraction("delay")
        if pause_ms:
            await asyncio.sleep(pause_ms / 1000)
        if behaviour.down_until is not None and behaviour.is_down(now):
            seconds = max(1, round((behaviour.down_until - now).total_seconds()))
            return _later(503, "maintenance", min(seconds, behaviour.retry_after_s or seconds))
        if self._use_up(department, "throttle_next"):
            return _later(429, "too_many_requests", behaviour.retry_after_s)
        if self._use_up(department, "fail_next") or draws.hits("fail", behaviour.fail_rate):
            return HTMLResponse(_BUSY, status_code=500)
        return None

    async def after(self, department: str, draws: Draws) -> Response | None:
        """The work is stored: a lost answer instead of the answer, or None to answer."""
        behaviour = self.of(department)
        if self._use_up(department, "hang_next"):
            await asyncio.sleep(behaviour.hang_ms / 1000)
            return CutResponse()
        if self._use_up(department, "drop_next") or draws.hits("drop", behaviour.drop_response):
            return CutResponse()
        return None

    def _use_up(
        self,
        department: str,
        counter: Literal["fail_next", "drop_next", "hang_next", "throttle_next"],
    ) -> bool:
        behaviour = self.of(department)
        left: int = getattr(behaviour, counter)
        if left == 0:
            return False
        self._store.set_overlay(department, behaviour.model_copy(update={counter: left - 1}))
        return True


def _later(status: int, code: str, seconds: int) -> JSONResponse:
    return JSONResponse({"code": code}, status_code=status, headers={"Retry-After": str(seconds)})
