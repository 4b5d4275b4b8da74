"""The mechanism's second version; who represents an enterprise, and at whose address it sits."""

from alembic import op

from kit.migrations import mechanism_script, run_script

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    run_script(op.get_bind(), mechanism_script("v2"))
    run_script(
        op.get_bind(),
        """
ALTER TABLE enterprises ADD COLUMN legal_representative TEXT, ADD COLUMN address_grant TEXT;
CREATE INDEX ix_enterprises_representative ON enterprises (legal_representative);
""",
    )
