"""Registration as one value: its rooms, its jobs, its subscriptions. Nothing is decided here."""

from kit.http import Service
from kit.worker import Worker
from services.registration.codes import routes as codes
from services.registration.codes.labels import FINDINGS
from services.registration.codes.seed import seed as seed_codes
from services.registration.jobs import inbox, jobs
from services.registration.permissions import PERMISSIONS
from services.registration.reference import routes as reference
from services.registration.settings import RegistrationSettings

SERVICE = Service(
    name="registration",
    package="services.registration",
    title="Yichuang registration 一窗·登记",
    settings=RegistrationSettings,
    routers=[codes.router, reference.router],
    permissions=PERMISSIONS,
    code_lists=[FINDINGS],
    seeds=[seed_codes],
    worker=Worker(jobs=jobs, inbox=inbox),
    default_port=8101,
)
