"""Who may do what: permission → roles. The golden role table is generated from this and the routes."""

from types import MappingProxyType

OFFICERS = frozenset({"officer", "head"})
STAFF = OFFICERS | {"department_officer", "administrator"}
APPLICANTS = frozenset({"founder", "carrier_operator", "portal"})
EVERYONE = STAFF | APPLICANTS | {"bank", "expert"}

PERMISSIONS = MappingProxyType(
    {
        "enterprise:read": STAFF,
        "enterprise:read-own": frozenset({"founder"}),
        "document:upload": APPLICANTS,
        "notice:object": EVERYONE,
        "sandbox:move-clock": frozenset({"administrator", "bank", "portal"}),
        "operations:act": frozenset({"administrator"}),
        "carrier:edit": frozenset({"carrier_operator"}),
        "carrier:read-changes": STAFF | {"carrier_operator"},
        "carrier:run": frozenset({"carrier_operator"}),
        "tenancy:read": STAFF | APPLICANTS,
        "service:rate": APPLICANTS,
        "expert:read": STAFF,
        "expert:manage": frozenset({"officer", "head", "administrator"}),
        "title:exit": frozenset({"carrier_operator"}),
        "title:revoke": frozenset({"head"}),
        "case:create": APPLICANTS,
        "case:read": EVERYONE,
        "case:edit": APPLICANTS,
        "case:act": EVERYONE,
        "case:assign": OFFICERS,
    }
)

SCOPES = MappingProxyType({"*": frozenset({"window", "cases"})})
"""What a person lets an app do here: our own pages, or an app that may handle their matters."""
