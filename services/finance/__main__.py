"""`python -m services.finance api|worker|migrate|seed|openapi`."""

from kit.cli import main
from services.finance.composition import SERVICE

main(SERVICE)
