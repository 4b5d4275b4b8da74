"""The sandbox bank over HTTP: health, what it holds, the switchboard for tests, its webhook receiver."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Annotated, Literal

import httpx
from fastapi import FastAPI, HTTPException, Path, Request
from pydantic import BaseModel, ConfigDict

from simulators.bank.banking import Bank
from simulators.bank.platform import Platform
from simulators.bank.scenarios import CLERK, SCENARIOS
from simulators.bank.settings import BankSettings
from simulators.bank.store import Dossier, Store
from simulators.bank.tokens import NotReady, Tokens
from simulators.bank.webhooks import Receiver

ApplicationId = Annotated[str, Path(pattern=r"^[0-9a-f-]{36}$")]


class Health(BaseModel):
    """`platform`: empty while the bank can work, else why it cannot."""

    status: Literal["ok"] = "ok"
    service: Literal["bank"] = "bank"
    platform: str = ""


class ScenarioOut(BaseModel):
    """`tag` in an application's purpose, or `odd_fen` as the last two digits of its amount, choose it."""

    code: str
    zh: str
    en: str
    tag: str
    odd_fen: int


class DossierOut(BaseModel):
    """One application as this bank keeps it. `trouble`: the last refusal, if there was one."""

    model_config = ConfigDict(from_attributes=True)

    application_id: str
    reference: str
    scenario: str
    state: str
    loan_id: str | None
    claim_id: str | None
    finished: bool
    trouble: str | None


class ScenarioIn(BaseModel):
    """How an application is to be played; `clerk` takes the machine's hands off."""

    model_config = ConfigDict(extra="forbid")

    scenario: str


class Worked(BaseModel):
    """How many steps the bank made."""

    steps: int


class SandboxBank:
    """What the routes share: settings, memory and the working loop."""

    def __init__(self, settings: BankSettings, transport: httpx.AsyncBaseTransport | None) -> None:
        self.settings = settings
        self.store = Store(settings.database)
        self.trouble = "not asked yet"
        http = httpx.AsyncClient(timeout=30, trust_env=False, transport=transport)
        self._http = http
        tokens = Tokens(
            http,
            issuer=settings.platform_url.rstrip("/"),
            client_id=settings.client_id,
            key=settings.key_file,
        )
        self.platform = Platform(http, tokens, self.store, url=settings.platform_url)
        self.bank = Bank(self.platform, self.store, pause_s=settings.pause_s)
        self.receiver = Receiver(self.platform, self.store, own_url=settings.own_url)

    def _told(self, trouble: str) -> None:
        self.trouble = trouble

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Work while the program serves."""
        loops = [
            asyncio.create_task(self.bank.run(self._told)),
            asyncio.create_task(self.receiver.subscribe()),
        ]
        yield
        for loop in loops:
            loop.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await loop
        await self._http.aclose()
        self.store.close()


def create_app(
    settings: BankSettings | None = None, *, transport: httpx.AsyncBaseTransport | None = None
) -> FastAPI:
    """The ASGI application. `transport` carries its calls in tests that are the platform themselves."""
    bank = SandboxBank(settings or BankSettings(), transport)
    app = FastAPI(title="Sandbox bank", version="1", lifespan=lambda _app: bank.running())
    app.state.bank = bank
    _add_open_routes(app, bank)
    _add_switchboard(app, bank)
    return app


def _add_open_routes(app: FastAPI, bank: SandboxBank) -> None:
    @app.get("/health/live", summary="Alive")
    @app.get("/health/ready", summary="Ready; the platform may still be away")
    async def health() -> Health:
        return Health(platform=bank.trouble)

    @app.get("/scenarios", summary="What it can play")
    async def scenarios() -> list[ScenarioOut]:
        return [
            ScenarioOut(code=s.code, zh=s.zh, en=s.en, tag=f"[{s.code}]", odd_fen=s.odd_fen)
            for s in SCENARIOS.values()
        ]

    @app.get("/dossiers", summary="Every application that it has met")
    async def dossiers() -> list[DossierOut]:
        return [DossierOut.model_validate(each) for each in bank.store.dossiers()]

    @app.get("/dossiers/{application_id}", summary="One of them")
    async def dossier(application_id: ApplicationId) -> DossierOut:
        found = bank.store.dossier(application_id)
        if found is None:
            raise HTTPException(404, "unknown application")
        return DossierOut.model_validate(found)

    @app.post("/webhooks", summary="Standard Webhooks 1.0", status_code=204)
    async def webhook(request: Request) -> None:
        body = await request.body()
        if not bank.receiver.takes(request.headers, body):
            bank.store.count("webhook_refused")
            raise HTTPException(401, "bad signature")
        bank.bank.wake()


def _add_switchboard(app: FastAPI, bank: SandboxBank) -> None:
    @app.put("/admin/dossiers/{application_id}", summary="Play an application so")
    async def choose(application_id: ApplicationId, body: ScenarioIn) -> DossierOut:
        if body.scenario not in {*SCENARIOS, CLERK}:
            raise HTTPException(422, "unknown scenario")
        found: Dossier = bank.store.set_scenario(application_id, body.scenario)
        if body.scenario == CLERK:
            found.finished = True
            bank.store.keep_dossier(found)
        bank.bank.wake()
        return DossierOut.model_validate(found)

    @app.post("/admin/work", summary="Work now, until nothing is left to do")
    async def work() -> Worked:
        try:
            return Worked(steps=await bank.bank.work())
        except NotReady as error:
            raise HTTPException(503, str(error)) from error

    @app.get("/admin/counts", summary="How often what happened")
    async def counts() -> dict[str, int]:
        return bank.store.counters()

    @app.post("/admin/reset", summary="Forget everything", status_code=204)
    async def reset() -> None:
        bank.store.reset()
