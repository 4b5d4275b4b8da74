"""People of the demo province as an app sees them: signed in at the window, calling the public API.

    founder = Person.sign_in("http://127.0.0.1:8000", "founder")
    founder.post("/api/registration/v1/cases", json={…})

A person signs in on the page, lets the demo app act (authorization code with PKCE), and from then on every
call carries the access token. Only public doors are used.
"""

import base64
import hashlib
import re
import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from gateway.identity.demo import DEMO_ACCOUNTS, DEMO_APP

CALLBACK = "http://127.0.0.1:8899/callback"
REGISTRATION = "/api/registration/v1"
FINANCE = "/api/finance/v1"
CARRIERS = "/api/carriers/v1"


def account(key: str) -> dict[str, Any]:
    """A demo account by its key."""
    return dict(next(a for a in DEMO_ACCOUNTS if a["key"] == key))


def _hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'name="([^"]+)" value="([^"]*)"', page))


@dataclass
class Person:
    """Somebody with a token. Paths are whole (`/api/…`)."""

    key: str
    name: str
    id_number: str
    http: httpx.Client
    token: str

    @classmethod
    def sign_in(cls, address: str, key: str) -> "Person":
        """Signs in on the page and gets a token for the demo app."""
        who = account(key)
        http = httpx.Client(base_url=address, timeout=30, trust_env=False)
        page = http.get("/sign-in")
        fields = {"csrf_token": _hidden(page.text)["csrf_token"], "next": "/cases"}
        fields |= {"username": who["username"], "password": who["password"]}
        answer = http.post("/sign-in", data=fields)
        if answer.status_code != 303:
            said = " ".join(re.sub(r"<[^>]+>", " ", answer.text.split("<main")[-1]).split())
            raise AssertionError(f"{key} could not sign in: {answer.status_code} {said[:300]}")
        return cls(key, who["name"], who["id_number"], http, _token(http))

    def request(self, method: str, path: str, **kwargs: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **kwargs.pop("headers", {})}
        if method == "POST":
            headers.setdefault("Idempotency-Key", uuid.uuid4().hex)
        return self.http.request(method, path, headers=headers, **kwargs)

    def get(self, path: str, **kwargs: Any) -> Any:
        """The JSON of a 200; anything else is an AssertionError with the reply."""
        return self._json(self.request("GET", path, **kwargs), 200)

    def post(self, path: str, *, expect: int = 200, **kwargs: Any) -> Any:
        return self._json(self.request("POST", path, **kwargs), expect)

    @staticmethod
    def _json(reply: httpx.Response, expect: int) -> Any:
        if reply.status_code != expect:
            place = f"{reply.request.method} {reply.request.url.path}"
            raise AssertionError(f"{place} answered {reply.status_code}: {reply.text[:800]}")
        return reply.json()

    def act(self, case: dict[str, Any], action: str, *, at: str = REGISTRATION, **body: Any) -> Any:
        """Makes a move on the case as it was last seen; `at` is the service that has it."""
        path = f"{at}/cases/{case['id']}/actions/{action}"
        return self.post(path, json=body, headers={"If-Match": f'"{case["version"]}"'})

    def act_now(self, case_id: str, action: str, *, at: str, **body: Any) -> Any:
        """Looks at the case and makes a move on it as it is now."""
        return self.act(self.case(case_id, at=at), action, at=at, **body)

    def case(self, case_id: str, expand: str = "", *, at: str = REGISTRATION) -> Any:
        return self.get(f"{at}/cases/{case_id}?expand={expand}")

    def wait_for(
        self,
        what: str,
        look: Callable[[], Any],
        until: Callable[[Any], bool],
        *,
        seconds: float = 60,
    ) -> Any:
        """Looks again and again until it is so; AssertionError with the last look when it never is."""
        end = time.monotonic() + seconds
        while True:
            seen = look()
            if until(seen):
                return seen
            if time.monotonic() > end:
                raise AssertionError(f"waited {seconds:.0f} s for {what}; last seen: {seen}")
            time.sleep(0.1)


def _token(http: httpx.Client) -> str:
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    asked = {
        "response_type": "code",
        "client_id": DEMO_APP["client_id"],
        "redirect_uri": CALLBACK,
        "scope": "cases profile",
        "state": "journey",
        "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "code_challenge_method": "S256",
    }
    page = http.get(f"/oauth2/authorize?{urlencode(asked)}")
    if page.status_code == 200:
        page = http.post("/oauth2/authorize", data={**_hidden(page.text), "decision": "allow"})
    code = parse_qs(urlsplit(page.headers["location"]).query)["code"][0]
    form = {
        "grant_type": "authorization_code",
        "client_id": DEMO_APP["client_id"],
        "code": code,
        "redirect_uri": CALLBACK,
        "code_verifier": verifier,
    }
    reply = http.post("/oauth2/token", data=form)
    if reply.status_code != 200:
        raise AssertionError(f"no token: {reply.status_code} {reply.text}")
    return str(reply.json()["access_token"])
