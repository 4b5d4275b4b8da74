"""The gateway as one value, for the verbs that it shares with the services. Nothing is decided here."""

from gateway.identity.demo import seed_demo
from gateway.identity.jobs import close_identity, prepare_identity
from gateway.identity.permissions import PERMISSIONS, SCOPES
from gateway.identity.runtime import start_identity, stop_identity
from gateway.jobs import inbox, jobs
from gateway.settings import GatewaySettings
from gateway.window.services import close_services
from kit.http import Service
from kit.worker import Worker

SERVICE = Service(
    name="gateway",
    package="gateway",
    title="Yichuang gateway 一窗·门户",
    settings=GatewaySettings,
    routers=[],  # its rooms answer at several roots: gateway/app.py includes them
    permissions=PERMISSIONS,
    scopes=SCOPES,
    worker=Worker(jobs=jobs, inbox=inbox, prepare=(prepare_identity,), close=(close_identity,)),
    seeds=(seed_demo,),
    on_start=(start_identity,),
    on_stop=(close_services, stop_identity),
    default_port=8000,
    prefix_override="/api/window/v1",
)
