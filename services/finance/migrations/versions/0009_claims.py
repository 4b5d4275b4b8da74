"""Compensation claims and recoveries.

One living claim per loan, and never more paid or recovered than was lost: held here, because two requests
that race have both read the same loan. As with applications (0007) a claim's row repeats its case's state.
"""

from alembic import op

from kit.migrations import run_script

revision = "0009"
down_revision = "0008"

SCRIPT = """
CREATE TABLE compensation_claims (
  id UUID PRIMARY KEY REFERENCES cases (id),
  reference TEXT NOT NULL UNIQUE,
  state TEXT NOT NULL,
  bank TEXT NOT NULL,
  bank_reference TEXT NOT NULL,
  loan_id UUID NOT NULL REFERENCES loans (id),
  loan_reference TEXT NOT NULL,
  uscc TEXT NOT NULL,
  enterprise_name TEXT NOT NULL,
  region_code TEXT NOT NULL,
  product_code TEXT NOT NULL,
  pool_code TEXT NOT NULL,
  base_fen BIGINT NOT NULL CHECK (base_fen > 0),
  shares JSONB NOT NULL DEFAULT '{}',
  paid_fen BIGINT NOT NULL DEFAULT 0 CHECK (paid_fen BETWEEN 0 AND base_fen),
  recovered_fen BIGINT NOT NULL DEFAULT 0 CHECK (recovered_fen BETWEEN 0 AND base_fen),
  costs_fen BIGINT NOT NULL DEFAULT 0 CHECK (costs_fen BETWEEN 0 AND recovered_fen),
  returned_fen BIGINT NOT NULL DEFAULT 0 CHECK (returned_fen BETWEEN 0 AND paid_fen),
  recoveries INTEGER NOT NULL DEFAULT 0,
  submitted_at TIMESTAMPTZ NOT NULL,
  paid_on DATE,
  closed_on DATE,
  clawed_back_on DATE,
  released_at TIMESTAMPTZ,
  UNIQUE (bank, bank_reference),
  CHECK (paid_fen = 0 OR paid_on IS NOT NULL),
  CHECK (recovered_fen = 0 OR paid_on IS NOT NULL),
  CHECK (released_at IS NULL OR paid_on IS NULL),
  CHECK (clawed_back_on IS NULL OR paid_on IS NOT NULL)
);
CREATE UNIQUE INDEX ux_compensation_claims_loan ON compensation_claims (loan_id)
  WHERE released_at IS NULL;
CREATE INDEX ix_compensation_claims_bank ON compensation_claims (bank, submitted_at, id);
CREATE INDEX ix_compensation_claims_state ON compensation_claims (bank, state, submitted_at, id);
CREATE INDEX ix_compensation_claims_of_loan ON compensation_claims (loan_id, submitted_at, id);

CREATE FUNCTION carry_claim_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE compensation_claims SET state = NEW.state WHERE id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER compensation_claim_state AFTER UPDATE OF state ON cases FOR EACH ROW
  WHEN (NEW.matter = 'compensation-claim' AND NEW.state <> OLD.state)
  EXECUTE FUNCTION carry_claim_state();

CREATE TABLE claim_recoveries (
  id UUID PRIMARY KEY,
  claim_id UUID NOT NULL REFERENCES compensation_claims (id),
  number INTEGER NOT NULL CHECK (number > 0),
  reference TEXT NOT NULL UNIQUE,
  bank TEXT NOT NULL,
  bank_reference TEXT NOT NULL,
  amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
  costs_fen BIGINT NOT NULL CHECK (costs_fen BETWEEN 0 AND amount_fen),
  received_on DATE NOT NULL,
  returned JSONB NOT NULL,
  loan_entry INTEGER,
  reverses UUID UNIQUE REFERENCES claim_recoveries (id),
  reason TEXT,
  booked_at TIMESTAMPTZ NOT NULL,
  UNIQUE (claim_id, number),
  UNIQUE (bank, bank_reference),
  CHECK ((reverses IS NULL) = (reason IS NULL))
);
CREATE TRIGGER claim_recoveries_append_only BEFORE UPDATE OR DELETE ON claim_recoveries
  FOR EACH ROW EXECUTE FUNCTION refuse_change();
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
