"""Who may call identity's own addresses: permission → roles. The gateway merges it into its table."""

from types import MappingProxyType

ADMINISTRATORS = frozenset({"administrator"})
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
        "me:read": EVERYBODY,
    }
)

SCOPES = MappingProxyType(
    {name: frozenset({"window"}) for name in PERMISSIONS if name != "me:read"}
)
"""No app is given accounts to manage: that is done on our own pages. A token may always ask whose it is."""
