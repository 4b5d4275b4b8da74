"""Finance as one value: its rooms, its jobs, its subscriptions. Nothing is decided here."""

from kit.cases.routes import case_router, matter_router
from kit.http import Service
from kit.worker import Worker
from services.finance.enterprises import subscription
from services.finance.enterprises.routes import router as enterprises
from services.finance.jobs import inbox, jobs
from services.finance.matters import MATTERS
from services.finance.permissions import PERMISSIONS, SCOPES
from services.finance.products.codes import CODE_LISTS
from services.finance.products.routes import router as products
from services.finance.products.seed import seed_products
from services.finance.settings import FinanceSettings

SUBSCRIPTIONS = (subscription,)  # importing it is what subscribes

SERVICE = Service(
    name="finance",
    package="services.finance",
    title="Yichuang finance 一窗·金融",
    settings=FinanceSettings,
    routers=[
        matter_router(tuple(MATTERS.values())),
        case_router(tuple(MATTERS.values())),
        products,
        enterprises,
    ],
    state={"matters": MATTERS},
    permissions=PERMISSIONS,
    scopes=SCOPES,
    code_lists=CODE_LISTS,
    worker=Worker(jobs=jobs, inbox=inbox),
    seeds=[seed_products],
    default_port=8102,
)
