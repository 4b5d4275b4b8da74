"""What identity's addresses say, as shapes: OAuth replies here, accounts in `staff_schemas.py`.

OAuth names fields itself (`expires_in`, not `expires_in_s`). Must not carry a secret but the one asked
for.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from kit.schemas import Out


class TokenView(Out):
    """RFC 6749 5.1. `expires_in` in seconds."""

    access_token: str
    token_type: Literal["Bearer", "DPoP"]
    expires_in: int
    scope: str
    refresh_token: str | None = None


class OAuthErrorView(Out):
    """RFC 6749 5.2."""

    error: str
    error_description: str | None = None


class IntrospectionView(Out):
    """RFC 7662 2.2; only `active` for a token that is not alive."""

    active: bool
    scope: str | None = None
    client_id: str | None = None
    token_type: str | None = None
    exp: int | None = None
    iat: int | None = None
    sub: str | None = None
    aud: str | None = None
    iss: str | None = None
    jti: str | None = None
    sid: str | None = None
    roles: list[str] | None = None
    org: str | None = None
    regions: list[str] | None = None
    cnf: dict[str, str] | None = None


class RevocationView(Out):
    """Tokens that carry this value in this claim are refused until `expires_at`."""

    kind: Literal["jti", "sid", "sub"]
    value: str
    expires_at: datetime


class RevocationsView(Out):
    """The whole list: services poll it and keep the last one they got."""

    items: list[RevocationView]


class JwksView(Out):
    """RFC 7517: the active key first, then the next one, then those whose tokens still live."""

    keys: list[dict[str, Any]] = Field(examples=[[{"kty": "EC", "crv": "P-256", "kid": "…"}]])


class MetadataView(Out):
    """RFC 8414."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    revocation_endpoint: str
    introspection_endpoint: str
    registration_endpoint: str
    jwks_uri: str
    scopes_supported: list[str]
    response_types_supported: list[str]
    response_modes_supported: list[str]
    grant_types_supported: list[str]
    token_endpoint_auth_methods_supported: list[str]
    token_endpoint_auth_signing_alg_values_supported: list[str]
    revocation_endpoint_auth_methods_supported: list[str]
    revocation_endpoint_auth_signing_alg_values_supported: list[str]
    introspection_endpoint_auth_methods_supported: list[str]
    introspection_endpoint_auth_signing_alg_values_supported: list[str]
    code_challenge_methods_supported: list[str]
    dpop_signing_alg_values_supported: list[str]
    authorization_response_iss_parameter_supported: bool
    ui_locales_supported: list[str]


class ResourceMetadataView(Out):
    """RFC 9728."""

    resource: str
    resource_name: str
    authorization_servers: list[str]
    scopes_supported: list[str]
    bearer_methods_supported: list[str]
    dpop_signing_alg_values_supported: list[str]
    dpop_bound_access_tokens_required: bool
    resource_documentation: str
