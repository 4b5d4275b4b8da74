"""Tenancies and workstations."""

from alembic import op

from kit.migrations import run_script

revision = "0007"
down_revision = "0006"

SCRIPT = """
SELECT 1;
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
