"""Whoever has to answer or to pay is reminded once, before the last day."""

from alembic import op

from kit.migrations import mechanism_script, run_script

revision = "0016"
down_revision = "0015"

SCRIPT = """
ALTER TABLE loans ADD COLUMN reminded_for DATE;
"""


def upgrade() -> None:
    run_script(op.get_bind(), mechanism_script("reminders"))
    run_script(op.get_bind(), SCRIPT)
