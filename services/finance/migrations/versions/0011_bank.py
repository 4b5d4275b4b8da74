"""The bank API's own memory: messages, operations, statements and breaks."""

from alembic import op

from kit.migrations import run_script

revision = "0011"
down_revision = "0010"

SCRIPT = """
CREATE SEQUENCE sandbox_persona_seq;

CREATE TABLE bank_messages (
  id UUID PRIMARY KEY,
  sequence BIGINT GENERATED ALWAYS AS IDENTITY,
  bank TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind ~ '^[a-z_-]+([.][a-z_-]+)+$'),
  subject_zh TEXT NOT NULL,
  subject_en TEXT NOT NULL,
  href TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  visible_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  deliveries INTEGER NOT NULL DEFAULT 0,
  acknowledged_at TIMESTAMPTZ
);
CREATE INDEX ix_bank_messages_waiting ON bank_messages (bank, sequence)
  WHERE acknowledged_at IS NULL;

CREATE TABLE bank_operations (
  id UUID PRIMARY KEY,
  bank TEXT NOT NULL,
  kind TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('accepted', 'running', 'completed')),
  total INTEGER NOT NULL CHECK (total > 0),
  succeeded INTEGER NOT NULL DEFAULT 0,
  failed INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 1,
  actor JSONB NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  completed_at TIMESTAMPTZ,
  CHECK (succeeded >= 0 AND failed >= 0 AND succeeded + failed <= total),
  CHECK ((state = 'completed') = (completed_at IS NOT NULL))
);
CREATE INDEX ix_bank_operations_bank ON bank_operations (bank, created_at, id);

CREATE TABLE bank_operation_rows (
  operation_id UUID NOT NULL REFERENCES bank_operations (id),
  number INTEGER NOT NULL CHECK (number > 0),
  state TEXT NOT NULL CHECK (state IN ('pending', 'succeeded', 'failed')),
  request JSONB NOT NULL,
  result JSONB,
  done_at TIMESTAMPTZ,
  PRIMARY KEY (operation_id, number),
  CHECK ((state = 'pending') = (done_at IS NULL))
);
CREATE INDEX ix_bank_operation_rows_pending ON bank_operation_rows (operation_id, number)
  WHERE state = 'pending';

CREATE TABLE bank_statements (
  id UUID PRIMARY KEY,
  bank TEXT NOT NULL,
  business_date DATE NOT NULL,
  rows INTEGER NOT NULL,
  digest TEXT NOT NULL,
  uploaded_by TEXT NOT NULL,
  uploaded_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_bank_statements_day ON bank_statements (bank, business_date, uploaded_at);
CREATE TRIGGER bank_statements_append_only BEFORE UPDATE OR DELETE ON bank_statements
  FOR EACH ROW EXECUTE FUNCTION refuse_change();

CREATE TABLE reconciliation_breaks (
  id UUID PRIMARY KEY,
  bank TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('missing_at_bank', 'missing_here', 'differs')),
  bank_reference TEXT NOT NULL,
  loan_id UUID REFERENCES loans (id),
  field TEXT NOT NULL,
  ours TEXT,
  theirs TEXT,
  owner TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('open', 'resolved')),
  opened_on DATE NOT NULL,
  last_seen_on DATE NOT NULL,
  resolved_on DATE,
  CHECK ((state = 'open') = (resolved_on IS NULL)),
  CHECK (last_seen_on >= opened_on)
);
CREATE UNIQUE INDEX ux_reconciliation_breaks_open
  ON reconciliation_breaks (bank, bank_reference, field) WHERE state = 'open';
CREATE INDEX ix_reconciliation_breaks_bank ON reconciliation_breaks (bank, state, opened_on, id);
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
