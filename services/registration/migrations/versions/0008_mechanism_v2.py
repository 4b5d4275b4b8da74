"""The mechanism's second version: parties, departments, notices."""

from alembic import op

from kit.migrations import mechanism_script, run_script

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    run_script(op.get_bind(), mechanism_script("v2"))
    run_script(op.get_bind(), "UPDATE cases SET departments = ARRAY['registration'];")
