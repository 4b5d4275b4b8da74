"""The one ASGI step before every route: request id, language, who is calling, and the last catch.

Pure ASGI, because a BaseHTTPMiddleware costs two thirds of the throughput. Nothing here decides
what a caller may do; a bad token is refused, a missing one is left to the route's permission.
"""

import re
import time
import uuid
from collections.abc import Mapping
from typing import Any

import orjson
import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.auth import actor_from_claims
from kit.db import is_unreachable
from kit.errors import BodyTooLarge, InternalError, NotAuthenticated, Problem, Unavailable
from kit.fence import refuse_writes
from kit.measuring import count_request
from kit.proofs import challenge
from kit.tokens import TokenVerifier

log = structlog.get_logger(__name__)
_REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")
_TRACEPARENT = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")


def language_of(headers: Mapping[str, str]) -> str:
    """zh-CN unless English is asked for first."""
    first = headers.get("accept-language", "").split(",")[0].strip().lower()
    return "en" if first.startswith("en") else "zh-CN"


def problem_response(problem: Problem, scope: Scope) -> Response:
    """The problem+json reply in the caller's language."""
    state = scope.get("state", {})
    language = state.get("language", "zh-CN")
    body = problem.body(language, instance=scope.get("path"), request_id=state.get("request_id"))
    headers = {**problem.headers, "content-language": language, "cache-control": "no-store"}
    if problem.status == 401:
        headers["WWW-Authenticate"] = _challenge(problem.headers.get("WWW-Authenticate"), scope)
    return Response(
        orjson.dumps(body, default=str), problem.status, headers, "application/problem+json"
    )


def _challenge(said: str | None, scope: Scope) -> str:
    """RFC 9110 section 11.6.1: no 401 without one; with where the resource's metadata stand (RFC 9728)."""
    settings = getattr(getattr(scope.get("app"), "state", None), "settings", None)
    wanted = said or f"Bearer, {challenge()}"
    if settings is None:
        return wanted
    scheme, _, rest = wanted.partition(" ")
    named = f'resource_metadata="{settings.issuer}/.well-known/oauth-protected-resource"'
    scheme, comma = scheme.rstrip(","), ", " if rest else ""
    return f"{scheme} {named}{comma}{rest}"


def too_large_in_our_words(scope: Scope, receive: Receive, send: Send, api_version: str) -> Send:
    """A `send` that turns FastAPI's own 413 into a problem: it limits bodies outside of everything else,
    and answers in plain text whatever the app was about to say."""
    replaced = False

    async def send_problem(message: Message) -> None:
        if message["type"] == "http.response.start":
            out = MutableHeaders(scope=message)
            out["x-request-id"] = scope["state"]["request_id"]
            out["api-version"] = api_version
        await send(message)

    async def send_replaced(message: Message) -> None:
        nonlocal replaced
        if _is_plain_413(message):
            replaced = True
            state = scope.setdefault("state", {})
            state.setdefault("request_id", uuid.uuid4().hex)
            await problem_response(BodyTooLarge(), scope)(scope, receive, send_problem)
        elif not replaced:
            await send(message)

    return send_replaced


def _is_plain_413(message: Message) -> bool:
    if message["type"] != "http.response.start" or message["status"] != BodyTooLarge.status:
        return False
    return Headers(raw=message["headers"]).get("content-type", "").startswith("text/plain")


class Gatekeeper:
    """Wraps an app. `verifier` is looked up on the app's state at each request, once it has started.

    Under `other_bearers` (paths) a Bearer is no access token, but something that the route knows.
    """

    def __init__(
        self, app: ASGIApp, *, state: Any, api_version: str, other_bearers: tuple[str, ...] = ()
    ) -> None:
        self.app, self.state, self.api_version = app, state, api_version
        self.other_bearers = other_bearers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started_at = time.perf_counter()
        headers = Headers(scope=scope)
        state = scope.setdefault("state", {})
        asked = headers.get("x-request-id", "")
        state["request_id"] = asked if _REQUEST_ID.fullmatch(asked) else uuid.uuid4().hex
        state["language"] = language_of(headers)
        trace = headers.get("traceparent", "")
        status, only_head = 0, scope["method"] == "HEAD"
        # What can be got can be asked for its headers alone (RFC 9110, 9.3.2). A scope of its own: the server
        # reads in its own that no body follows.
        served = {**scope, "method": "GET"} if only_head else scope

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                out = MutableHeaders(scope=message)
                out["x-request-id"] = state["request_id"]
                out["api-version"] = self.api_version
                if self.state.clock.offset:  # the sandbox's clock was moved: say to which day
                    out["business-date"] = self.state.clock.today().isoformat()
                if _TRACEPARENT.fullmatch(trace):
                    out["traceparent"] = trace
            elif only_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        try:
            refuse_writes(self.state.fence, scope["method"])
            await self._authenticate(scope, headers, state)
            await self.app(served, receive, send_with_headers)
        except Exception as error:
            if status:
                raise
            await problem_response(self._as_problem(error), scope)(
                scope, receive, send_with_headers
            )
        finally:
            self._log(served, state, status, started_at, scope["method"])

    async def _authenticate(self, scope: Scope, headers: Headers, state: dict[str, Any]) -> None:
        value = headers.get("authorization")
        state["actor"] = None
        if not value or scope["path"].startswith(self.other_bearers):
            return
        scheme, _, token = value.partition(" ")
        if scheme.lower() not in ("bearer", "dpop") or not token:
            if scheme.lower() == "basic":
                return  # client authentication at the token endpoint, not ours
            raise NotAuthenticated(detail_en="Use Authorization: Bearer …")
        verifier: TokenVerifier = self.state.verifier
        try:
            claims = await verifier.verify(token)
        except NotAuthenticated as refused:
            if scheme.lower() == "dpop":  # answered in the caller's scheme (RFC 9449, 7.1)
                refused.headers["WWW-Authenticate"] = challenge("invalid_token")
            raise
        await self.state.binding.check(scheme.lower(), claims, token, scope, headers)
        state["actor"] = actor_from_claims(claims, token)

    def _as_problem(self, error: Exception) -> Problem:
        if isinstance(error, Problem):
            return error
        if is_unreachable(error):
            log.warning("database_unreachable", error=type(error).__name__)
            return Unavailable(
                detail_zh="数据库暂时无法连接", detail_en="The database cannot be reached now"
            )
        log.exception("unhandled", error=type(error).__name__)
        return InternalError()

    def _log(
        self, scope: Scope, state: dict[str, Any], status: int, started_at: float, method: str
    ) -> None:
        actor, seconds = state.get("actor"), time.perf_counter() - started_at
        count_request(scope, method=method, status=status, seconds=seconds)
        log.info(
            "request",
            method=method,
            path=scope["path"],
            status=status,
            ms=round(seconds * 1000, 1),
            sub=actor.sub if actor else None,
            request_id=state["request_id"],
        )
