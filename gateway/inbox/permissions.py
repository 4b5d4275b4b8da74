"""Who may call the feed and the webhook endpoints: permission → roles, and the scopes a token needs."""

from types import MappingProxyType

from gateway.identity.permissions import EVERYBODY
from kit.auth import ORGANISATIONS

_ORGANISATIONS = frozenset(ORGANISATIONS)

PERMISSIONS = MappingProxyType(
    {
        "event:read": EVERYBODY,
        "event:redeliver": _ORGANISATIONS,
        "webhook-endpoint:read": _ORGANISATIONS,
        "webhook-endpoint:manage": _ORGANISATIONS,
    }
)

SCOPES = MappingProxyType({name: frozenset({"window", "events"}) for name in PERMISSIONS})
"""Our own pages, and programs that were given `events`."""
