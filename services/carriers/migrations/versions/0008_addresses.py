"""Hosted address grants."""

from alembic import op

from kit.migrations import run_script

revision = "0008"
down_revision = "0007"

SCRIPT = """
SELECT 1;
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
