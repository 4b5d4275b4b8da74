"""The inbox's addresses, for composition."""

from gateway.inbox.endpoint_routes import router as endpoint_router
from gateway.inbox.event_routes import router as event_router

ROUTERS = (event_router, endpoint_router)
