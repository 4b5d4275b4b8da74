"""The kit's mechanism: cases, timeline, deadlines, outbox, inbox, idempotency, jobs."""

from alembic import op

from kit.migrations import create_mechanism

revision = "0001"
down_revision = None


def upgrade() -> None:
    create_mechanism(op.get_bind(), "v1")
