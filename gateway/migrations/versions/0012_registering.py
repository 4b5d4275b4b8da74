"""Programs register themselves with a token that an administrator hands over."""

from alembic import op

from kit.migrations import run_script

revision = "0012"
down_revision = "0011"

SCRIPT = """
CREATE TABLE registration_tokens (
  id UUID PRIMARY KEY,
  digest BYTEA NOT NULL UNIQUE,
  kind TEXT NOT NULL CHECK (kind IN ('machine', 'app')),
  org TEXT,
  roles TEXT[] NOT NULL,
  scopes TEXT[] NOT NULL,
  regions TEXT[] NOT NULL,
  created_by TEXT NOT NULL,
  created_by_name TEXT NOT NULL,
  created_at TIMESTAMP WITH TIME ZONE NOT NULL,
  expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
  used_at TIMESTAMP WITH TIME ZONE,
  client_id TEXT,
  CHECK ((used_at IS NULL) = (client_id IS NULL))
);
CREATE INDEX ix_registration_tokens_created ON registration_tokens (created_at, id);
ALTER TABLE oauth_clients ADD COLUMN registration_digest BYTEA;
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
