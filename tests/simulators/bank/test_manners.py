"""The sandbox bank stands outside: what it signs, what it believes, what it refuses to be."""

import base64
import hashlib
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from standardwebhooks import Webhook

from simulators.bank.app import create_app
from simulators.bank.settings import BankSettings
from simulators.bank.tokens import NotReady, Signer

SECRET = "whsec_" + base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def jwk() -> dict[str, Any]:
    key = ec.generate_private_key(ec.SECP256R1())
    found: dict[str, Any] = json.loads(jwt.algorithms.ECAlgorithm.to_jwk(key))
    return {**found, "kid": "k1"}


def test_an_assertion_is_for_the_issuer_alone_and_never_the_same_twice(jwk: dict[str, Any]) -> None:
    signer = Signer(jwk)
    first, second = (signer.assertion("demo-bank", "https://issuer.example") for _ in range(2))
    key = jwt.PyJWK({k: v for k, v in jwk.items() if k != "d"}, algorithm="ES256").key
    claims = [
        jwt.decode(each, key, algorithms=["ES256"], audience="https://issuer.example")
        for each in (first, second)
    ]
    assert claims[0]["jti"] != claims[1]["jti"]
    assert claims[0]["exp"] - time.time() <= 60


def test_a_proof_shows_the_public_key_only_and_names_the_token(jwk: dict[str, Any]) -> None:
    proof = Signer(jwk).proof("POST", "https://issuer.example/a", token="t")
    header, claims = (
        jwt.get_unverified_header(proof),
        jwt.decode(proof, options={"verify_signature": False}),
    )
    assert (header["typ"], set(header["jwk"])) == ("dpop+jwt", {"kty", "crv", "x", "y"})
    digest = base64.urlsafe_b64encode(hashlib.sha256(b"t").digest()).decode().rstrip("=")
    assert (claims["htm"], claims["ath"]) == ("POST", digest)


def test_a_bank_without_its_key_waits(tmp_path: Path) -> None:
    with pytest.raises(NotReady):
        Signer.load(tmp_path / "nothing.json")


async def test_only_a_signed_webhook_wakes_it_and_a_repeated_one_is_counted(tmp_path: Path) -> None:
    settings = BankSettings(YICHUANG_DATA=tmp_path, PUBLIC_URL="http://127.0.0.1:1")
    app = create_app(settings)
    store = app.state.bank.store
    store.set_fact("webhook_secret", SECRET)
    body = b'{"type":"finance.loan.overdue.v1"}'
    now = datetime.now(UTC)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(SECRET).sign("msg_1", now, body.decode()),
    }
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://bank") as client:
        taken = [await client.post("/webhooks", content=body, headers=headers) for _ in range(2)]
        forged = await client.post("/webhooks", content=body + b" ", headers=headers)
        bare = await client.post("/webhooks", content=body)
    assert [reply.status_code for reply in taken] == [204, 204]
    assert (forged.status_code, bare.status_code) == (401, 401)
    assert store.counters() == {"webhook_heard": 1, "webhook_repeated": 1, "webhook_refused": 2}


def test_it_refuses_to_be_a_real_bank(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "simulators.bank"]
    env = {"ENVIRONMENT": "production", "YICHUANG_DATA": str(tmp_path), "PATH": "/usr/bin"}
    done = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "not for production" in done.stderr


def test_it_knows_nothing_of_the_house_but_its_public_api() -> None:
    code = (
        "import sys, simulators.bank.app; print([m for m in sys.modules"
        " if m.split('.')[0] in ('services', 'gateway', 'kit', 'deploy', 'contracts')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
