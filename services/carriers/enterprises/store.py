"""This service's copy of the enterprise register (contracts.enterprises)."""

from contracts.enterprises.copy import EnterpriseCopy
from services.carriers.enterprises.tables import Enterprise
from services.carriers.jobs import inbox

ENTERPRISES = EnterpriseCopy(Enterprise.__table__)  # type: ignore[attr-defined]  # SQLModel hides it
ENTERPRISES.follow(inbox, consumer="carriers-enterprises")

find = ENTERPRISES.find
find_own = ENTERPRISES.find_own
