"""Whoever has to answer is reminded once, before the last day."""

from alembic import op

from kit.migrations import mechanism_script, run_script

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run_script(op.get_bind(), mechanism_script("reminders"))
