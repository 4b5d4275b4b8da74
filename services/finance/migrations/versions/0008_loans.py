"""Loans: contracts, plans, what the bank reports, and the references that a bank may use once."""

from alembic import op

from kit.migrations import run_script

revision = "0008"
down_revision = "0007"

SCRIPT = """
CREATE SEQUENCE loan_reference_seq;

CREATE TABLE loans (
  id UUID PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  bank TEXT NOT NULL,
  bank_reference TEXT NOT NULL,
  application_id UUID NOT NULL REFERENCES cases (id),
  applicant_sub TEXT NOT NULL,
  applicant_person TEXT,
  uscc TEXT NOT NULL,
  enterprise_name TEXT NOT NULL,
  region_code TEXT NOT NULL,
  product_code TEXT NOT NULL REFERENCES products (code),
  pool_code TEXT NOT NULL,
  amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
  annual_rate NUMERIC(9, 6) NOT NULL CHECK (annual_rate >= 0 AND annual_rate <= 1),
  term_months INTEGER NOT NULL CHECK (term_months BETWEEN 1 AND 360),
  repayment_method TEXT NOT NULL,
  day_count TEXT NOT NULL,
  overdue_days INTEGER NOT NULL CHECK (overdue_days > 0),
  signed_on DATE NOT NULL,
  filed_on DATE NOT NULL,
  filed_at TIMESTAMPTZ NOT NULL,
  draw_by_on DATE NOT NULL,
  renews UUID REFERENCES loans (id),
  state TEXT NOT NULL CHECK (state IN
    ('contracted', 'active', 'overdue', 'defaulted', 'settled', 'renewed', 'written_off', 'lapsed')),
  version INTEGER NOT NULL,
  plan INTEGER NOT NULL,
  last_entry INTEGER NOT NULL,
  starts_on DATE,
  ends_on DATE NOT NULL,
  disbursed_fen BIGINT NOT NULL,
  principal_repaid_fen BIGINT NOT NULL CHECK (principal_repaid_fen >= 0),
  interest_repaid_fen BIGINT NOT NULL CHECK (interest_repaid_fen >= 0),
  renewed_fen BIGINT NOT NULL CHECK (renewed_fen >= 0),
  written_off_fen BIGINT NOT NULL CHECK (written_off_fen >= 0),
  outstanding_fen BIGINT NOT NULL CHECK (outstanding_fen >= 0),
  overdue_principal_fen BIGINT NOT NULL CHECK (overdue_principal_fen BETWEEN 0 AND outstanding_fen),
  overdue_interest_fen BIGINT NOT NULL CHECK (overdue_interest_fen >= 0),
  overdue_since DATE,
  next_due_on DATE,
  next_due_fen BIGINT NOT NULL CHECK (next_due_fen >= 0),
  classification TEXT NOT NULL CHECK (classification IN
    ('normal', 'special_mention', 'substandard', 'doubtful', 'loss')),
  open_claim_id UUID,
  open_claim_reference TEXT,
  claim_reference TEXT,
  compensated_fen BIGINT NOT NULL DEFAULT 0 CHECK (compensated_fen >= 0),
  created_at TIMESTAMPTZ NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  closed_on DATE,
  CHECK (disbursed_fen BETWEEN 0 AND amount_fen),
  CHECK (outstanding_fen = disbursed_fen - principal_repaid_fen - renewed_fen - written_off_fen),
  CHECK (starts_on IS NULL OR starts_on >= filed_on),
  CHECK (state NOT IN ('settled', 'renewed', 'written_off', 'lapsed') OR outstanding_fen = 0),
  CHECK (state <> 'overdue' OR overdue_since IS NOT NULL),
  CHECK ((open_claim_id IS NULL) = (open_claim_reference IS NULL))
);
CREATE UNIQUE INDEX ux_loans_application ON loans (application_id) WHERE renews IS NULL;
CREATE UNIQUE INDEX ux_loans_renews ON loans (renews) WHERE renews IS NOT NULL;
CREATE INDEX ix_loans_bank ON loans (bank, created_at, id);
CREATE INDEX ix_loans_bank_state ON loans (bank, state, created_at, id);
CREATE INDEX ix_loans_bank_reference ON loans (bank, bank_reference);
CREATE INDEX ix_loans_application ON loans (application_id, created_at, id);
CREATE INDEX ix_loans_claimable ON loans (bank, overdue_since, id)
  WHERE state = 'defaulted' AND open_claim_id IS NULL;
CREATE INDEX ix_loans_applicant ON loans (applicant_sub, created_at, id);
CREATE INDEX ix_loans_person ON loans (applicant_person, created_at, id)
  WHERE applicant_person IS NOT NULL;
CREATE INDEX ix_loans_uscc ON loans (uscc, created_at, id);
CREATE INDEX ix_loans_region ON loans (region_code text_pattern_ops, created_at, id);
CREATE INDEX ix_loans_created ON loans (created_at, id);
CREATE INDEX ix_loans_state ON loans (state, created_at, id);
CREATE INDEX ix_loans_due ON loans (next_due_on) WHERE state IN ('active', 'overdue', 'defaulted');
CREATE INDEX ix_loans_undrawn ON loans (draw_by_on) WHERE state = 'contracted';

CREATE TABLE loan_instalments (
  loan_id UUID NOT NULL REFERENCES loans (id),
  plan INTEGER NOT NULL,
  number INTEGER NOT NULL,
  starts_on DATE NOT NULL,
  due_on DATE NOT NULL,
  principal_fen BIGINT NOT NULL CHECK (principal_fen >= 0),
  interest_fen BIGINT NOT NULL CHECK (interest_fen >= 0),
  PRIMARY KEY (loan_id, plan, number),
  CHECK (due_on >= starts_on)
);

CREATE TABLE loan_entries (
  loan_id UUID NOT NULL REFERENCES loans (id),
  number INTEGER NOT NULL CHECK (number > 0),
  kind TEXT NOT NULL CHECK (kind IN ('disbursement', 'repayment', 'classification', 'restructuring',
    'renewal', 'compensation', 'compensation_lifted', 'write_off', 'reversal')),
  purpose TEXT CHECK (purpose IN ('instalment', 'prepayment', 'recovery')),
  amount_fen BIGINT NOT NULL CHECK (amount_fen >= 0),
  value_on DATE NOT NULL,
  bank_reference TEXT,
  reverses INTEGER,
  reason TEXT,
  data JSONB NOT NULL DEFAULT '{}',
  booked_at TIMESTAMPTZ NOT NULL,
  booked_by TEXT NOT NULL,
  PRIMARY KEY (loan_id, number),
  UNIQUE (loan_id, reverses),
  FOREIGN KEY (loan_id, reverses) REFERENCES loan_entries (loan_id, number),
  CHECK ((kind = 'reversal') = (reverses IS NOT NULL)),
  CHECK (kind NOT IN ('disbursement', 'repayment') OR amount_fen > 0)
);
CREATE INDEX ix_loan_entries_booked ON loan_entries (booked_at);

CREATE TABLE bank_references (
  bank TEXT NOT NULL,
  bank_reference TEXT NOT NULL,
  kind TEXT NOT NULL,
  subject_id UUID NOT NULL,
  reference TEXT NOT NULL,
  href TEXT NOT NULL,
  taken_at TIMESTAMPTZ NOT NULL,
  PRIMARY KEY (bank, bank_reference)
);

CREATE TRIGGER loan_instalments_append_only BEFORE UPDATE OR DELETE ON loan_instalments
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER loan_entries_append_only BEFORE UPDATE OR DELETE ON loan_entries
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER bank_references_append_only BEFORE UPDATE OR DELETE ON bank_references
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
