"""Verification of access tokens (RFC 9068) with a small safe cache.

Keys come from the issuer's JWKS; a key named by the token itself (jku, x5u, jwk) is never followed. The
cache holds successes only, keyed by the whole token, for at most 30 s; `exp` is re-checked at each hit
and revocation is asked outside it. Must not know what a role means.
"""

import asyncio
import contextlib
import hashlib
import time
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

import httpx
import jwt
import structlog

from kit.errors import NotAuthenticated, Unavailable

ALGORITHMS = ("ES256",)
AUDIENCE = "yichuang"
ACCESS_TOKEN = "at+jwt"  # noqa: S105  the type's name
COLLEAGUES, COLLEAGUE_PASS = "yichuang-colleagues", "colleague+jwt"
"""A pass says who a member of the staff is, for whoever hands them a case: no token, it opens nothing."""
CACHE_SECONDS = 30
CACHE_SIZE = 10_000
LEEWAY_SECONDS = 5
REQUIRED = ["sub", "client_id", "jti", "iat", "exp", "iss", "aud"]

log = structlog.get_logger(__name__)


class KeySource(Protocol):
    """Where public keys and revocations come from: another process by HTTP, or this one."""

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    async def key(self, kid: str) -> Any | None: ...

    def is_revoked(self, claims: Mapping[str, Any]) -> bool: ...

    @property
    def generation(self) -> int: ...


class KnownKeys:
    """Keys that this process holds itself: the issuer's own process, and tests with a key of theirs."""

    def __init__(self, keys: Mapping[str, Any]) -> None:
        self._keys = dict(keys)
        self._revoked: set[tuple[str, str]] = set()
        self.generation = 0

    async def start(self) -> None:
        """Nothing to connect to."""

    async def stop(self) -> None:
        """Nothing to close."""

    async def key(self, kid: str) -> Any | None:
        return self._keys.get(kid)

    def replace(self, keys: Mapping[str, Any]) -> None:
        """New keys: everything verified by old ones is checked again."""
        self._keys, self.generation = dict(keys), self.generation + 1

    def revoke(self, kind: str, value: str) -> None:
        self._revoked.add((kind, value))

    def is_revoked(self, claims: Mapping[str, Any]) -> bool:
        return any(
            (kind, str(claims.get(kind, ""))) in self._revoked for kind in ("jti", "sid", "sub")
        )


class HttpKeys:
    """JWKS and revocations of the issuer, polled. Unknown key ids ask again at most once a second."""

    def __init__(self, jwks_url: str, revocations_url: str, *, poll_seconds: float = 2.0) -> None:
        self._jwks_url, self._revocations_url = jwks_url, revocations_url
        self._poll_seconds = poll_seconds
        self._keys: dict[str, Any] = {}
        self._revoked: dict[tuple[str, str], float] = {}
        self._etag = ""
        self._asked_at = 0.0
        self._lock = asyncio.Lock()
        self.generation = 0
        self._client = httpx.AsyncClient(timeout=3.0, trust_env=False)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._poll(), name="token-keys")

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._client.aclose()

    async def key(self, kid: str) -> Any | None:
        if kid not in self._keys and time.monotonic() - self._asked_at > 1:
            async with self._lock:
                if kid not in self._keys:
                    await self._load_keys()
        if not self._keys:
            raise Unavailable(detail_en="The issuer's keys are not reachable yet")
        return self._keys.get(kid)

    def is_revoked(self, claims: Mapping[str, Any]) -> bool:
        return any(
            (kind, str(claims.get(kind, ""))) in self._revoked for kind in ("jti", "sid", "sub")
        )

    async def _load_keys(self) -> None:
        self._asked_at = time.monotonic()
        try:
            reply = await self._client.get(self._jwks_url)
            reply.raise_for_status()
            keys = {k["kid"]: jwt.PyJWK(k).key for k in reply.json()["keys"] if k.get("kid")}
        except (httpx.HTTPError, ValueError, KeyError, jwt.PyJWTError) as error:
            log.warning("keys_unreachable", error=type(error).__name__)
            return
        if keys.keys() != self._keys.keys():
            self._keys, self.generation = keys, self.generation + 1

    async def _load_revocations(self) -> None:
        headers = {"If-None-Match": self._etag} if self._etag else {}
        reply = await self._client.get(self._revocations_url, headers=headers)
        if reply.status_code != 200:
            return
        self._etag = reply.headers.get("etag", "")
        items = reply.json()["items"]
        self._revoked = {(i["kind"], i["value"]): time.monotonic() for i in items}

    async def _poll(self) -> None:
        turn = 0
        while True:
            with contextlib.suppress(httpx.HTTPError, ValueError, KeyError):
                await self._load_revocations()
            if turn % 30 == 0 or not self._keys:
                await self._load_keys()
            turn += 1
            await asyncio.sleep(self._poll_seconds)


@dataclass(frozen=True)
class _Verified:
    claims: Mapping[str, Any]
    exp: float
    fresh_until: float
    generation: int


class TokenVerifier:
    """Checks signature, `typ`, issuer, audience, times and revocation of what the issuer signed."""

    def __init__(
        self,
        keys: KeySource,
        *,
        issuer: str,
        audience: str = AUDIENCE,
        typ: str = ACCESS_TOKEN,
    ) -> None:
        self.keys, self.issuer, self.audience, self.typ = keys, issuer, audience, typ
        self._cache: OrderedDict[bytes, _Verified] = OrderedDict()

    def _cache_key(self, token: str) -> bytes:
        parts = "\x1f".join((token, self.audience, self.issuer, *ALGORITHMS))
        return hashlib.sha256(parts.encode()).digest()

    async def verify(self, token: str) -> Mapping[str, Any]:
        """The token's claims, immutable. Raises NotAuthenticated, or Unavailable without keys."""
        cache_key, now = self._cache_key(token), time.time()
        hit = self._cache.get(cache_key)
        if hit and hit.generation == self.keys.generation and now < min(hit.exp, hit.fresh_until):
            claims = hit.claims
        else:
            claims = await self._check(token)
            exp = float(claims["exp"])
            entry = _Verified(claims, exp, min(exp, now + CACHE_SECONDS), self.keys.generation)
            self._cache[cache_key] = entry
            while len(self._cache) > CACHE_SIZE:
                self._cache.popitem(last=False)
        if self.keys.is_revoked(claims):
            raise NotAuthenticated(detail_zh="登录已失效", detail_en="The token was revoked")
        return claims

    async def _check(self, token: str) -> Mapping[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise _bad_token(error) from error
        if header.get("typ") != self.typ or header.get("alg") not in ALGORITHMS:
            raise NotAuthenticated(detail_en=f"Not an {self.typ} signed with ES256")
        key = await self.keys.key(str(header.get("kid", "")))
        if key is None:
            raise NotAuthenticated(
                detail_en="The token names a key that the issuer does not publish"
            )
        try:
            claims = jwt.decode(
                token,
                key,
                algorithms=list(ALGORITHMS),
                audience=self.audience,
                issuer=self.issuer,
                leeway=LEEWAY_SECONDS,
                options={"require": REQUIRED},
            )
        except jwt.PyJWTError as error:
            raise _bad_token(error) from error
        return MappingProxyType(claims)


def _bad_token(error: Exception) -> NotAuthenticated:
    return NotAuthenticated(
        detail_zh="访问令牌无效或已过期",
        detail_en=f"The access token is not valid: {type(error).__name__}",
        headers={"WWW-Authenticate": 'Bearer error="invalid_token"'},
    )
