"""Filings: signatures, documents, checked and barred people."""

from alembic import op

from kit.migrations import run_script

revision = "0007"
down_revision = "0006"

SCRIPT = """
CREATE TABLE signatures (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  round integer NOT NULL,
  person text NOT NULL,
  name text NOT NULL,
  pointer text NOT NULL,
  digest text NOT NULL,
  status text NOT NULL CHECK (status IN ('invited', 'signed', 'declined', 'void', 'expired')),
  invited_at timestamptz NOT NULL,
  answered_at timestamptz,
  reminded_at timestamptz,
  reminders integer NOT NULL DEFAULT 0,
  reason text,
  evidence jsonb,
  UNIQUE (case_id, round, pointer),
  CHECK (status <> 'signed' OR evidence IS NOT NULL)
);
CREATE INDEX ix_signatures_case ON signatures (case_id, round);
CREATE INDEX ix_signatures_waiting ON signatures (person) WHERE status = 'invited';

CREATE TABLE case_documents (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  material text NOT NULL,
  filename text NOT NULL,
  media_type text NOT NULL,
  size_bytes integer NOT NULL,
  digest text NOT NULL,
  content bytea NOT NULL,
  uploaded_at timestamptz NOT NULL,
  uploaded_by text NOT NULL,
  replaced_at timestamptz
);
CREATE INDEX ix_case_documents_case ON case_documents (case_id);
CREATE UNIQUE INDEX ux_case_documents_current ON case_documents (case_id, material)
  WHERE replaced_at IS NULL;

CREATE TABLE person_checks (
  case_id uuid NOT NULL REFERENCES cases (id),
  submission integer NOT NULL,
  person text NOT NULL,
  pointer text NOT NULL,
  result text NOT NULL,
  receipt text,
  checked_at timestamptz NOT NULL,
  PRIMARY KEY (case_id, submission, person)
);

CREATE TABLE barred_people (
  person text NOT NULL,
  ground text NOT NULL CHECK (ground IN ('crime', 'bankruptcy', 'revocation', 'debt', 'no_capacity')),
  until_on date,
  PRIMARY KEY (person, ground)
);
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
