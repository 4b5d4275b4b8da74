"""DPoP: a token bound to a key is worth something only to whoever has the key, and a proof counts once."""

import base64
import hashlib
import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest

from tests.gateway.identity.harness import ISSUER, Browser
from tests.gateway.identity.machines import TOKEN, Machine, token


async def test_a_bound_token_needs_its_proof_at_the_api(browser: Browser, machine: Machine) -> None:
    access = (await token(browser, machine)).json()["access_token"]
    url, path = f"{ISSUER}/api/window/v1/me", "/api/window/v1/me"

    def proof(by: Machine = machine, **changes: Any) -> str:
        ath = base64.urlsafe_b64encode(hashlib.sha256(access.encode()).digest()).decode()
        return by.proof(**{"htm": "GET", "htu": url, "ath": ath.rstrip("="), **changes})

    async def call(proof: str | None, scheme: str = "DPoP") -> int:
        headers = {"Authorization": f"{scheme} {access}"} | ({"DPoP": proof} if proof else {})
        return (await browser.http.get(path, headers=headers)).status_code

    good = proof()
    assert await call(good) == 200
    assert await call(good) == 401  # replay
    assert await call(None, "Bearer") == 401
    assert await call(None) == 401
    assert await call(proof(), "Bearer") == 401
    assert await call(proof(htm="POST")) == 401
    assert await call(proof(htu=f"{ISSUER}/api/window/v1/accounts")) == 401
    assert await call(proof(htu="http://evil.invalid/api/window/v1/me")) == 401
    assert await call(proof(ath="x" * 43)) == 401
    assert await call(proof(ath=None)) == 401
    assert await call(proof(iat=int(time.time()) - 600)) == 401
    assert await call(proof(iat=int(time.time()) + 600)) == 401
    assert await call(proof(Machine.new())) == 401


BAD_PROOFS: dict[str, Callable[[Machine], Any]] = {
    "none at all": lambda m: None,
    "other method": lambda m: m.proof(htm="GET"),
    "method in small letters": lambda m: m.proof(htm="post"),
    "other address": lambda m: m.proof(htu="http://evil.invalid/oauth2/token"),
    "other path": lambda m: m.proof(htu=f"{ISSUER}/oauth2/revoke"),
    "address with a user": lambda m: m.proof(htu="http://127.0.0.1:8000@evil.invalid/oauth2/token"),
    "old": lambda m: m.proof(iat=int(time.time()) - 120),
    "from the future": lambda m: m.proof(iat=int(time.time()) + 120),
    "iat is text": lambda m: m.proof(iat="now") if False else forged_proof(m, iat="now"),
    "no jti": lambda m: m.proof(jti=None),
    "no iat": lambda m: m.proof(iat=None),
    "typ JWT": lambda m: m.proof(headers={"typ": "JWT"}),
    "private key inside": lambda m: m.proof(headers={"jwk": {**m.public_jwk, "d": "AAAA"}}),
    "another key inside": lambda m: m.proof(headers={"jwk": Machine.new().public_jwk}),
    "no key": lambda m: m.proof(headers={"jwk": None}),
    "key is a symmetric secret": lambda m: m.proof(
        headers={"jwk": {"kty": "oct", "k": "c2VjcmV0"}}
    ),
    "key of another kind": lambda m: m.proof(headers={"jwk": Machine.new("EdDSA").public_jwk}),
    "point off the curve": lambda m: m.proof(headers={"jwk": {**m.public_jwk, "y": "A" * 43}}),
    "two proofs": lambda m: [m.proof(), m.proof()],
    "garbage": lambda m: "a.b.c",
}


def forged_proof(machine: Machine, **changes: Any) -> str:
    claims = {"htm": "POST", "htu": f"{ISSUER}{TOKEN}", "jti": "x" * 16, **changes}
    head = {"typ": "dpop+jwt", "jwk": machine.public_jwk}
    return jwt.PyJWS().encode(
        json.dumps(claims).encode(), machine.key, algorithm="ES256", headers=head
    )


@pytest.mark.parametrize("name", BAD_PROOFS)
async def test_a_bad_proof_is_refused(browser: Browser, machine: Machine, name: str) -> None:
    proof = BAD_PROOFS[name](machine)
    sent = proof if isinstance(proof, list) else [proof] if proof else []
    headers = [("DPoP", value) for value in sent]
    reply = await browser.post(TOKEN, headers=headers, **machine.form())
    assert (reply.status_code, reply.json()["error"]) == (400, "invalid_dpop_proof")


async def test_a_proof_counts_once_and_the_htu_may_carry_a_query(
    browser: Browser, machine: Machine
) -> None:
    proof = machine.proof(htu=f"{ISSUER.upper().replace('HTTP', 'http')}{TOKEN}?x=1")
    first = await browser.post(TOKEN, headers={"DPoP": proof}, **machine.form())
    second = await browser.post(TOKEN, headers={"DPoP": proof}, **machine.form())
    assert (first.status_code, second.json()["error"]) == (200, "invalid_dpop_proof")
