"""Registration with companies that move; carriers' grants as the addresses' tests have them."""

from tests.services.registration.addresses.conftest import carrier, domicile
from tests.services.registration.filings.conftest import house, simulator

__all__ = ["carrier", "domicile", "house", "simulator"]
