"""Carriers as one value: its rooms, its jobs, its subscriptions. Nothing is decided here."""

from contracts.enterprises.routes import enterprise_router
from kit.casework import casework
from kit.http import Service
from kit.sandbox import sandbox_router
from kit.worker import Worker
from services.carriers.carriers.codes import CODE_LISTS
from services.carriers.carriers.routes import router as carriers
from services.carriers.carriers.seed import seed_carriers
from services.carriers.enterprises.store import ENTERPRISES
from services.carriers.jobs import inbox, jobs
from services.carriers.matters import MATTERS
from services.carriers.permissions import PERMISSIONS, SCOPES
from services.carriers.settings import CarriersSettings

SERVICE = Service(
    name="carriers",
    package="services.carriers",
    title="Yichuang carriers 一窗·载体",
    settings=CarriersSettings,
    routers=[
        *casework(MATTERS),
        sandbox_router(),
        carriers,
        enterprise_router(ENTERPRISES),
    ],
    state={"matters": MATTERS},
    permissions=PERMISSIONS,
    scopes=SCOPES,
    code_lists=CODE_LISTS,
    worker=Worker(jobs=jobs, inbox=inbox),
    seeds=[seed_carriers],
    default_port=8103,
)
