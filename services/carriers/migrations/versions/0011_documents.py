"""Several files of one material."""

from alembic import op

from kit.migrations import mechanism_script, run_script

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    run_script(op.get_bind(), mechanism_script("documents"))
