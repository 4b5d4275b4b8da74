"""Who is calling, and whether this role may call this.

Authentication is one pure ASGI step (`kit.http`) that puts an `Actor` on the request; a route states its
permission in its signature. Which of several resources an actor may see is not decided here but in the
store's queries. Roles and permissions are data of the service: `app.state.permissions`.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request

from kit.errors import NotAuthenticated, NotPermitted
from kit.regions import region_prefix

Permissions = Mapping[str, frozenset[str]]
Scopes = Mapping[str, frozenset[str]]
"""Permission → the scopes of which a token needs one; `*` for permissions that are not named."""
PUBLIC = "public"
ORGANISATIONS = ("bank", "carrier_operator", "portal")
"""Roles whose people act for their organisation: what it applied for is everybody's in it."""


@dataclass(frozen=True)
class Actor:
    """The caller, from a verified token. `regions` are codes whose trailing zero pairs are wildcards."""

    sub: str
    client_id: str
    issuer: str
    roles: frozenset[str]
    org: str | None = None
    regions: tuple[str, ...] = ()
    scopes: frozenset[str] = field(default_factory=frozenset)
    person: str | None = None
    name: str | None = None
    token: str | None = field(default=None, repr=False)

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)

    @property
    def organisation(self) -> str | None:
        """The organisation that the actor acts for; an officer's department is not one."""
        return self.org if self.has(*ORGANISATIONS) else None

    @property
    def principals(self) -> list[str]:
        """As whom the actor may be party to something: `person:<keyed hash>`, `org:<code>`."""
        found = [f"person:{self.person}"] if self.person else []
        return found + ([f"org:{self.organisation}"] if self.organisation else [])

    @property
    def region_prefixes(self) -> tuple[str, ...]:
        """Code prefixes of the regions that the actor serves: 980100 gives 9801, 980000 gives 98.

        None is ever empty: `000000` is no region, and serves nothing.
        """
        return tuple(prefix for code in self.regions if (prefix := region_prefix(code)))


SYSTEM = Actor(sub="system", client_id="system", issuer="system", roles=frozenset({"system"}))


def actor_from_claims(claims: Mapping[str, Any], token: str | None = None) -> Actor:
    return Actor(
        sub=str(claims["sub"]),
        client_id=str(claims["client_id"]),
        issuer=str(claims["iss"]),
        roles=frozenset(claims.get("roles", ())),
        org=claims.get("org"),
        regions=tuple(claims.get("regions", ())),
        scopes=frozenset(str(claims.get("scope", "")).split()),
        person=claims.get("person"),
        name=claims.get("name"),
        token=token,
    )


def _actor(request: Request) -> Actor | None:
    actor: Actor | None = request.scope["state"].get("actor")
    return actor


def permission(name: str) -> Callable[[Request], Awaitable[Actor]]:
    """A dependency that admits the roles which the service's table gives `name`.

    A role is what the person may do, a scope what they let this app do for them: a token needs both.
    Raises NotAuthenticated 401 without a token and NotPermitted 403 with the wrong role or scope.
    """

    async def require(request: Request) -> Actor:
        actor = _actor(request)
        if actor is None:
            raise NotAuthenticated(headers={"WWW-Authenticate": "Bearer"})
        allowed: frozenset[str] = request.app.state.permissions[name]
        if actor.roles.isdisjoint(allowed):
            raise NotPermitted(extra={"permission": name})
        scopes: Scopes = request.app.state.scopes
        needed = scopes.get(name, scopes.get("*"))
        if needed is not None and actor.scopes.isdisjoint(needed):
            raise NotPermitted(
                detail_zh="该应用未获授权代您办理此事",
                detail_en="The token's scope does not cover this",
                extra={"permission": name, "scope": " ".join(sorted(needed))},
                headers={"WWW-Authenticate": 'Bearer error="insufficient_scope"'},
            )
        return actor

    require.permission = name  # type: ignore[attr-defined]
    return require


async def anyone(request: Request) -> Actor | None:
    """A public route: the actor if there is one."""
    return _actor(request)


anyone.permission = PUBLIC  # type: ignore[attr-defined]

Anyone = Annotated[Actor | None, Depends(anyone)]
