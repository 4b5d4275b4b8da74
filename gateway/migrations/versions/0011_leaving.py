"""An account that is being closed, and copies of a person's data."""

from alembic import op

from kit.migrations import run_script

revision = "0011"
down_revision = "0010"

SCRIPT = """
ALTER TABLE accounts DROP CONSTRAINT account_state;
ALTER TABLE accounts ADD CONSTRAINT account_state
  CHECK (state IN ('active', 'pending_verification', 'locked', 'closing', 'closed')) NOT VALID;
CREATE TABLE account_closings (
  id UUID PRIMARY KEY,
  account_id UUID NOT NULL,
  asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ends_at TIMESTAMP WITH TIME ZONE NOT NULL,
  look_at TIMESTAMP WITH TIME ZONE NOT NULL,
  reminded_at TIMESTAMP WITH TIME ZONE,
  waits_for TEXT[] NOT NULL DEFAULT '{}',
  withdrawn_at TIMESTAMP WITH TIME ZONE,
  closed_at TIMESTAMP WITH TIME ZONE,
  CONSTRAINT ended_one_way CHECK (withdrawn_at IS NULL OR closed_at IS NULL)
);
CREATE UNIQUE INDEX one_closing_per_account ON account_closings (account_id)
  WHERE withdrawn_at IS NULL AND closed_at IS NULL;
CREATE INDEX ix_account_closings_look ON account_closings (look_at)
  WHERE withdrawn_at IS NULL AND closed_at IS NULL;
CREATE TABLE data_exports (
  id UUID PRIMARY KEY,
  account_id UUID NOT NULL,
  state TEXT NOT NULL CONSTRAINT data_exports_state
    CHECK (state IN ('preparing', 'ready', 'failed', 'expired')),
  asked_at TIMESTAMP WITH TIME ZONE NOT NULL,
  ready_at TIMESTAMP WITH TIME ZONE,
  expires_at TIMESTAMP WITH TIME ZONE,
  size_bytes BIGINT,
  CONSTRAINT ready_until CHECK ((state = 'ready') <= (expires_at IS NOT NULL))
);
CREATE INDEX ix_data_exports_account ON data_exports (account_id, asked_at);
CREATE UNIQUE INDEX one_export_at_once ON data_exports (account_id) WHERE state = 'preparing';
CREATE TABLE data_export_parts (
  export_id UUID NOT NULL REFERENCES data_exports (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  sealed BYTEA NOT NULL,
  PRIMARY KEY (export_id, number)
);
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
