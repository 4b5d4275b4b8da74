"""Who may read messages: everybody their own."""

from types import MappingProxyType

from gateway.identity.permissions import EVERYBODY

PERMISSIONS = MappingProxyType({"message:read": EVERYBODY, "message:mark": EVERYBODY})
SCOPES = MappingProxyType({name: frozenset({"window"}) for name in PERMISSIONS})
"""Our own pages only: an app that a person let act for them has no business in their inbox."""
