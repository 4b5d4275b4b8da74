"""Who may do what: permission → roles. The golden role table is generated from this and the routes."""

from types import MappingProxyType

STAFF = frozenset({"officer", "head", "department_officer", "administrator"})
APPLICANTS = frozenset({"founder", "bank", "portal"})
EVERYONE = STAFF | APPLICANTS | {"carrier_operator", "expert"}

PERMISSIONS = MappingProxyType(
    {
        "enterprise:read": STAFF,
        "case:create": APPLICANTS,
        "case:read": EVERYONE,
        "case:edit": APPLICANTS,
        "case:act": EVERYONE,
    }
)

SCOPES = MappingProxyType({"*": frozenset({"window", "cases"})})
"""What a person lets an app do here: our own pages, or an app that may handle their matters."""
