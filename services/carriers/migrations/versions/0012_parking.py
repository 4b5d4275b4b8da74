"""Events that could not be taken are parked; a deadline that could not be moved is tried again later."""

from alembic import op

from kit.migrations import mechanism_script, run_script

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run_script(op.get_bind(), mechanism_script("parking"))
