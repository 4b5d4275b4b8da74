"""The projection of licensed enterprises that this service keeps from registration's events."""

from alembic import op

from kit.migrations import run_script

revision = "0002"
down_revision = "0001"

SCRIPT = """
CREATE TABLE enterprises (
  uscc TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  region_code TEXT NOT NULL,
  established_on DATE NOT NULL,
  licence_version INTEGER NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_enterprises_region ON enterprises (region_code text_pattern_ops, uscc);
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
