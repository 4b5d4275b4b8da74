"""Who may do what: permission → roles. The golden role table is generated from this and the routes."""

from types import MappingProxyType

FOUNDER = frozenset({"founder"})
OFFICERS = frozenset({"officer", "head"})
STAFF = OFFICERS | {"department_officer", "administrator"}
EVERYONE = frozenset(
    {
        "founder",
        "officer",
        "head",
        "department_officer",
        "bank",
        "carrier_operator",
        "administrator",
        "portal",
    }
)

PERMISSIONS = MappingProxyType(
    {
        "name:check": EVERYONE,
        "name:reserve": FOUNDER | {"portal"},
        "name:read": EVERYONE,
        "code-segment:manage": frozenset({"administrator"}),
        "licence:read": EVERYONE,
        "licence:decide": OFFICERS,
        "licence-key:manage": frozenset({"administrator"}),
        "entity:read-internal": STAFF,
        "hosted-address:read": STAFF,
        "address-grant:use": FOUNDER | {"portal"},
        "task:read": EVERYONE,
        "task:act": frozenset({"department_officer"}),
        "case:create": FOUNDER | {"portal"},
        "case:read": EVERYONE,
        "case:edit": FOUNDER | {"portal"},
        "case:act": EVERYONE,
        "case:assign": OFFICERS,
        "document:upload": FOUNDER | {"portal"},
        "notice:object": EVERYONE,
        "sandbox:move-clock": frozenset({"administrator", "portal"}),
        "operations:act": frozenset({"administrator"}),
    }
)

SCOPES = MappingProxyType({"*": frozenset({"window", "cases"})})
"""What a person lets an app do here: our own pages, or an app that may handle their matters."""
