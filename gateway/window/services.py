"""The window's one way to the services: HTTP with the reader's own access token.

It sends the language, the idempotency key and the version that a page was made from, and turns every
answer that is not a success into a `Refusal` with the service's own problem document. It never retries
a write and never reads a service's database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, get_args

import httpx
from starlette.requests import Request

from gateway.edge.breaker import Breaker
from gateway.edge.errors import UpstreamUnavailable
from gateway.window.wording import Language
from kit.characters import cleaned

Service = Literal["registration", "finance", "carriers"]
READ_SECONDS = httpx.Timeout(5.0, connect=2.0)
WRITE_SECONDS = httpx.Timeout(12.0, connect=2.0)
SERVICES: Final[tuple[Service, ...]] = get_args(Service)


class Refusal(Exception):
    """A service said no (or nothing). `problem` is its problem document, empty when it had none."""

    def __init__(
        self, status: int, problem: Mapping[str, Any], *, retry_after: str | None = None
    ) -> None:
        super().__init__(f"{status} {problem.get('code', '')}")
        self.status = status
        self.problem = dict(problem)
        self.retry_after = retry_after

    @property
    def code(self) -> str:
        return str(self.problem.get("code", ""))

    @property
    def errors(self) -> list[dict[str, Any]]:
        """The wrong places, each with `pointer`, `code` and perhaps `detail`."""
        return [e for e in self.problem.get("errors", []) if isinstance(e, dict)]


@dataclass(frozen=True, slots=True)
class Answer:
    """A success: the JSON body (None for an empty one), its ETag version and headers."""

    status: int
    body: Any
    headers: httpx.Headers
    content: bytes

    @property
    def version(self) -> str:
        """The ETag as it came; it goes back unread in If-Match."""
        return str(self.headers.get("etag", ""))


@dataclass(frozen=True, slots=True)
class Services:
    """Calls for one reader: one token, one language, one request id."""

    client: httpx.AsyncClient
    addresses: Mapping[Service, str]
    language: Language
    token: str | None
    request_id: str | None
    breakers: Mapping[Service, Breaker]
    moved_to: dict[Service, str] = field(default_factory=dict)
    """The business date of a service whose sandbox clock was moved, as its replies said."""

    async def get(self, service: Service, path: str, **params: Any) -> Answer:
        given = {k: cleaned(v) if isinstance(v, str) else v for k, v in params.items()}
        query = {k: v for k, v in given.items() if v not in (None, "")}
        return await self._call(service, "GET", path, params=query)

    async def put(self, service: Service, path: str, *, body: Any, version: str) -> Answer:
        return await self._call(service, "PUT", path, body=body, headers={"If-Match": version})

    async def post(
        self,
        service: Service,
        path: str,
        *,
        body: Any,
        key: str | None = None,
        version: str | None = None,
    ) -> Answer:
        """POST with the idempotency key of the form that the reader sent (twice, perhaps)."""
        headers: dict[str, str] = {}
        if key:
            headers["Idempotency-Key"] = key
        if version:
            headers["If-Match"] = version
        return await self._call(service, "POST", path, body=body, headers=headers)

    async def delete(self, service: Service, path: str) -> Answer:
        return await self._call(service, "DELETE", path)

    async def send_file(
        self, service: Service, path: str, *, content: bytes, media_type: str, key: str
    ) -> Answer:
        """POST a file as it is: the raw bytes are the body."""
        headers = {"Idempotency-Key": key, "Content-Type": media_type}
        return await self._call(service, "POST", path, content=content, headers=headers)

    async def _call(
        self,
        service: Service,
        method: str,
        path: str,
        *,
        body: Any = None,
        content: bytes | None = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        sent = {"Accept-Language": self.language, **(headers or {})}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if self.request_id:
            sent["X-Request-Id"] = self.request_id
        url = self.addresses[service].rstrip("/") + path
        reply = await self._asked(
            service, method, url, json=body, content=content, params=params, headers=sent
        )
        if day := reply.headers.get("business-date"):
            self.moved_to[service] = day
        if reply.is_success:
            return Answer(reply.status_code, _json(reply), reply.headers, reply.content)
        problem = _json(reply)
        raise Refusal(
            reply.status_code,
            problem if isinstance(problem, dict) else {},
            retry_after=reply.headers.get("retry-after"),
        )

    async def _asked(self, service: Service, method: str, url: str, **sent: Any) -> httpx.Response:
        """One request. A service that was silent twice is left alone for five seconds, so that its silence
        is not every page's."""
        breaker = self.breakers[service]
        try:
            probe = breaker.enter()
        except UpstreamUnavailable as unavailable:
            raise _unreachable() from unavailable
        timeout = READ_SECONDS if method == "GET" else WRITE_SECONDS
        try:
            reply = await self.client.request(method, url, timeout=timeout, **sent)
        except httpx.HTTPError as failure:
            breaker.fail(failure, probe=probe)
            raise _unreachable() from failure
        except BaseException:
            breaker.no_evidence(probe=probe)
            raise
        breaker.succeed(probe=probe)
        return reply


def _unreachable() -> Refusal:
    return Refusal(503, {"code": "service_unreachable", "status": 503})


def _json(reply: httpx.Response) -> Any:
    if "json" not in reply.headers.get("content-type", "") or not reply.content:
        return None
    try:
        return reply.json()
    except ValueError:
        return None


def services_for(request: Request, *, language: Language, token: str | None) -> Services:
    """The caller for this request; the connection pool is made once per application."""
    state = request.app.state
    if not hasattr(state, "window_client"):
        state.window_breakers = {
            s: Breaker(f"pages-{s}", threshold=2, ttl_seconds=5) for s in SERVICES
        }
        state.window_addresses = {s: getattr(state.settings, f"{s}_url") for s in SERVICES}
        state.window_client = httpx.AsyncClient(
            limits=httpx.Limits(max_connections=40, max_keepalive_connections=20),
            follow_redirects=False,
            trust_env=False,
        )
    return Services(
        state.window_client,
        state.window_addresses,
        language,
        token,
        getattr(request.state, "request_id", None) or request.headers.get("x-request-id"),
        state.window_breakers,
    )


async def close_services(app: Any) -> None:
    """Close the pool when the application stops."""
    client: httpx.AsyncClient | None = getattr(app.state, "window_client", None)
    if client is not None:
        await client.aclose()
