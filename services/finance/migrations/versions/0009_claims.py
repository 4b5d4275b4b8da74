"""Compensation claims and recoveries."""

from alembic import op

from kit.migrations import run_script

revision = "0009"
down_revision = "0008"

SCRIPT = """
SELECT 1;
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
