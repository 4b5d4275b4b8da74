"""The gateway's identity alone, over real HTTP semantics and a real database, and the words of its tests.

A few pages of our own stand where the window's pages will: they call the same functions.
"""

import base64
import contextlib
import hashlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import jwt
from fastapi import FastAPI, Request

from gateway.identity import colleagues, routes, service, staff_routes
from gateway.identity.cookies import IdentityCookies
from gateway.identity.local_keys import LocalKeys
from gateway.identity.permissions import PERMISSIONS, SCOPES
from gateway.identity.runtime import Identity, start_identity, stop_identity
from gateway.registering import routes as registering
from gateway.registering.allowing import ENDPOINT
from gateway.settings import GatewaySettings
from kit.http import Service, create_app
from kit.schemas import In

ISSUER = "http://127.0.0.1:8000"
CALLBACK = "http://127.0.0.1:8899/callback"
PASSWORD = "a long enough password"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

SERVICE = Service(
    name="gateway",
    package="gateway",
    title="Identity alone",
    settings=GatewaySettings,
    routers=[
        routes.router,
        staff_routes.router,
        colleagues.router,
        registering.oauth,
        registering.tokens,
    ],
    permissions=PERMISSIONS,
    scopes=SCOPES,
    on_start=(start_identity,),
    on_stop=(stop_identity,),
    prefix_override="",
    other_bearers=(ENDPOINT,),
)


class SignUp(In):
    csrf_token: str = ""
    username: str
    password: str
    name: str = ""
    id_number: str = ""


def add_pages(app: FastAPI) -> None:
    """What the window does with forms, with JSON bodies."""

    @app.get("/test/form")
    async def form(request: Request) -> dict[str, Any]:
        session = await service.current_session(request)
        return {"csrf_token": service.csrf_token(request), "session": session is not None}

    @app.post("/test/sign-up")
    async def sign_up(request: Request, given: SignUp) -> dict[str, Any]:
        await service.current_session(request)
        service.check_csrf(request, given.csrf_token)
        values = given.model_dump(exclude={"csrf_token"})
        return shown(request, await service.sign_up(request, **values))

    @app.post("/test/sign-in")
    async def sign_in(request: Request, given: SignUp) -> dict[str, Any]:
        await service.current_session(request)
        service.check_csrf(request, given.csrf_token)
        values = {"username": given.username, "password": given.password}
        return shown(request, await service.sign_in(request, **values))

    @app.post("/test/sign-out")
    async def sign_out(request: Request) -> dict[str, bool]:
        session = await service.current_session(request)
        service.check_csrf(request, request.headers.get("x-csrf"))
        if request.query_params.get("everywhere") and session:
            await service.sign_out_everywhere(request, session)
        else:
            await service.sign_out(request)
        return {"done": True}

    @app.post("/test/password")
    async def change(request: Request, given: dict[str, str]) -> dict[str, Any]:
        session = await service.current_session(request)
        service.check_csrf(request, given.pop("csrf_token", ""))
        assert session is not None
        return shown(request, await service.change_password(request, session, **given))

    @app.get("/test/me")
    async def me(request: Request) -> dict[str, Any]:
        session = await service.current_session(request)
        return shown(request, session) if session else {"state": None}


def shown(request: Request, session: service.Session) -> dict[str, Any]:
    return {
        "sid": session.sid,
        "state": session.state,
        "name": session.name,
        "username": session.username_masked,
        "roles": list(session.roles),
        "must_change": session.must_change,
        "failed_attempts": session.failed_attempts,
        "previous_sign_in_at": str(session.previous_sign_in_at or ""),
        "token": service.access_token_for(request, session),
    }


def id_number(*, sequence: int, region: str = "980101", born: str = "19900307") -> str:
    """A demo resident ID number with its right check character."""
    body = f"{region}{born}{sequence:03d}"
    total = sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True))
    return body + "10X98765432"[total % 11]


@dataclass
class House:
    """The running app, its Identity and how to reach it."""

    app: FastAPI

    @property
    def identity(self) -> Identity:
        found: Identity = self.app.state.identity
        return found

    def browser(self, address: str = "127.0.0.1") -> "Browser":
        transport = httpx.ASGITransport(
            app=self.app, raise_app_exceptions=False, client=(address, 4711)
        )
        return Browser(httpx.AsyncClient(transport=transport, base_url=ISSUER, timeout=60))

    def decode(self, token: str) -> dict[str, Any]:
        claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
        return claims


@contextlib.asynccontextmanager
async def running_house(
    database_url: str, departments_url: str, **more: Any
) -> AsyncIterator[House]:
    settings = GatewaySettings(
        database_url=database_url,
        public_url=more.pop("public_url", ISSUER),
        departments_url=departments_url,
        **{"environment": "test", "sandbox": True, **more},
    )
    app = create_app(SERVICE, settings, keys=LocalKeys())
    add_pages(app)
    app.add_middleware(IdentityCookies)
    async with app.router.lifespan_context(app):
        yield House(app)


@dataclass
class Browser:
    """One browser: cookies, forms, and an app's half of the code flow."""

    http: httpx.AsyncClient

    async def csrf(self) -> str:
        return str((await self.http.get("/test/form")).json()["csrf_token"])

    async def sign_in(self, username: str, password: str = PASSWORD) -> httpx.Response:
        body = {"csrf_token": await self.csrf(), "username": username, "password": password}
        return await self.http.post("/test/sign-in", json=body)

    async def sign_up(self, **values: Any) -> httpx.Response:
        body = {"csrf_token": await self.csrf(), "password": PASSWORD, **values}
        return await self.http.post("/test/sign-up", json=body)

    async def sign_out(self, *, everywhere: bool = False) -> httpx.Response:
        query = "?everywhere=1" if everywhere else ""
        headers = {"x-csrf": await self.csrf()}
        return await self.http.post(f"/test/sign-out{query}", headers=headers)

    async def change_password(self, present: str, new: str) -> httpx.Response:
        body = {"csrf_token": await self.csrf(), "present": present, "new": new}
        return await self.http.post("/test/password", json=body)

    async def me(self) -> dict[str, Any]:
        found: dict[str, Any] = (await self.http.get("/test/me")).json()
        return found

    async def authorize(self, **changes: Any) -> httpx.Response:
        return await self.http.get(f"/oauth2/authorize?{urlencode(asking(**changes))}")

    async def allow(self, page: httpx.Response, decision: str = "allow") -> httpx.Response:
        fields = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page.text))
        return await self.http.post("/oauth2/authorize", data={**fields, "decision": decision})

    async def code(self, **changes: Any) -> str:
        """An authorization code for `demo-app`, consent given where it is asked."""
        reply = await self.authorize(**changes)
        if reply.status_code == 200:
            reply = await self.allow(reply)
        assert reply.status_code == 303, reply.text
        return answer_of(reply)["code"]

    async def redeem(self, code: str, *, headers: Any = None, **changes: Any) -> httpx.Response:
        form = {
            "grant_type": "authorization_code",
            "client_id": "demo-app",
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
        }
        return await self.post("/oauth2/token", headers=headers, **{**form, **changes})

    async def refresh(self, token: str, *, headers: Any = None, **changes: Any) -> httpx.Response:
        form = {"grant_type": "refresh_token", "client_id": "demo-app", "refresh_token": token}
        return await self.post("/oauth2/token", headers=headers, **{**form, **changes})

    async def post(self, path: str, *, headers: Any = None, **form: Any) -> httpx.Response:
        sent = {name: value for name, value in form.items() if value is not None}
        return await self.http.post(path, data=sent, headers=headers)


VERIFIER = "v" * 50
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)


def asking(**changes: Any) -> dict[str, Any]:
    """A sound authorization request of `demo-app`; None leaves a parameter out."""
    asked = {
        "response_type": "code",
        "client_id": "demo-app",
        "redirect_uri": CALLBACK,
        "scope": "cases profile",
        "state": "st-1",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    } | changes
    return {name: value for name, value in asked.items() if value is not None}


def answer_of(reply: httpx.Response) -> dict[str, str]:
    """The query of the address that a reply sends the browser to."""
    query = urlsplit(reply.headers["location"]).query
    return {name: values[0] for name, values in parse_qs(query).items()}
