"""A service as one value, and the app made from it.

    SERVICE = Service(name="registration", …)      services/registration/composition.py
    app = create_app(SERVICE)

The app serves its public path itself (`/api/{name}/v1`), its health and its code catalogue.
"""

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from kit import openapi, problems
from kit.auth import PUBLIC, Permissions, Scopes, anyone
from kit.clock import Clock
from kit.codelists import CodeList, CodesView, codes_view
from kit.crypto import Vault
from kit.db import Database
from kit.dpop import Binding
from kit.errors import NotFound, Unavailable
from kit.fence import NotServing, Standing, watch
from kit.gatekeeper import Gatekeeper, too_large_in_our_words
from kit.idempotency import store_reply
from kit.measuring import measure
from kit.revisions import newest_revision
from kit.sandbox import follow
from kit.schemas import Out
from kit.settings import ServiceSettings
from kit.strictness import (
    StrictRequest,
    declared_parameters,
    produced,
    refuse_unacceptable,
    refuse_unreadable,
)
from kit.tokens import COLLEAGUE_PASS, COLLEAGUES, HttpKeys, KeySource, TokenVerifier
from kit.workdays import WorkCalendar

MAX_BODY_BYTES = 1_000_000


class KitRoute(APIRoute):
    """Understands a request whole or refuses it (kit.strictness), and stores the reply beside its effect
    before the transaction is committed (kit.idempotency)."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        declared = declared_parameters(self.dependant)
        public = any(
            getattr(call, "permission", None) == PUBLIC for call in openapi.calls_of(self.dependant)
        )

        made: Any = self.response_class
        made = getattr(made, "value", made)  # FastAPI's default, or the route's own
        negotiates = 406 in self.responses  # it judges what is accepted itself
        kinds = frozenset() if negotiates else produced(self.responses, made.media_type)

        async def handle_and_store(request: Request) -> Response:
            known = public or request.scope["state"].get("actor") is not None
            if request.scope["query_string"] and known:  # a stranger is asked who he is first
                refuse_unreadable(request.query_params, declared)
            if known:
                refuse_unacceptable(request.headers.get("accept", ""), kinds)
            response = await handle(StrictRequest(request.scope, request.receive))
            if request.method == "POST":
                await store_reply(request, response)
            return response

        return handle_and_store

    def under(self, prefix: str) -> "KitRoute":
        """The same route below a prefix."""
        made_of = {name: getattr(self, name) for name in _MADE_OF}
        return KitRoute(prefix + self.path, self.endpoint, **made_of)


_MADE_OF = tuple(inspect.signature(APIRoute.__init__).parameters)[3:]  # after self, path, endpoint


class Router(APIRouter):
    """An APIRouter whose routes keep idempotency. Every feature's router is one."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("route_class", KitRoute)
        super().__init__(**kwargs)


Hook = Callable[[FastAPI], Awaitable[None]]
OnLoss = Callable[[Any, Sequence[dict[str, Any]]], Awaitable[None]]
"""Called with a session and the CloudEvents of which a restored database knows nothing."""


@dataclass(frozen=True)
class Service:
    """Everything that makes up one service. `settings` is called once per process.

    `surfaces` are routers under another prefix than the service's own (the bank API); `sweeps` handle what
    has grown due by the business clock and say how many rows moved; `on_loss` take from lost events what must
    not be given out again.
    """

    name: str
    package: str
    title: str
    settings: Callable[[], ServiceSettings]
    routers: Sequence[APIRouter]
    permissions: Permissions
    scopes: Scopes = field(default_factory=dict)
    code_lists: Sequence[CodeList] = ()
    worker: Any = None
    seeds: Sequence[Callable[[Any], Awaitable[None]]] = ()
    on_start: Sequence[Hook] = ()
    on_stop: Sequence[Hook] = ()
    default_port: int = 8100
    api_version: str = "2026-11-21"
    prefix_override: str | None = None
    other_bearers: tuple[str, ...] = ()
    surfaces: Mapping[str, Sequence[APIRouter]] = field(default_factory=dict)
    sweeps: Sequence[Callable[[Any], Awaitable[int]]] = ()
    on_loss: Sequence[OnLoss] = ()
    state: Mapping[str, Any] = field(default_factory=dict)

    @property
    def prefix(self) -> str:
        return self.prefix_override if self.prefix_override is not None else f"/api/{self.name}/v1"


class HealthView(Out):
    """`status` is `ok`; `service` names who answered."""

    status: str
    service: str


def _system_router(service: Service) -> Router:
    router = Router(tags=["system"])

    @router.get(
        "/codes", summary="Every code with its zh-CN and en label", operation_id="listCodes"
    )
    async def list_codes(_: Annotated[Any, Depends(anyone)]) -> CodesView:
        return codes_view(service.code_lists)

    return router


def _health_router(service: Service) -> Router:
    router = Router(tags=["system"], include_in_schema=False)

    @router.get("/health/live")
    async def live() -> HealthView:
        return HealthView(status="ok", service=service.name)

    @router.get("/health/ready")
    async def ready(request: Request) -> HealthView:
        """503 until the database answers and stands at the revision that this program was built for."""
        database: Database = request.app.state.database
        async with asyncio.timeout(3):
            await database.ping()
            if request.app.state.fence is not Standing.open:
                raise NotServing
            if await database.revision() < newest_revision(service.package):
                raise Unavailable(
                    detail_zh="数据库尚未升级完成", detail_en="The database is still being migrated"
                )
        return HealthView(status="ok", service=service.name)

    @router.get("/health/metrics")
    async def metrics(request: Request) -> Response:
        """Only for this machine, and not through a proxy on it."""
        here = request.client is not None and request.client.host in ("127.0.0.1", "::1")
        if not here or "x-forwarded-for" in request.headers or "forwarded" in request.headers:
            raise NotFound
        async with request.app.state.database.reader() as connection:
            text = await measure(connection, service.name)
        return Response(text, media_type="text/plain; version=0.0.4; charset=utf-8")

    return router


async def prepare_state(state: Any, service: Service, settings: ServiceSettings) -> None:
    """What routes and hooks find on `app.state`; also used by workers and seeds."""
    state.service, state.settings = service, settings
    state.database = Database(
        settings.database_url, pool_size=settings.database_pool_size, name=f"{service.name}-api"
    )
    state.permissions, state.scopes = service.permissions, service.scopes
    state.secret = settings.secret_key.get_secret_value()
    state.clock = Clock()
    state.calendar = WorkCalendar()
    state.vault = Vault(settings.data_key.get_secret_value())
    state.binding = Binding(settings.issuer, state.database)
    state.fence = Standing.open
    for name, value in service.state.items():
        setattr(state, name, value)


class _App(FastAPI):
    """FastAPI, but a body over the limit is refused as a problem like everything else."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI. Only a request that may carry a body is looked after."""
        if scope["type"] == "http" and scope["method"] in ("POST", "PUT", "PATCH", "DELETE"):
            send = too_large_in_our_words(scope, receive, send, self.version)
        await super().__call__(scope, receive, send)


def create_app(
    service: Service,
    settings: ServiceSettings | None = None,
    *,
    keys: KeySource | None = None,
    fenced: bool = False,
) -> FastAPI:
    """The ASGI app of a service. Nothing is connected before its lifespan starts.

    `keys` are the issuer's public keys where this process has them; by default they are fetched. `fenced`:
    nothing is written while the database stands behind the service's stream (kit.fence).
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        present = settings or service.settings()
        await prepare_state(app.state, service, present)
        source = keys or HttpKeys(present.keys_url, present.revocations_url)
        app.state.verifier = TokenVerifier(source, issuer=present.issuer)
        app.state.colleagues = TokenVerifier(
            source, issuer=present.issuer, audience=COLLEAGUES, typ=COLLEAGUE_PASS
        )
        await source.start()
        for hook in service.on_start:
            await hook(app)
        beside = [task for task in (follow(app.state), _fence(app.state, fenced=fenced)) if task]
        try:
            yield
        finally:
            for task in beside:
                task.cancel()
            for hook in reversed(service.on_stop):
                await hook(app)
            await source.stop()
            await app.state.database.close()

    app = _App(
        title=service.title,
        version=service.api_version,
        lifespan=lifespan,
        openapi_url=f"{service.prefix}/openapi.json",
        docs_url=None,
        redoc_url=None,
        max_body_size=MAX_BODY_BYTES,
        redirect_slashes=False,
    )
    _mount(app, "", [_health_router(service)])
    _mount(app, service.prefix, [_system_router(service), *service.routers])
    for prefix, routers in service.surfaces.items():
        _mount(app, prefix, routers)
    problems.install(app)
    app.add_middleware(
        Gatekeeper,
        state=app.state,
        api_version=service.api_version,
        other_bearers=service.other_bearers,
    )
    app.openapi = lambda: _document(app, service)  # type: ignore[method-assign]
    app.state.permissions, app.state.scopes = service.permissions, service.scopes
    return app


def _fence(state: Any, *, fenced: bool) -> asyncio.Task[None] | None:
    if not fenced:
        return None
    state.fence = Standing.unchecked
    return asyncio.create_task(watch(state), name="fence")


def _mount(app: FastAPI, prefix: str, routers: Sequence[APIRouter]) -> None:
    """Puts the routes themselves into the app; a router that is included matches each request twice. One with
    routes of another class (a protocol's own errors) is included."""
    for router in routers:
        ours = [route for route in router.routes if isinstance(route, KitRoute)]
        if len(ours) == len(router.routes):
            app.router.routes.extend(route.under(prefix) for route in ours)
        else:
            app.include_router(router, prefix=prefix)


def _document(app: FastAPI, service: Service) -> dict[str, Any]:
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, routes=app.routes, openapi_version="3.1.0"
        )
        app.openapi_schema = openapi.complete(app, document, service.permissions, service.scopes)
    return app.openapi_schema
