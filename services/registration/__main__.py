"""`python -m services.registration api|worker|migrate|seed|openapi`."""

from kit.cli import main
from services.registration.composition import SERVICE

main(SERVICE)
