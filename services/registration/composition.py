"""Registration as one value: its rooms, its jobs, its subscriptions. Nothing is decided here."""

from kit.http import Service
from kit.worker import Worker
from services.registration.jobs import inbox, jobs
from services.registration.permissions import PERMISSIONS
from services.registration.settings import RegistrationSettings

SERVICE = Service(
    name="registration",
    package="services.registration",
    title="Yichuang registration 一窗·登记",
    settings=RegistrationSettings,
    routers=[],
    permissions=PERMISSIONS,
    worker=Worker(jobs=jobs, inbox=inbox),
    default_port=8101,
)
