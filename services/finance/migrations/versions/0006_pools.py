"""Risk pools, their cover, and subsidy budgets."""

from alembic import op

from kit.migrations import run_script

revision = "0006"
down_revision = "0005"

SCRIPT = """
SELECT 1;
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
