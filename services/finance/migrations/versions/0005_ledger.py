"""The ledger: accounts, transactions, postings."""

from alembic import op

from kit.migrations import run_script

revision = "0005"
down_revision = "0004"

SCRIPT = """
SELECT 1;
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
