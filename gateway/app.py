"""The gateway as one ASGI app: the edge in front, behind it identity, catalogue and the window's pages.

    socket → edge (ids, quotas, limits) ─┬─ /api/registration|finance|carriers/… → the service
                                         └─ everything else → FastAPI: /oauth2, /.well-known,
                                            /api/window/v1, /openapi.json, /reference, pages at /

The proxied paths never reach FastAPI. This is the only place where the rooms of the gateway meet; it
decides nothing itself.
"""

import asyncio
import dataclasses
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Scope

from gateway.catalogue.edge_answers import add_edge_answers
from gateway.catalogue.routes import router as catalogue
from gateway.catalogue.routes import static as reference_files
from gateway.composition import SERVICE
from gateway.edge.access_log import AccessLog
from gateway.edge.front import Front
from gateway.edge.headers import header
from gateway.edge.limiter import Limiter
from gateway.edge.proxy import Proxy
from gateway.edge.upstream import Client, Upstream
from gateway.identity.colleagues import router as colleagues
from gateway.identity.cookies import IdentityCookies
from gateway.identity.devices import any_device
from gateway.identity.local_keys import LocalKeys
from gateway.identity.routes import router as identity
from gateway.identity.sessions import WINDOW_CLIENT, recent_account
from gateway.identity.staff_routes import router as staff
from gateway.inbox.given_up import measure_deliveries
from gateway.registering.routes import oauth as registering
from gateway.registering.routes import tokens as registration_tokens
from gateway.settings import ANONYMOUS, KNOWN, GatewaySettings
from gateway.window import routes as window
from gateway.window.refusals import refuse
from kit.errors import NotFound, Problem
from kit.gatekeeper import problem_response
from kit.http import Hook, create_app
from kit.measuring import measure

PACKED_ALREADY = (*DEFAULT_EXCLUDED_CONTENT_TYPES, "application/pdf", "application/octet-stream")


def create_pages(
    settings: GatewaySettings | None = None,
    *,
    on_start: Sequence[Hook] = (),
    on_stop: Sequence[Hook] = (),
) -> FastAPI:
    """Everything that is not proxied, as a FastAPI app; also what `openapi` documents. `on_start` runs
    after the rooms have started, `on_stop` before they stop."""
    service = dataclasses.replace(
        SERVICE,
        on_start=(*SERVICE.on_start, *on_start),
        on_stop=(*SERVICE.on_stop, *on_stop),  # the kit stops in reverse
    )
    app = create_app(service, settings, keys=LocalKeys())  # this process is the issuer
    app.include_router(identity)
    app.include_router(registering)
    app.include_router(staff)
    app.include_router(registration_tokens)
    app.include_router(colleagues)
    app.include_router(catalogue)
    app.mount("/reference/files", reference_files)
    app.mount("/static", window.static)
    app.include_router(window.router)
    app.add_exception_handler(404, _not_found)
    document = app.openapi
    app.openapi = lambda: _with_edge(document())  # type: ignore[method-assign]
    return app


def create_gateway(settings: GatewaySettings) -> tuple[Front, FastAPI]:
    """The whole gateway, and the app behind its edge. Nothing is connected before its lifespan starts."""
    pages = create_pages(settings, on_start=(_start_edge,), on_stop=(_stop_edge,))
    pages.state.front = _front(settings, pages)
    front: Front = pages.state.front
    return front, pages


async def _start_edge(app: FastAPI) -> None:
    await app.state.front.start()


async def _stop_edge(app: FastAPI) -> None:
    await app.state.front.stop()


def _with_edge(document: dict[str, Any]) -> dict[str, Any]:
    add_edge_answers(document, proxied=False)  # adding twice adds nothing
    return document


def _front(settings: GatewaySettings, pages: FastAPI) -> Front:
    scheme, host = settings.public
    client = Client()
    addresses = {
        b"registration": settings.registration_url,
        b"finance": settings.finance_url,
        b"carriers": settings.carriers_url,
    }
    return Front(
        IdentityCookies(
            GZipMiddleware(
                pages, minimum_size=600, compresslevel=6, exclude_content_types=PACKED_ALREADY
            )
        ),
        upstreams={
            name: Upstream(name.decode(), url, settings.limits) for name, url in addresses.items()
        },
        proxy=Proxy(
            client,
            public_host=host,
            public_scheme=scheme,
            json_limit_bytes=settings.json_limit_bytes,
            upload_limit_bytes=settings.upload_limit_bytes,
            body_idle_seconds=settings.body_idle_seconds,
        ),
        client=client,
        limiter=Limiter(
            known=settings.quotas(KNOWN),
            anonymous=settings.quotas(ANONYMOUS),
            storage_url=settings.rate_storage_url,
        ),
        identify=Identify(pages),
        healthy=Healthy(pages),
        measured=Measured(pages),
        access_log=AccessLog(sample=settings.access_log_sample),
        https=scheme == "https",
        api_version=SERVICE.api_version,
        body_idle_seconds=settings.body_idle_seconds,
    )


class Identify:
    """Whose quota a request uses: subject and client of a verified token, or the window's of a session
    that was good when it was last asked; else nobody's. Who signs in is counted by address."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self, scope: Scope) -> str | None:
        value = header(scope["headers"], b"authorization")
        if value is None:
            if scope["path"].startswith("/sign-"):  # an address has one quota of tries, and a
                device = any_device(self._app.state.identity, HTTPConnection(scope))
                return (
                    f"device:{device}" if device else None
                )  # browser that signed in before its own
            account = recent_account(self._app.state.identity, HTTPConnection(scope))
            return f"{account}|{WINDOW_CLIENT}" if account else None
        scheme, _, token = value.decode("latin-1").partition(" ")
        if scheme.lower() not in ("bearer", "dpop"):
            return None
        try:
            claims = await self._app.state.verifier.verify(token)
        except Problem:
            return None  # the service will say what is wrong with it
        return f"{claims['sub']}|{claims['client_id']}"


class Healthy:
    """Whether the gateway's own database answers."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self) -> bool:
        try:
            async with asyncio.timeout(2):
                await self._app.state.database.ping()
        except Exception:  # whatever it is, there is no database
            return False
        return True


class Measured:
    """The gateway's own numbers, as every service says them, and how many deliveries were given up."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app

    async def __call__(self) -> bytes:
        async with self._app.state.database.reader() as connection:
            return await measure(connection, SERVICE.name) + await measure_deliveries(connection)


async def _not_found(request: Request, error: Exception) -> Response:
    """A page for who reads pages, a problem for who reads JSON."""
    assert isinstance(error, HTTPException)
    wants_page = "text/html" in request.headers.get("accept", "")
    if wants_page and not request.url.path.startswith("/api/"):
        return await refuse(request, error)
    return problem_response(NotFound(), request.scope)
