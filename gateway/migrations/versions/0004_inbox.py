"""The event feed, webhook endpoints and deliveries."""

from alembic import op

from kit.migrations import run_script

revision = "0004"
down_revision = "0003"

SCRIPT = """
SELECT 1;
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
