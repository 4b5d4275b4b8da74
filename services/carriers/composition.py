"""Carriers as one value: its rooms, its jobs, its subscriptions. Nothing is decided here."""

from contracts.enterprises.routes import enterprise_router
from kit.casework import casework
from kit.http import Service
from kit.operations import operations_router
from kit.sandbox_routes import sandbox_router
from kit.worker import Worker
from services.carriers.addresses import subscription as _address_uses  # noqa: F401 - subscribes
from services.carriers.addresses.closing import end_overdue_grants
from services.carriers.addresses.routes import router as addresses
from services.carriers.addresses.seed import seed_addresses
from services.carriers.assessments.labels import CODE_LISTS as ASSESSMENT_CODES
from services.carriers.assessments.routes import router as assessments
from services.carriers.assessments.service import run_round
from services.carriers.carriers.codes import CODE_LISTS
from services.carriers.carriers.routes import router as carriers
from services.carriers.carriers.seed import seed_carriers
from services.carriers.carriers.targets import router as targets
from services.carriers.enterprises.store import ENTERPRISES
from services.carriers.jobs import inbox, jobs
from services.carriers.matters import MATTERS
from services.carriers.permissions import PERMISSIONS, SCOPES
from services.carriers.recognition.labels import CODE_LISTS as RECOGNITION_CODES
from services.carriers.recognition.routes import expand_panel
from services.carriers.recognition.routes import router as recognition
from services.carriers.recognition.seed import seed_experts
from services.carriers.recognition.title_routes import router as titles
from services.carriers.recognition.titles import expire_overdue
from services.carriers.service_ledger.labels import CODE_LISTS as SERVICE_CODES
from services.carriers.service_ledger.routes import router as service_ledger
from services.carriers.settings import CarriersSettings
from services.carriers.tenancies.labels import CODE_LISTS as TENANCY_CODES
from services.carriers.tenancies.routes import router as tenancies
from services.carriers.tenancies.sweeping import end_overdue_stays
from services.carriers.workstations.labels import CODE_LISTS as WORKSTATION_CODES
from services.carriers.workstations.routes import router as workstations
from services.carriers.workstations.seed import seed_workstations
from services.carriers.workstations.service import refresh_all

SERVICE = Service(
    name="carriers",
    package="services.carriers",
    title="Yichuang carriers 一窗·载体",
    settings=CarriersSettings,
    routers=[
        *casework(MATTERS, expanders={"panel": expand_panel}),
        sandbox_router(),
        operations_router(inbox.take),
        carriers,
        targets,
        enterprise_router(ENTERPRISES),
        tenancies,
        workstations,
        addresses,
        service_ledger,
        recognition,
        titles,
        assessments,
    ],
    state={"matters": MATTERS},
    permissions=PERMISSIONS,
    scopes=SCOPES,
    code_lists=(
        *CODE_LISTS,
        *TENANCY_CODES,
        *WORKSTATION_CODES,
        *SERVICE_CODES,
        *RECOGNITION_CODES,
        *ASSESSMENT_CODES,
    ),
    worker=Worker(jobs=jobs, inbox=inbox),
    seeds=[seed_carriers, seed_workstations, seed_addresses, seed_experts],
    sweeps=(end_overdue_stays, end_overdue_grants, refresh_all, expire_overdue, run_round),
    default_port=8103,
)
