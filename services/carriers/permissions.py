"""Who may do what: permission → roles. The golden role table is generated from this and the routes."""

from types import MappingProxyType

STAFF = frozenset({"officer", "head", "department_officer", "administrator"})

PERMISSIONS = MappingProxyType(
    {
        "enterprise:read": STAFF,
    }
)
