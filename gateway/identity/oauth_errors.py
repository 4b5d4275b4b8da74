"""Refusals of `/oauth2/...`, in the shape that OAuth clients know (RFC 6749 5.2, RFC 9449 5).

Not problem+json: the standard owns these paths. Must not carry the reason why a credential failed;
that is for the log.
"""

from __future__ import annotations

from starlette.responses import JSONResponse

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}


class OAuthRefusal(Exception):
    """`error` is a registered OAuth error code; `status` 400 unless said otherwise."""

    def __init__(
        self,
        error: str,
        description: str,
        *,
        status: int = 400,
        challenge: str | None = None,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(f"{error}: {description}")
        self.error, self.description = error, description
        self.status, self.challenge, self.retry_after_s = status, challenge, retry_after_s

    def response(self) -> JSONResponse:
        headers = dict(NO_STORE)
        if self.challenge:
            headers["WWW-Authenticate"] = self.challenge
        if self.retry_after_s is not None:
            headers["Retry-After"] = str(self.retry_after_s)
        body = {"error": self.error, "error_description": self.description}
        return JSONResponse(body, status_code=self.status, headers=headers)


def invalid_client(*, basic: bool = False, reason: str = "") -> OAuthRefusal:
    """One answer for every way in which a client fails to be who it says; who has proved to hold the key
    is told the `reason`."""
    return OAuthRefusal(
        "invalid_client",
        f"client authentication failed: {reason}" if reason else "client authentication failed",
        status=401,
        challenge='Basic realm="oauth2"' if basic else None,
    )


def too_many_failures(*, retry_after_s: int) -> OAuthRefusal:
    """Still `invalid_client`, so that every OAuth library stops; 429 says that it may try later."""
    return OAuthRefusal(
        "invalid_client",
        "client authentication failed too often; try again later",
        status=429,
        retry_after_s=retry_after_s,
    )


def invalid_grant() -> OAuthRefusal:
    return OAuthRefusal("invalid_grant", "the grant is not valid, used, revoked or expired")


def invalid_request(description: str) -> OAuthRefusal:
    return OAuthRefusal("invalid_request", description)


def invalid_proof(reason: str = "") -> OAuthRefusal:
    """A proof says only what its maker wrote into it, so its fault may be named."""
    said = "the DPoP proof is not valid"
    return OAuthRefusal("invalid_dpop_proof", f"{said}: {reason}" if reason else said)
