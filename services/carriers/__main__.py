"""`python -m services.carriers api|worker|migrate|seed|openapi`."""

from kit.cli import main
from services.carriers.composition import SERVICE

main(SERVICE)
