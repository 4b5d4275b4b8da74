"""The four apps on ports of their own, in threads, for tests that throw input at them over HTTP."""

import asyncio
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import uvicorn
from sqlalchemy import text

from gateway.app import create_gateway
from gateway.identity.tokens import Subject
from gateway.settings import GatewaySettings
from kit.http import Service, create_app, prepare_state
from kit.tokens import KnownKeys
from services.carriers.composition import SERVICE as CARRIERS
from services.finance.composition import SERVICE as FINANCE
from services.registration.composition import SERVICE as REGISTRATION
from tests.fixtures.callers import ISSUER, KEY, KID, token

SERVICES: dict[str, Service] = {
    "registration": REGISTRATION,
    "finance": FINANCE,
    "carriers": CARRIERS,
}
WHO = {"sub": "sub-fuzz", "org": "tax", "regions": ["980000"], "person": "0" * 64}


@dataclass(frozen=True)
class Target:
    """A served app: where it is, its document, how to get a token, and ids that exist in it."""

    name: str
    url: str
    document: str
    mint: Callable[[str], str]
    known: dict[str, str]


class Serving:
    """One ASGI app on a free port until `stop`."""

    def __init__(self, app: Any, *, port: int = 0) -> None:
        config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, ws="none")
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._server.run, daemon=True)

    def start(self) -> str:
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise RuntimeError("the app did not start")
            time.sleep(0.01)
        return f"http://127.0.0.1:{self._server.servers[0].sockets[0].getsockname()[1]}"

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(10)


def serve_service(name: str, database_url: str) -> tuple[Serving, Target]:
    """A service with its demonstration data and, in registration, one draft case."""
    service = SERVICES[name]
    settings = type(service.settings())(
        database_url=database_url, public_url=ISSUER, environment="test"
    )
    known = asyncio.run(_fill(service, settings))
    app = create_app(service, settings, keys=KnownKeys({KID: KEY.public_key()}))
    serving = Serving(app)
    url = serving.start()
    return serving, Target(name, url, f"{service.prefix}/openapi.json", _mint, known)


def _mint(role: str) -> str:
    return token((role,), exp=int(time.time()) + 3600, **WHO)


async def _fill(service: Service, settings: Any) -> dict[str, str]:
    state = SimpleNamespace()
    await prepare_state(state, service, settings)
    try:
        for seed in service.seeds:
            await seed(state)
        return await _a_case(state) if service.name == "registration" else {}
    finally:
        await state.database.close()


async def _a_case(state: Any) -> dict[str, str]:
    case_id = str(uuid.uuid4())
    insert = text(
        "INSERT INTO cases (id, reference, matter, state, version, applicant_sub, region_code,"
        " created_at, updated_at) VALUES (:id, 'T-1', 'company-establishment', 'draft', 1, :sub,"
        " '980101', :now, :now)"
    )
    async with state.database.transaction() as session:
        values = {"id": uuid.UUID(case_id), "sub": WHO["sub"], "now": datetime.now(UTC)}
        await session.execute(insert, values)
    return {"case_id": case_id, "matter": "company-establishment", "code": "company-establishment"}


def serve_gateway(database_url: str) -> tuple[Serving, Target]:
    """The gateway with its edge; no service is up behind it."""
    nobody = "http://127.0.0.1:9"
    settings = GatewaySettings(
        database_url=database_url, public_url=ISSUER, environment="test", registration_url=nobody,
        finance_url=nobody, carriers_url=nobody, rate_scale=100_000,
    )  # fmt: skip
    front, pages = create_gateway(settings)
    serving = Serving(front)
    url = serving.start()

    def mint(role: str) -> str:
        subject = Subject(
            sub="sub-fuzz",
            client_id="window",
            roles=(role,),
            org=None,
            regions=("980000",),
            scope="window",
        )
        minted: str = pages.state.identity.mint(subject)
        return minted

    return serving, Target("gateway", url, "/api/window/v1/openapi.json", mint, {})
