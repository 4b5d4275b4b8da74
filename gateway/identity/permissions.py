"""Who may call identity's own addresses: permission → roles. The gateway merges it into its table."""

from types import MappingProxyType

ADMINISTRATORS = frozenset({"administrator"})
OFFICERS = frozenset({"officer", "head"})
EVERYBODY = frozenset(
    {
        "founder",
        "officer",
        "head",
        "department_officer",
        "bank",
        "carrier_operator",
        "expert",
        "administrator",
        "portal",
    }
)

PERMISSIONS = MappingProxyType(
    {
        "account:read": ADMINISTRATORS,
        "account:manage": ADMINISTRATORS,
        "oauth-client:read": ADMINISTRATORS,
        "oauth-client:manage": ADMINISTRATORS,
        "operations:act": ADMINISTRATORS,
        "colleague:read": OFFICERS,
        "me:read": EVERYBODY,
    }
)

SCOPES = MappingProxyType(
    {name: frozenset({"window"}) for name in PERMISSIONS if name != "me:read"}
)
"""No app is given accounts to manage or to look at: that is done on our own pages. A token may always ask
whose it is."""
