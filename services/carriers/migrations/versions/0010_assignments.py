"""Who of a department has a case on the desk."""

from alembic import op

from kit.migrations import mechanism_script, run_script

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    run_script(op.get_bind(), mechanism_script("assignments"))
