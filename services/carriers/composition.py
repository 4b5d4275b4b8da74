"""Carriers as one value: its rooms, its jobs, its subscriptions. Nothing is decided here."""

from kit.cases.routes import case_router, matter_router
from kit.http import Service
from kit.worker import Worker
from services.carriers.carriers.codes import CODE_LISTS
from services.carriers.carriers.routes import router as carriers
from services.carriers.carriers.seed import seed_carriers
from services.carriers.enterprises import subscription
from services.carriers.enterprises.routes import router as enterprises
from services.carriers.jobs import inbox, jobs
from services.carriers.matters import MATTERS
from services.carriers.permissions import PERMISSIONS, SCOPES
from services.carriers.settings import CarriersSettings

SUBSCRIPTIONS = (subscription,)  # importing it is what subscribes

SERVICE = Service(
    name="carriers",
    package="services.carriers",
    title="Yichuang carriers 一窗·载体",
    settings=CarriersSettings,
    routers=[
        matter_router(tuple(MATTERS.values())),
        case_router(tuple(MATTERS.values())),
        carriers,
        enterprises,
    ],
    state={"matters": MATTERS},
    permissions=PERMISSIONS,
    scopes=SCOPES,
    code_lists=CODE_LISTS,
    worker=Worker(jobs=jobs, inbox=inbox),
    seeds=[seed_carriers],
    default_port=8103,
)
