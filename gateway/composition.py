"""The gateway as one value, for the verbs that it shares with the services. Nothing is decided here."""

from gateway.identity.demo import seed_demo
from gateway.identity.jobs import close_identity, prepare_identity
from gateway.identity.permissions import PERMISSIONS, SCOPES
from gateway.identity.runtime import start_identity, stop_identity
from gateway.inbox import permissions as inbox_permissions
from gateway.inbox.given_up_routes import router as given_up
from gateway.inbox.jobs import close_inbox, follow_streams, prepare_inbox, send_webhooks
from gateway.inbox.routes import ROUTERS as INBOX
from gateway.inbox.runtime import start_feed, stop_feed
from gateway.jobs import inbox, jobs
from gateway.leaving import jobs as _leaving_jobs  # noqa: F401 - registers its jobs
from gateway.messages import permissions as message_permissions
from gateway.messages.jobs import prepare_messages
from gateway.messages.routes import router as messages
from gateway.registering.allowing import ENDPOINT
from gateway.settings import GatewaySettings
from gateway.window.services import close_services
from kit.http import Service
from kit.operations import operations_router
from kit.worker import Worker

SERVICE = Service(
    name="gateway",
    package="gateway",
    title="Yichuang gateway 一窗·门户",
    settings=GatewaySettings,
    routers=(
        *INBOX,
        messages,
        operations_router(inbox.take),
        given_up,
    ),  # the other rooms answer at several roots: gateway/app.py includes them
    permissions={**PERMISSIONS, **inbox_permissions.PERMISSIONS, **message_permissions.PERMISSIONS},
    scopes={**SCOPES, **inbox_permissions.SCOPES, **message_permissions.SCOPES},
    worker=Worker(
        jobs=jobs,
        inbox=inbox,
        prepare=(prepare_identity, prepare_inbox, prepare_messages),
        close=(close_inbox, close_identity),
        tasks=(follow_streams, send_webhooks),
    ),
    seeds=(seed_demo,),
    on_start=(start_identity, start_feed),
    on_stop=(close_services, stop_identity, stop_feed),
    default_port=8000,
    prefix_override="/api/window/v1",
    other_bearers=(ENDPOINT,),
)
