"""Who may do what: permission → roles. The golden role table is generated from this and the routes."""

from types import MappingProxyType

from services.finance.bank import access as bank

OFFICERS = frozenset({"officer", "head"})
STAFF = OFFICERS | {"department_officer", "administrator"}
APPLICANTS = frozenset({"founder", "bank", "portal"})
EVERYONE = STAFF | APPLICANTS | {"carrier_operator", "expert"}

PERMISSIONS = MappingProxyType(
    {
        "enterprise:read": STAFF,
        "enterprise:read-own": frozenset({"founder"}),
        "entitlement:read": STAFF | {"founder"},
        "candidate-entry:read": STAFF,
        "partner:read-volumes": STAFF,
        "loan:read": frozenset({"founder", "officer", "head", "portal"}),
        "document:upload": APPLICANTS,
        "notice:object": EVERYONE,
        "sandbox:move-clock": frozenset({"administrator", "bank", "portal"}),
        "operations:act": frozenset({"administrator"}),
        "case:create": APPLICANTS,
        "case:read": EVERYONE,
        "case:edit": APPLICANTS,
        "case:act": EVERYONE,
        "case:assign": OFFICERS,
        "subsidy:read-own": frozenset({"founder"}),
        "subsidy:read": frozenset({"officer", "head", "administrator"}),
        "ledger:read": frozenset({"officer", "head", "administrator"}),
        "pool:read": frozenset({"officer", "head", "administrator"}),
        "pool:fund": OFFICERS,
        **bank.PERMISSIONS,
    }
)

SCOPES = MappingProxyType(
    {
        "*": frozenset({"window", "cases"}),
        "sandbox:move-clock": frozenset({"window", "cases", "bank"}),
        **bank.SCOPES,
    }
)
"""What a person lets an app do here: our own pages, or an app that may handle their matters."""
