"""Pages with what was typed, and forms that met a lapsed session: kept for two hours, sealed."""

from alembic import op

from kit.migrations import run_script

revision = "0008"
down_revision = "0007"

SCRIPT = """
CREATE TABLE kept_pages (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('shown', 'typed')),
  holder TEXT NOT NULL,
  path TEXT NOT NULL,
  status INTEGER NOT NULL,
  sealed TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX ix_kept_pages_created ON kept_pages (created_at);
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
