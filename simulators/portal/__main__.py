"""`python -m simulators.portal http://127.0.0.1:8000`: prints an address to open; whoever signs in there and
agrees sees what the portal does on their behalf, a line of JSON for each step. With `--key` or `--register`
it is the portal's server instead (`server.py`).
"""

import argparse
import base64
import hashlib
import json
import secrets
import sys
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx

from simulators.bank.tokens import NotReady, Signer
from simulators.portal.server import Refused, Server

CLIENT = "demo-app"
SCOPE = "cases profile"
PATIENCE_SECONDS = 300
REGISTRATION = "/api/registration/v1"


def say(step: str, **what: Any) -> None:
    """One line for whoever watches."""
    print(json.dumps({"step": step, **what}, ensure_ascii=False), flush=True)


class Landing(HTTPServer):
    """Waits on the loopback address for the browser to come back with a code."""

    answer: dict[str, str]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer, self.timeout = {}, PATIENCE_SECONDS

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/callback"


class _Handler(BaseHTTPRequestHandler):
    server: Landing

    def do_GET(self) -> None:
        """The browser's return. Whatever it brings is judged by the caller."""
        found = parse_qs(urlsplit(self.path).query)
        self.server.answer = {name: values[0] for name, values in found.items()}
        body = "<!doctype html><title>portal</title><p>可以关闭这个页面了。".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet: a code in a log is a key in a log."""


class Portal:
    """One founder's sitting."""

    def __init__(self, window: str) -> None:
        self.http = httpx.Client(base_url=window, timeout=30, trust_env=False)
        found = self._json(self.http.get("/.well-known/oauth-authorization-server"))
        self.issuer, self.token_at = found["issuer"], found["token_endpoint"]
        self.authorize_at = found["authorization_endpoint"]

    def sign_in(self) -> None:
        """Authorization code with PKCE. Raises Refused where the founder or the window says no."""
        verifier, state = secrets.token_urlsafe(48), secrets.token_urlsafe(16)
        digest = hashlib.sha256(verifier.encode()).digest()
        with Landing() as landing:
            asked = {
                "response_type": "code",
                "client_id": CLIENT,
                "redirect_uri": landing.address,
                "scope": SCOPE,
                "state": state,
                "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
                "code_challenge_method": "S256",
            }
            say("open", url=f"{self.authorize_at}?{urlencode(asked)}")
            landing.handle_request()
            answer, back = landing.answer, landing.address
        if answer.get("state") != state or answer.get("iss") != self.issuer:
            raise Refused("the answer is not of this sitting")
        if "error" in answer:
            raise Refused(answer["error"])
        form = {
            "grant_type": "authorization_code",
            "client_id": CLIENT,
            "code": answer["code"],
            "redirect_uri": back,
            "code_verifier": verifier,
        }
        tokens = self._json(self.http.post(self.token_at, data=form))
        self.http.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        me = self._json(self.http.get("/api/window/v1/me"))
        say("signed_in", name=me["name"], scopes=me["scopes"])

    def check(self, name: str) -> None:
        """Whether a name may be had."""
        body = {"name": name, "region_code": "980101"}
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        found = self._json(
            self.http.post(f"{REGISTRATION}/name-checks", json=body, headers=headers)
        )
        say("name", name=name, outcome=found["outcome"])

    def begin(self) -> str:
        """A case of the founder's; asked twice, as after a lost reply, it is one."""
        headers = {"Idempotency-Key": uuid.uuid4().hex}
        body = {"matter": "company-establishment"}
        first, second = (
            self._json(self.http.post(f"{REGISTRATION}/cases", json=body, headers=headers))
            for _ in range(2)
        )
        if first["id"] != second["id"]:
            raise Refused("one intent made two cases")
        say("begun", case=first["id"], reference=first["reference"], state=first["state"])
        return str(first["id"])

    def follow(self, case: str) -> None:
        """What stands in the way, and that nothing is sent while nothing has changed."""
        path = f"{REGISTRATION}/cases/{case}"
        seen = self.http.get(path)
        found = self._json(self.http.get(f"{path}/findings"))
        again = self.http.get(path, headers={"If-None-Match": seen.headers["etag"]})
        say("followed", open_points=len(found["findings"]), unchanged=again.status_code == 304)

    def _json(self, reply: httpx.Response) -> Any:
        if reply.is_success:
            return reply.json()
        raise Refused(f"{reply.status_code} {reply.text[:300]}")


def serve(window: str, *, key: Path | None, initial_token: str | None) -> int:
    """The server's sitting: with the key of `demo-portal`, or registered with a token of its own."""
    try:
        server, made = Server(window), None
        if initial_token:
            made = server.register(initial_token)
            say("registered", client=server.client_id, scopes=made["scope"])
            server.rotate(made)
        elif key:
            server.client_id, server.signer = "demo-portal", Signer.load(key)
        token = server.token("cases")
        me = server.get("/api/window/v1/me", token)
        say("token", client=me["client_id"], roles=me["roles"], org=me["org"])
        found = server.get(f"{REGISTRATION}/entities?q=青屿&limit=5", token)
        say("register", entities=len(found["items"]))
        if made:
            server.leave(made)
            say("left", client=server.client_id)
    except (Refused, NotReady, httpx.HTTPError, KeyError) as refused:
        say("refused", why=str(refused))
        return 1
    return 0


def main(window: str) -> int:
    """0 when every step went well."""
    try:
        portal = Portal(window)
        portal.sign_in()
        portal.check("青屿云帆算法科技有限公司")
        portal.follow(portal.begin())
    except (Refused, httpx.HTTPError, KeyError) as refused:
        say("refused", why=str(refused))
        return 1
    return 0


if __name__ == "__main__":
    asked = argparse.ArgumentParser(prog="python -m simulators.portal")
    asked.add_argument("window", help="http://127.0.0.1:8000")
    how = asked.add_mutually_exclusive_group()
    how.add_argument("--key", type=Path, help="be the server demo-portal, with this private JWK")
    how.add_argument("--register", metavar="TOKEN", help="be a server that registers itself")
    given = asked.parse_args()
    address = given.window.rstrip("/")
    if given.key or given.register:
        sys.exit(serve(address, key=given.key, initial_token=given.register))
    sys.exit(main(address))
