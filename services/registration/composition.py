"""Registration as one value: its rooms, its jobs, its subscriptions. Nothing is decided here."""

from kit.casework import casework
from kit.http import Service
from kit.operations import operations_router
from kit.sandbox_routes import sandbox_router
from kit.worker import Worker
from services.registration.addresses import routes as addresses
from services.registration.addresses import subscription as _address_grants  # noqa: F401 - subscribes
from services.registration.addresses.labels import CODE_LISTS as ADDRESS_CODES
from services.registration.codes import routes as codes
from services.registration.codes.labels import CODE_LISTS as CODE_CODES
from services.registration.codes.seed import seed as seed_codes
from services.registration.codes.service import keep_lost_codes
from services.registration.departments import routes as departments
from services.registration.departments.codes import CODE_LISTS as DEPARTMENT_CODES
from services.registration.departments.jobs import close_client, open_client
from services.registration.filings import assessing
from services.registration.filings import jobs as _filing_jobs  # noqa: F401 - registers its reminders
from services.registration.filings import routes as filings
from services.registration.filings.change_of_domicile.labels import CODE_LISTS as MOVING_CODES
from services.registration.filings.establishment.labels import CODE_LISTS as FILING_CODES
from services.registration.filings.expanding import EXPANDERS
from services.registration.jobs import inbox, jobs
from services.registration.licences import jobs as _licence_jobs  # noqa: F401 - registers its printing
from services.registration.licences import routes as licences
from services.registration.licences.labels import CODE_LISTS as LICENCE_CODES
from services.registration.matters import MATTERS
from services.registration.names import routes as names
from services.registration.names.codes import CODE_LISTS as NAME_CODES
from services.registration.names.jobs import lapse_names
from services.registration.papers import routes as papers
from services.registration.permissions import PERMISSIONS, SCOPES
from services.registration.reference import routes as reference
from services.registration.reference.labels import CODE_LISTS as REFERENCE_CODES
from services.registration.register import jobs as _register_jobs  # noqa: F401 - registers its snapshot
from services.registration.register import routes as register
from services.registration.register.labels import CODE_LISTS as REGISTER_CODES
from services.registration.register.seed import seed as seed_register
from services.registration.settings import RegistrationSettings

SERVICE = Service(
    name="registration",
    package="services.registration",
    title="Yichuang registration 一窗·登记",
    settings=RegistrationSettings,
    routers=[
        *casework(MATTERS, expanders=EXPANDERS),
        sandbox_router(),
        operations_router(inbox.take),
        filings.router,
        papers.router,
        names.router,
        codes.router,
        reference.router,
        departments.router,
        licences.router,
        register.router,
        addresses.router,
    ],
    state={"matters": MATTERS},
    sweeps=[lapse_names],
    on_loss=[keep_lost_codes],
    permissions=PERMISSIONS,
    scopes=SCOPES,
    code_lists=[
        *CODE_CODES,
        *REFERENCE_CODES,
        *FILING_CODES,
        *MOVING_CODES,
        *NAME_CODES,
        *DEPARTMENT_CODES,
        *LICENCE_CODES,
        *REGISTER_CODES,
        *ADDRESS_CODES,
    ],
    seeds=[seed_codes, seed_register],
    worker=Worker(
        jobs=jobs,
        inbox=inbox,
        prepare=(open_client, assessing.prepare),
        close=(close_client, assessing.close),
    ),
    default_port=8101,
)
