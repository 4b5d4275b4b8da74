"""Partner banks, candidate enterprises, graduated tenancies, loan applications.

What may exist only once (a live entry, a pending one, an open application of a product) is a partial unique
index: two requests at once meet there, not in code. An application's row repeats its case's state, because a
bank's list finds and orders by it and by the bank, which stand in two tables; a trigger carries each change
over, so that no move can forget it.
"""

from alembic import op

from kit.migrations import run_script

revision = "0007"
down_revision = "0006"

SCRIPT = """
CREATE TABLE partner_banks (
  org TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  name_zh TEXT NOT NULL,
  name_en TEXT NOT NULL,
  region_code TEXT NOT NULL,
  joined_on DATE NOT NULL,
  left_on DATE,
  npl_percent NUMERIC(5, 2),
  npl_reported_on DATE,
  is_demo BOOLEAN NOT NULL,
  version INTEGER NOT NULL,
  CHECK (left_on IS NULL OR left_on >= joined_on),
  CHECK ((npl_percent IS NULL) = (npl_reported_on IS NULL)),
  CHECK (npl_percent BETWEEN 0 AND 100)
);

CREATE TABLE partner_offers (
  bank_org TEXT NOT NULL REFERENCES partner_banks (org),
  product_code TEXT NOT NULL REFERENCES products (code),
  region_code TEXT NOT NULL,
  valid_from DATE NOT NULL,
  valid_to DATE,
  PRIMARY KEY (bank_org, product_code, region_code, valid_from),
  CHECK (valid_to IS NULL OR valid_to >= valid_from)
);
CREATE INDEX ix_partner_offers_product ON partner_offers (product_code, bank_org);

CREATE TABLE candidate_entries (
  case_id UUID PRIMARY KEY REFERENCES cases (id),
  uscc TEXT NOT NULL,
  region_code TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('pending', 'live', 'ended')),
  figures_year INTEGER NOT NULL,
  revenue_fen BIGINT NOT NULL CHECK (revenue_fen >= 0),
  staff INTEGER NOT NULL CHECK (staff >= 0),
  assets_fen BIGINT NOT NULL CHECK (assets_fen >= 0),
  tech_staff INTEGER NOT NULL CHECK (tech_staff BETWEEN 0 AND staff),
  sme_score INTEGER CHECK (sme_score BETWEEN 0 AND 100),
  own_ip INTEGER NOT NULL CHECK (own_ip >= 0),
  patents INTEGER NOT NULL CHECK (patents BETWEEN 0 AND own_ip),
  titles TEXT[] NOT NULL,
  good_standing BOOLEAN NOT NULL,
  verified_by TEXT,
  verified_on DATE,
  valid_until DATE,
  ended_on DATE,
  end_reason TEXT,
  CHECK ((verified_on IS NULL) = (verified_by IS NULL)),
  CHECK (state <> 'live' OR (verified_on IS NOT NULL AND valid_until IS NOT NULL)),
  CHECK ((state = 'ended') = (ended_on IS NOT NULL))
);
CREATE UNIQUE INDEX ux_candidate_entries_pending ON candidate_entries (uscc) WHERE state = 'pending';
CREATE UNIQUE INDEX ux_candidate_entries_live ON candidate_entries (uscc) WHERE state = 'live';
CREATE INDEX ix_candidate_entries_until ON candidate_entries (valid_until) WHERE state = 'live';

CREATE TABLE incubations (
  tenancy_id UUID PRIMARY KEY,
  uscc TEXT NOT NULL,
  carrier_code TEXT NOT NULL,
  ground TEXT NOT NULL,
  graduated_on DATE NOT NULL,
  heard_at TIMESTAMPTZ NOT NULL
);
CREATE INDEX ix_incubations_uscc ON incubations (uscc, graduated_on);

CREATE TABLE loan_applications (
  case_id UUID PRIMARY KEY REFERENCES cases (id),
  state TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL,
  uscc TEXT NOT NULL,
  product_code TEXT NOT NULL REFERENCES products (code),
  region_code TEXT NOT NULL,
  bank TEXT NOT NULL REFERENCES partner_banks (org),
  amount_fen BIGINT NOT NULL CHECK (amount_fen > 0),
  term_months INTEGER NOT NULL CHECK (term_months > 0),
  open BOOLEAN NOT NULL,
  outcome TEXT CHECK (outcome IN ('contracted', 'declined', 'withdrawn', 'expired')),
  contracted_fen BIGINT CHECK (contracted_fen > 0),
  first_loan_claimed BOOLEAN NOT NULL,
  first_loan_evidence TEXT,
  first_loan_confirmed BOOLEAN,
  first_loan_verified_by TEXT,
  first_loan_verified_on DATE,
  previous_loans INTEGER NOT NULL CHECK (previous_loans >= 0),
  submitted_on DATE NOT NULL,
  closed_on DATE,
  CHECK (open = (outcome IS NULL) AND open = (closed_on IS NULL)),
  CHECK ((outcome IS NOT DISTINCT FROM 'contracted') = (contracted_fen IS NOT NULL)),
  CHECK ((first_loan_confirmed IS NULL) = (first_loan_verified_by IS NULL))
);
CREATE UNIQUE INDEX ux_loan_applications_open ON loan_applications (uscc, product_code) WHERE open;
CREATE INDEX ix_loan_applications_bank ON loan_applications (bank, created_at, case_id);
CREATE INDEX ix_loan_applications_state ON loan_applications (bank, state, created_at, case_id);
CREATE INDEX ix_loan_applications_product
  ON loan_applications (bank, product_code, created_at, case_id);
CREATE INDEX ix_loan_applications_uscc ON loan_applications (uscc, created_at, case_id);
CREATE INDEX ix_loan_applications_open ON loan_applications (bank) WHERE open;
CREATE INDEX ix_loan_applications_year ON loan_applications (submitted_on, bank, product_code);

CREATE FUNCTION carry_application_state() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE loan_applications SET state = NEW.state WHERE case_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER loan_application_state AFTER UPDATE OF state ON cases FOR EACH ROW
  WHEN (NEW.matter = 'loan-application' AND NEW.state <> OLD.state)
  EXECUTE FUNCTION carry_application_state();
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
