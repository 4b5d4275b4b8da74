"""What an administrator does about events, jobs and deliveries is written down; what is past is forgotten."""

from alembic import op

from kit.migrations import mechanism_script, run_script

revision = "0013"
down_revision = "0012"

SCRIPT = """
CREATE INDEX ix_webhook_deliveries_given_up ON webhook_deliveries (finished_at, id)
  WHERE state = 'given_up';
"""


def upgrade() -> None:
    run_script(op.get_bind(), mechanism_script("reminders"))
    run_script(op.get_bind(), mechanism_script("operations"))
    run_script(op.get_bind(), SCRIPT)
