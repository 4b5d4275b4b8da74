"""What an administrator does about events and jobs is written down; what is past is forgotten."""

from alembic import op

from kit.migrations import mechanism_script, run_script

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    run_script(op.get_bind(), mechanism_script("operations"))
