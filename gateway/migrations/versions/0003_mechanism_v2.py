"""The mechanism's second version: parties, departments, notices."""

from alembic import op

from kit.migrations import mechanism_script, run_script

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    run_script(op.get_bind(), mechanism_script("v2"))
