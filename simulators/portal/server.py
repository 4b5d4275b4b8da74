"""The portal's own server: a confidential client. It has a key (`demo-portal`), or registers itself with an
administrator's token (RFC 7591), takes the next key into use, and ends its registration again.

Made with nothing but docs/portal-api.md; the signing is the sandbox bank's, as any FAPI library would do it.
"""

import json
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from simulators.bank.tokens import ASSERTION_TYPE, Signer


class Refused(Exception):
    """The window said no; its answer is the message."""


def new_key(kid: str) -> tuple[Signer, dict[str, str]]:
    """A fresh P-256 key and its public JWK."""
    private = ec.generate_private_key(ec.SECP256R1())
    maker = jwt.get_algorithm_by_name("ES256")
    named = {"kid": kid, "alg": "ES256"}
    public = json.loads(maker.to_jwk(private.public_key())) | named
    return Signer(json.loads(maker.to_jwk(private)) | named), public


class Server:
    """One program of the portal's. `client_id` and `signer` once it is registered."""

    def __init__(self, window: str) -> None:
        self.http = httpx.Client(base_url=window, timeout=30, trust_env=False)
        self.known = _json(self.http.get("/.well-known/oauth-authorization-server"))
        self.client_id, self.signer = "", None  # type: str, Signer | None

    def register(self, initial_token: str) -> dict[str, Any]:
        """RFC 7591: once, with what the administrator handed over."""
        self.signer, public = new_key("first")
        said = {
            "client_name": "青屿门户服务器（演示）",
            "client_name#en": "Qingyu portal server (demo)",
            "token_endpoint_auth_method": "private_key_jwt",
            "grant_types": ["client_credentials"],
            "jwks": {"keys": [public]},
        }
        bearer = {"Authorization": f"Bearer {initial_token}"}
        url = self.known["registration_endpoint"]
        made: dict[str, Any] = _json(self.http.post(url, json=said, headers=bearer))
        self.client_id = made["client_id"]
        return made

    def rotate(self, made: dict[str, Any]) -> None:
        """RFC 7592: the next key beside the first, then alone."""
        bearer = {"Authorization": f"Bearer {made['registration_access_token']}"}
        url, (first,) = made["registration_client_uri"], made["jwks"]["keys"]
        signer, second = new_key("second")
        said = {"client_id": made["client_id"], "client_name": made["client_name"]}
        for keys in ([first, second], [second]):
            _json(self.http.put(url, json=said | {"jwks": {"keys": keys}}, headers=bearer))
        self.signer = signer

    def leave(self, made: dict[str, Any]) -> None:
        bearer = {"Authorization": f"Bearer {made['registration_access_token']}"}
        self.http.delete(made["registration_client_uri"], headers=bearer).raise_for_status()

    def token(self, scope: str) -> str:
        """Client credentials with an assertion and a proof."""
        assert self.signer is not None
        url = self.known["token_endpoint"]
        form = {
            "grant_type": "client_credentials",
            "scope": scope,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": self.signer.assertion(self.client_id, self.known["issuer"]),
        }
        proof = {"DPoP": self.signer.proof("POST", url)}
        return str(_json(self.http.post(url, data=form, headers=proof))["access_token"])

    def get(self, path: str, token: str) -> Any:
        """A resource, with a proof of its own."""
        assert self.signer is not None
        proof = self.signer.proof("GET", self.known["issuer"] + path, token=token)
        headers = {"Authorization": f"DPoP {token}", "DPoP": proof}
        return _json(self.http.get(path, headers=headers))


def _json(reply: httpx.Response) -> Any:
    if reply.is_success:
        return reply.json()
    raise Refused(f"{reply.status_code} {reply.text[:300]}")
