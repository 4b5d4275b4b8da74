"""What a program says of itself (RFC 7591 section 2), and what an administrator allows it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gateway.identity.staff_schemas import Code, MachineRole
from kit.regions import RegionCode
from kit.schemas import In, Out

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Uri = Annotated[str, StringConstraints(max_length=500)]
Word = Annotated[str, StringConstraints(max_length=100)]


class Keys(BaseModel):
    """RFC 7517, public keys only."""

    keys: Annotated[list[dict[str, Any]], Field(max_length=5)]


class Metadata(BaseModel):
    """What we read of a registration; what else is said is passed over (RFC 7591 section 2)."""

    model_config = ConfigDict(extra="ignore", populate_by_name=True)
    client_id: Word | None = None
    client_name: Name
    client_name_en: Name | None = Field(default=None, alias="client_name#en")
    redirect_uris: Annotated[list[Uri], Field(max_length=10)] = Field(default_factory=list)
    token_endpoint_auth_method: Literal["none", "private_key_jwt"] | None = None
    grant_types: Annotated[list[Word], Field(max_length=5)] | None = None
    response_types: Annotated[list[Word], Field(max_length=5)] | None = None
    scope: Annotated[str, Field(max_length=1000)] | None = None
    jwks: Keys | None = None
    jwks_uri: Uri | None = None

    @property
    def kind(self) -> Literal["machine", "app"]:
        """With addresses to come back to it acts for people, else for itself."""
        return "app" if self.redirect_uris else "machine"


class RegisteredView(Out):
    """RFC 7591 3.2.1 and RFC 7592 3: the registration as it stands, and how to keep it."""

    client_id: str
    client_id_issued_at: int
    client_name: str
    redirect_uris: list[str]
    grant_types: list[str]
    response_types: list[str]
    token_endpoint_auth_method: str
    scope: str
    jwks: dict[str, Any] | None = None
    dpop_bound_access_tokens: bool
    registration_access_token: str
    registration_client_uri: str


class PermitCreate(In):
    """What a program may register as, once, until the token ends."""

    kind: Literal["machine", "app"]
    org: Code | None = None
    roles: Annotated[list[MachineRole], Field(max_length=2)] = Field(default_factory=list)
    scopes: Annotated[list[Code], Field(min_length=1, max_length=20)]
    regions: Annotated[list[RegionCode], Field(max_length=50)] = Field(default_factory=list)
    hours: Annotated[int, Field(ge=1, le=168)] = 24


class PermitView(Out):
    """An initial access token, without the token. `client_id`: what was registered with it."""

    id: UUID
    kind: str
    org: str | None
    roles: list[str]
    scopes: list[str]
    regions: list[str]
    created_by_name: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    client_id: str | None


class PermitMade(PermitView):
    """`token` is shown this once."""

    token: str
    registration_endpoint: str
