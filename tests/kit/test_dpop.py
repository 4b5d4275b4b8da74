"""A DPoP proof counts once at a service, however many processes the service has."""

import asyncio
import base64
import hashlib
import http.server
import json
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import import_key
from sqlalchemy import text

from kit.db import Database
from kit.dpop import forget_dead_proofs
from kit.proofs import LEEWAY_S, LIFE_S
from tests.fixtures.callers import ISSUER, KEY, KID, token
from tests.gateway.inbox.world import free_port, until

PATH = "/api/registration/v1/codes"


def jwk_of(key: Any) -> dict[str, Any]:
    return dict(json.loads(jwt.get_algorithm_by_name("ES256").to_jwk(key.public_key())))


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Where the services find the key of the tests' tokens."""
    keys = json.dumps({"keys": [{**jwk_of(KEY), "kid": KID, "alg": "ES256"}]}).encode()

    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(keys if "jwks" in self.path else b'{"items": []}')

        def log_message(self, *_: Any) -> None:
            """Nothing to tell."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/.well-known/jwks.json"
        server.shutdown()


@dataclass
class Program:
    """A client's program: its key, a token bound to it, and proofs."""

    key: ec.EllipticCurvePrivateKey
    access: str

    @classmethod
    def new(cls) -> "Program":
        key = ec.generate_private_key(ec.SECP256R1())
        return cls(key, token(("founder",), cnf={"jkt": str(import_key(jwk_of(key)).thumbprint())}))

    def headers(self, **changes: Any) -> dict[str, str]:
        ath = base64.urlsafe_b64encode(hashlib.sha256(self.access.encode()).digest()).decode()
        claims = {
            "htm": "GET",
            "htu": f"{ISSUER}{PATH}",
            "ath": ath.rstrip("="),
            "iat": int(time.time()),
            "jti": secrets.token_hex(16),
            **changes,
        }
        head = {"typ": "dpop+jwt", "jwk": jwk_of(self.key)}
        proof = jwt.encode(claims, self.key, algorithm="ES256", headers=head)
        return {"Authorization": f"DPoP {self.access}", "DPoP": proof}


@pytest.fixture(scope="module")
async def apis(
    fresh_database: Callable[[str], Any], issuer: str
) -> AsyncIterator[tuple[list[httpx.AsyncClient], str]]:
    """Two processes of one service on one database."""
    url, clients = fresh_database("registration").app, []
    environment = {
        **os.environ,
        "REGISTRATION_DATABASE_URL": url,
        "PUBLIC_URL": ISSUER,
        "JWKS_URL": issuer,
    }
    ports = (free_port(), free_port())
    processes = [start({**environment, "PORT": str(port)}) for port in ports]
    for port in ports:
        address = f"http://127.0.0.1:{port}"
        clients.append(httpx.AsyncClient(base_url=address, trust_env=False, timeout=30))
    for client in clients:
        await until(lambda client=client: serves(client), "both processes")
    yield clients, url
    for process in processes:
        process.terminate()
    for process in processes:
        await asyncio.to_thread(process.wait, 20)
    for client in clients:
        await client.aclose()


def start(environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "services.registration", "api"]
    return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)


async def serves(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/ready")).status_code == 200
    except httpx.TransportError:
        return False


async def test_a_proof_shown_to_one_process_is_refused_by_the_other(
    apis: tuple[list[httpx.AsyncClient], str],
) -> None:
    (first, second), _ = apis
    headers = Program.new().headers()
    taken = await first.get(PATH, headers=headers)
    assert taken.status_code == 200, taken.text
    for process in (second, first):
        again = await process.get(PATH, headers={**headers, "Accept-Language": "en"})
        assert again.status_code == 401
        assert again.headers["www-authenticate"].startswith("DPoP ")
        assert 'error="invalid_dpop_proof"' in again.headers["www-authenticate"]
        assert "used before" in again.json()["detail"]


@pytest.mark.parametrize("ahead", [1, 5, LEEWAY_S - 1, -LIFE_S + 5])
async def test_a_clock_that_runs_a_little_ahead_is_taken(
    apis: tuple[list[httpx.AsyncClient], str], ahead: int
) -> None:
    (first, _), _ = apis
    headers = Program.new().headers(iat=int(time.time()) + ahead)
    assert (await first.get(PATH, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "iat", [LEEWAY_S + 5, -LIFE_S - 5, "text", True, None, 1e300, [1]], ids=str
)
async def test_a_proof_of_another_time_or_of_none_is_refused(
    apis: tuple[list[httpx.AsyncClient], str], iat: Any
) -> None:
    (first, _), _ = apis
    number = isinstance(iat, int) and not isinstance(iat, bool)
    made = int(time.time()) + iat if number else (str(int(time.time())) if iat == "text" else iat)
    assert (await first.get(PATH, headers=Program.new().headers(iat=made))).status_code == 401


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (ISSUER.upper().replace("HTTP", "HTTP") + PATH, 200),
        (f"{ISSUER}{PATH}".replace("codes", "%63odes"), 200),
        (f"{ISSUER}{PATH}?limit=1#here", 200),
        (f"{ISSUER}{PATH}".replace("/codes", "%2Fcodes"), 401),
        (f"{ISSUER}{PATH}/", 401),
        (f"{ISSUER}:8001{PATH}".replace(":8000:8001", ":8001"), 401),
        (f"ftp://127.0.0.1{PATH}", 401),
        ("not a url", 401),
    ],
)
async def test_htu_is_compared_as_an_address_not_as_text(
    apis: tuple[list[httpx.AsyncClient], str], url: str, status: int
) -> None:
    (first, _), _ = apis
    reply = await first.get(PATH, headers=Program.new().headers(htu=url))
    assert reply.status_code == status, reply.text


async def test_a_proof_raced_at_both_processes_counts_once(
    apis: tuple[list[httpx.AsyncClient], str],
) -> None:
    clients, _ = apis
    headers = Program.new().headers()
    replies = await asyncio.gather(
        *(clients[number % 2].get(PATH, headers=headers) for number in range(12))
    )
    assert sorted(reply.status_code for reply in replies) == [200] + [401] * 11


async def test_the_same_jti_by_another_key_is_another_proof(
    apis: tuple[list[httpx.AsyncClient], str],
) -> None:
    (first, second), _ = apis
    assert (await first.get(PATH, headers=Program.new().headers(jti="one"))).status_code == 200
    assert (await second.get(PATH, headers=Program.new().headers(jti="one"))).status_code == 200


@pytest.mark.parametrize("jti", ["\ud800", "\x00", "", "x" * 100_000, 7, None, ["one"], {"a": 1}])
async def test_an_odd_jti_is_a_refusal_or_a_proof_and_never_our_fault(
    apis: tuple[list[httpx.AsyncClient], str], jti: Any
) -> None:
    (first, _), _ = apis
    program = Program.new()
    reply = await first.get(PATH, headers=program.headers(jti=jti))
    assert reply.status_code in (200, 401, 431), reply.text
    assert (await first.get(PATH, headers=program.headers())).status_code == 200


async def test_a_refused_proof_leaves_nothing_behind_and_a_dead_one_is_forgotten(
    apis: tuple[list[httpx.AsyncClient], str],
) -> None:
    (first, _), url = apis
    database, program = Database(url, pool_size=1), Program.new()
    async with database.transaction() as session:
        await session.execute(text("DELETE FROM used_proofs"))
    assert (await first.get(PATH, headers=program.headers(htm="POST"))).status_code == 401
    assert await remembered(database) == 0
    assert (await first.get(PATH, headers=program.headers())).status_code == 200
    now = datetime.now(UTC)
    for seconds, left in ((LIFE_S, 1), (2 * LIFE_S + 5, 0)):
        async with database.transaction() as session:
            await forget_dead_proofs(session, now + timedelta(seconds=seconds))
        assert await remembered(database) == left
    await database.close()


async def remembered(database: Database) -> int:
    async with database.reader() as connection:
        found = await connection.execute(text("SELECT count(*) FROM used_proofs"))
        return int(found.scalar_one())
