"""A program's registration has a version, and what was done to it is kept."""

from alembic import op

from kit.migrations import run_script

revision = "0010"
down_revision = "0009"

SCRIPT = """
ALTER TABLE oauth_clients ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
CREATE TABLE client_changes (
  id UUID PRIMARY KEY,
  client_id TEXT NOT NULL REFERENCES oauth_clients (client_id),
  action TEXT NOT NULL,
  detail TEXT NOT NULL,
  by_name TEXT NOT NULL,
  by_sub TEXT NOT NULL,
  at TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX ix_client_changes_client ON client_changes (client_id, at);
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
