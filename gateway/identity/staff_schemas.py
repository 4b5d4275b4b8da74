"""Accounts and OAuth clients as an administrator sees and makes them. Personal values are masked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from contracts.values import PersonName
from kit.regions import RegionCode
from kit.schemas import In, Out, ShortText

Role = Literal[
    "founder",
    "officer",
    "head",
    "department_officer",
    "bank",
    "carrier_operator",
    "expert",
    "administrator",
]
MachineRole = Literal["bank", "portal"]
Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]


class StaffCreate(In):
    """A staff member's account. The first password is handed over by the administrator."""

    username: Annotated[str, Field(max_length=120, description="Phone number or e-mail address")]
    password: Annotated[str, Field(min_length=10, max_length=128)]
    name: PersonName
    roles: Annotated[list[Role], Field(min_length=1, max_length=8)]
    org: Code | None = Field(default=None, description="Department, bank or carrier")
    regions: Annotated[list[RegionCode], Field(max_length=50)] = Field(default_factory=list)


class AccountChange(In):
    """What an administrator says when moving an account. Only what the action needs."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=400)] | None = None
    roles: Annotated[list[Role], Field(min_length=1, max_length=8)] | None = None
    org: Code | None = None
    regions: Annotated[list[RegionCode], Field(max_length=50)] | None = None
    password: Annotated[str, Field(min_length=10, max_length=128)] | None = None


class AccountView(Out):
    """An account without anything secret. `username` and `id_number` are masked."""

    id: UUID
    username: str
    name: str
    id_number: str | None
    roles: list[str]
    org: str | None
    regions: list[str]
    state: str
    is_demo: bool
    version: int
    created_at: datetime
    updated_at: datetime
    allowed_actions: list[str]


class MeView(Out):
    """The caller as its token says."""

    sub: str
    client_id: str
    name: str | None
    roles: list[str]
    org: str | None
    regions: list[str]
    scopes: list[str]


class ClientCreate(In):
    """A program that may call. Machines register public keys; apps register exact addresses."""

    client_id: Code
    name_zh: ShortText
    name_en: ShortText
    kind: Literal["machine", "app"]
    redirect_uris: Annotated[list[Annotated[str, Field(max_length=500)]], Field(max_length=10)] = (
        Field(default_factory=list)
    )
    scopes: Annotated[list[Code], Field(min_length=1, max_length=20)]
    roles: Annotated[list[MachineRole], Field(max_length=2)] = Field(default_factory=list)
    org: Code | None = None
    regions: Annotated[list[RegionCode], Field(max_length=50)] = Field(default_factory=list)
    jwks: Annotated[list[dict[str, Any]], Field(max_length=5)] = Field(
        default_factory=list,
        description="Public keys (RFC 7517) for ES256, PS256 or EdDSA, each with `alg`",
    )


class ClientView(Out):
    """A registered program."""

    client_id: str
    name_zh: str
    name_en: str
    kind: str
    auth_method: str
    redirect_uris: list[str]
    scopes: list[str]
    roles: list[str]
    org: str | None
    regions: list[str]
    dpop_bound: bool
    state: str
    created_at: datetime
    version: int


class KeyAdd(In):
    """A program's next key. The ones before it go on counting for a while, so that nothing stands still."""

    jwk: Annotated[
        dict[str, Any],
        Field(max_length=20, description="A public key (RFC 7517) with `alg`; `kid` if it has one"),
    ]
    others_end_in_days: Annotated[int, Field(ge=0, le=90)] = 7


class KeyView(Out):
    """A public key by name. `usable`: whether assertions that it signed are believed now."""

    kid: str
    alg: str
    created_at: datetime
    expires_at: datetime | None
    usable: bool


class ChangeView(Out):
    """Something that was done to a registration."""

    action: str
    detail: str
    by_name: str
    at: datetime


class ClientDetail(ClientView):
    """A registered program with its keys and its history, newest first."""

    keys: list[KeyView]
    changes: list[ChangeView]
