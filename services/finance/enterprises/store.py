"""This service's copy of the enterprise register (contracts.enterprises)."""

from contracts.enterprises.copy import EnterpriseCopy
from services.finance.enterprises.tables import Enterprise
from services.finance.jobs import inbox

ENTERPRISES = EnterpriseCopy(Enterprise.__table__)  # type: ignore[attr-defined]  # SQLModel hides it
ENTERPRISES.follow(inbox, consumer="finance-enterprises")

find = ENTERPRISES.find
find_own = ENTERPRISES.find_own
