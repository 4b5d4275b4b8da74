"""Every forged access token that we could think of, against our own reader and a service's verifier."""

import base64
import json
import secrets
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.utils import base64url_decode

from gateway.identity.demo import DEMO_PASSWORD
from gateway.identity.protocol import read_own
from kit.errors import NotAuthenticated
from kit.tokens import TokenVerifier
from tests.gateway.identity.harness import ISSUER, Browser, House
from tests.gateway.identity.machines import forged

Attack = Callable[["Parts"], str]


class Parts:
    """A good token taken apart, and the keys that an attacker has."""

    def __init__(self, house: House, token: str) -> None:
        self.token = token
        self.header = jwt.get_unverified_header(token)
        self.claims = house.decode(token)
        self.key = house.identity.keys.active.private
        self.mine = ec.generate_private_key(ec.SECP256R1())
        maker = jwt.get_algorithm_by_name("ES256")
        self.my_jwk = json.loads(maker.to_jwk(self.mine.public_key()))

    def signed(self, *, key: Any = None, header: Any = None, **claims: Any) -> str:
        """By our own key unless said otherwise: so only what is changed can be the reason."""
        head = {**self.header, **(header or {})}
        body = {k: v for k, v in {**self.claims, **claims}.items() if v is not None}
        alg = head.pop("alg")
        return jwt.encode(body, key or self.key, algorithm=alg, headers=head)

    def pem(self) -> bytes:
        public = self.key.public_key()
        return bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _hmac_with_public_key(parts: Parts) -> str:
    """The classic: our public key as an HMAC secret. Made by hand, as PyJWT refuses to."""
    import hashlib
    import hmac

    token = forged({**parts.header, "alg": "HS256"}, parts.claims)
    signed = token.rpartition(".")[0]
    mac = hmac.new(parts.pem(), signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def _other_spelling(parts: Parts) -> str:
    """The same signature bytes in another base64 spelling: the cache key would differ."""
    head, body, signature = parts.token.split(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = alphabet[alphabet.index(signature[-1]) ^ 1]
    assert base64url_decode(signature[:-1] + last) == base64url_decode(signature)
    return f"{head}.{body}.{signature[:-1]}{last}"


NOW = int(time.time())
ATTACKS: dict[str, Attack] = {
    "alg none": lambda p: forged({**p.header, "alg": "none"}, p.claims, b""),
    "alg none with a signature": lambda p: forged({**p.header, "alg": "none"}, p.claims),
    "alg None in capitals": lambda p: forged({**p.header, "alg": "NONE"}, p.claims),
    "HS256 with the public key": _hmac_with_public_key,
    "alg is a list": lambda p: forged({**p.header, "alg": ["ES256"]}, p.claims),
    "signature of zeros": lambda p: forged(p.header, p.claims, b"\0" * 64),
    "another key under our kid": lambda p: p.signed(key=p.mine),
    "unknown kid": lambda p: p.signed(header={"kid": "nobody"}),
    "kid is a path": lambda p: p.signed(header={"kid": "../../etc/passwd"}),
    "kid is missing": lambda p: forged({"alg": "ES256", "typ": "at+jwt"}, p.claims),
    "own key in jwk": lambda p: p.signed(key=p.mine, header={"jwk": p.my_jwk}),
    "own key by jku": lambda p: p.signed(key=p.mine, header={"jku": "http://127.0.0.1:9/k"}),
    "own key by x5u": lambda p: p.signed(key=p.mine, header={"x5u": "http://127.0.0.1:9/k"}),
    "typ JWT": lambda p: p.signed(header={"typ": "JWT"}),
    "typ dpop+jwt": lambda p: p.signed(header={"typ": "dpop+jwt"}),
    "no typ": lambda p: p.signed(header={"typ": None}),
    "other issuer": lambda p: p.signed(iss="http://evil.invalid"),
    "issuer with a slash": lambda p: p.signed(iss=f"{ISSUER}/"),
    "no issuer": lambda p: p.signed(iss=None),
    "other audience": lambda p: p.signed(aud="another"),
    "no audience": lambda p: p.signed(aud=None),
    "expired": lambda p: p.signed(iat=NOW - 700, exp=NOW - 100),
    "exp is text": lambda p: forged_by(p, exp="9999999999x"),
    "no exp": lambda p: p.signed(exp=None),
    "from the future": lambda p: p.signed(iat=NOW + 3600, exp=NOW + 7200),
    "no jti": lambda p: p.signed(jti=None),
    "no sub": lambda p: p.signed(sub=None),
    "four parts": lambda p: p.token + ".x",
    "two parts": lambda p: p.token.rpartition(".")[0],
    "a claim changed": lambda p: with_claims(p, roles=["administrator"]),
    "not JSON": lambda p: forged({"alg": "ES256"}, {}, b"x").replace(".", "!."),
    "empty": lambda p: "..",
}
STRICTER = {
    "jku beside a good signature": lambda p: p.signed(header={"jku": "http://127.0.0.1:9/k"}),
    "crit beside a good signature": lambda p: p.signed(header={"crit": ["exp"]}),
    "another spelling": _other_spelling,
    "audience in a list": lambda p: p.signed(aud=["yichuang", "another"]),
    "very long": lambda p: p.signed(padding="x" * 9000),
    "exp is infinite": lambda p: forged_by(p, exp=float("inf")),
}
"""What our own reader refuses although the signature is ours: nobody else mints with our key."""


def with_claims(parts: Parts, **claims: Any) -> str:
    head, _, signature = parts.token.split(".")
    body = json.dumps({**parts.claims, **claims}).encode()
    return f"{head}.{base64.urlsafe_b64encode(body).decode().rstrip('=')}.{signature}"


def forged_by(parts: Parts, **claims: Any) -> str:
    """Signed by our key without the encoder's own checks."""
    signer = jwt.PyJWS()
    body = json.dumps({**parts.claims, **claims}).encode()
    head = {k: v for k, v in parts.header.items() if k != "alg"}
    return signer.encode(body, parts.key, algorithm="ES256", headers=head)


@pytest.fixture(scope="module")
async def parts(house: House) -> Parts:
    signed = await house.browser("127.0.0.20").sign_in("00010000001", DEMO_PASSWORD)
    return Parts(house, signed.json()["token"])


@pytest.mark.parametrize("name", [*ATTACKS, *STRICTER])
async def test_our_reader_refuses_a_forged_token(house: House, parts: Parts, name: str) -> None:
    assert read_own(house.identity, parts.token) is not None
    assert read_own(house.identity, {**ATTACKS, **STRICTER}[name](parts)) is None


@pytest.mark.parametrize("name", ATTACKS)
async def test_the_services_verifier_and_the_api_refuse_a_forged_token(
    house: House, browser: Browser, parts: Parts, name: str
) -> None:
    token = ATTACKS[name](parts)
    verifier = TokenVerifier(house.identity.local_keys, issuer=ISSUER)
    await verifier.verify(parts.token)
    with pytest.raises(NotAuthenticated):
        await verifier.verify(token)
    headers = {"Authorization": f"Bearer {token}"}
    reply = await browser.http.get("/api/window/v1/me", headers=headers)
    assert (reply.status_code, reply.json()["code"]) == (401, "not_authenticated")


async def test_random_bytes_never_break_the_reader(house: House, parts: Parts) -> None:
    for _ in range(300):
        place = secrets.randbelow(len(parts.token))
        other = secrets.choice("AbZ09-_.=\x00 ")
        changed = parts.token[:place] + other + parts.token[place + 1 :]
        if changed != parts.token:
            assert read_own(house.identity, changed) is None


async def test_keys_are_named_by_thumbprint_and_show_no_private_part(
    house: House, browser: Browser
) -> None:
    from joserfc.jwk import import_key

    reply = await browser.http.get("/.well-known/jwks.json")
    keys = reply.json()["keys"]
    assert len(keys) == 2  # the active one and the next, already published
    for key in keys:
        assert "d" not in key
        assert (key["kty"], key["crv"], key["alg"]) == ("EC", "P-256", "ES256")
        assert import_key({k: key[k] for k in ("kty", "crv", "x", "y")}).thumbprint() == key["kid"]


async def test_metadata_names_addresses_under_the_issuer(browser: Browser) -> None:
    found = (await browser.http.get("/.well-known/oauth-authorization-server")).json()
    assert found["issuer"] == ISSUER
    for name in ("authorization", "token", "revocation", "introspection"):
        reply = await browser.http.request("OPTIONS", found[f"{name}_endpoint"])
        assert reply.status_code != 404
    assert found["code_challenge_methods_supported"] == ["S256"]
    assert "HS256" not in json.dumps(found)
    assert "none" not in found["dpop_signing_alg_values_supported"]


async def test_a_revoked_token_is_refused_by_the_api_at_once(
    house: House, founder: Browser
) -> None:
    token = (await founder.me())["token"]
    headers = {"Authorization": f"Bearer {token}"}
    before = await founder.http.get("/api/window/v1/me", headers=headers)
    await founder.sign_out()
    after = await founder.http.get("/api/window/v1/me", headers=headers)
    assert (before.status_code, after.status_code) == (200, 401)
    listed = (await founder.http.get("/oauth2/revocations")).json()["items"]
    assert {"sid"} == {i["kind"] for i in listed if i["value"] == house.decode(token)["sid"]}


async def test_the_revocation_list_answers_304_until_it_changes(founder: Browser) -> None:
    first = await founder.http.get("/oauth2/revocations")
    headers = {"If-None-Match": first.headers["etag"]}
    same = await founder.http.get("/oauth2/revocations", headers=headers)
    await founder.sign_out()
    changed = await founder.http.get("/oauth2/revocations", headers=headers)
    assert (same.status_code, same.content) == (304, b"")
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]
