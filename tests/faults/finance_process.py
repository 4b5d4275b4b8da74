"""Finance as processes of its own that a test may kill, with an issuer's keys served beside them."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from jwt.algorithms import ECAlgorithm

from deploy.local.processes import free_port
from tests.fixtures.callers import ISSUER, KEY, KID


class _Keys(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        key = json.loads(ECAlgorithm.to_jwk(KEY.public_key())) | {"kid": KID, "alg": "ES256"}
        found = {"keys": [key]} if self.path.endswith("jwks.json") else {"items": []}
        body = json.dumps(found).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Nothing to the terminal."""


@contextmanager
def issuer() -> Iterator[str]:
    """The address of the keys with which the tests' tokens are signed."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/.well-known/jwks.json"
    finally:
        server.shutdown()


@dataclass
class Finance:
    """The API and the worker of finance on one database, each started and killed at will."""

    database_url: str
    nats_url: str
    jwks_url: str
    port: int = field(default_factory=free_port)
    running: dict[str, "subprocess.Popen[bytes]"] = field(default_factory=dict)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, verb: str) -> None:
        env = os.environ | {
            "FINANCE_DATABASE_URL": self.database_url, "NATS_URL": self.nats_url,
            "JWKS_URL": self.jwks_url, "PUBLIC_URL": ISSUER, "PORT": str(self.port),
            "ENVIRONMENT": "test",
        }  # fmt: skip
        command = [sys.executable, "-m", "services.finance", verb]
        self.running[verb] = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL)
        if verb == "api":
            self._wait_ready()

    def _wait_ready(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if httpx.get(f"{self.address}/health/ready").status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            time.sleep(0.1)
        raise AssertionError("finance did not become ready")

    def kill(self, verb: str) -> None:
        process = self.running.pop(verb)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for verb in list(self.running):
            self.kill(verb)
