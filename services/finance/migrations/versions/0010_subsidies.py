"""Premium subsidies: dated parameters, applications, and the sum of each enterprise's year.

The cost item is unique by an exclusion constraint, not by equality: the same policy with a period moved by
a day is the same money. It holds twice: for one enterprise whatever it calls its insurer, and for one insurer
whichever enterprise applies. The keys turn text into numbers because the core has no GiST for text.
"""

from alembic import op

from kit.migrations import run_script

revision = "0010"
down_revision = "0009"

SCRIPT = """
CREATE TABLE subsidy_parameters (
  key TEXT NOT NULL,
  coverage TEXT NOT NULL DEFAULT '',
  valid_from DATE NOT NULL,
  valid_to DATE,
  value TEXT NOT NULL,
  operator TEXT NOT NULL CHECK (operator IN ('=', '<', '<=', '>', '>=')),
  unit TEXT NOT NULL,
  source_document TEXT NOT NULL,
  source_clause TEXT NOT NULL,
  PRIMARY KEY (key, coverage, valid_from),
  CHECK (valid_to IS NULL OR valid_to >= valid_from)
);

CREATE TABLE premium_subsidies (
  id UUID PRIMARY KEY REFERENCES cases (id),
  reference TEXT NOT NULL UNIQUE,
  uscc TEXT NOT NULL,
  enterprise_name TEXT NOT NULL,
  region_code TEXT NOT NULL,
  applicant_sub TEXT NOT NULL,
  insurer TEXT NOT NULL,
  policy_number TEXT NOT NULL,
  policy_key TEXT NOT NULL CHECK (policy_key ~ '^[0-9A-Z]+$'),
  insurer_key TEXT NOT NULL,
  coverage TEXT NOT NULL,
  period_from_on DATE NOT NULL,
  period_to_on DATE NOT NULL,
  premium_fen BIGINT NOT NULL CHECK (premium_fen > 0),
  other_fen BIGINT NOT NULL CHECK (other_fen >= 0),
  year INTEGER NOT NULL,
  amount_fen BIGINT CHECK (amount_fen > 0),
  budget_code TEXT,
  submitted_on DATE NOT NULL,
  approved_on DATE,
  paid_on DATE,
  refunded_on DATE,
  released_at TIMESTAMPTZ,
  item_key BIGINT NOT NULL GENERATED ALWAYS AS
    (hashtextextended(uscc || '/' || policy_key || '/' || coverage, 0)) STORED,
  cover_key BIGINT NOT NULL GENERATED ALWAYS AS
    (hashtextextended(insurer_key || '/' || policy_key || '/' || coverage, 0)) STORED,
  CHECK (period_to_on > period_from_on),
  CHECK (amount_fen IS NULL OR amount_fen + other_fen <= premium_fen),
  CHECK ((amount_fen IS NULL) = (approved_on IS NULL) AND (amount_fen IS NULL) = (budget_code IS NULL)),
  CHECK (paid_on IS NULL OR approved_on IS NOT NULL),
  CHECK (refunded_on IS NULL OR paid_on IS NOT NULL),
  CHECK (released_at IS NULL OR paid_on IS NULL),
  CONSTRAINT one_subsidy_per_cost_item EXCLUDE USING gist (
    int8range(item_key, item_key, '[]') WITH &&,
    daterange(period_from_on, period_to_on, '[]') WITH &&
  ) WHERE (released_at IS NULL),
  CONSTRAINT one_subsidy_per_cover EXCLUDE USING gist (
    int8range(cover_key, cover_key, '[]') WITH &&,
    daterange(period_from_on, period_to_on, '[]') WITH &&
  ) WHERE (released_at IS NULL)
);
CREATE INDEX ix_premium_subsidies_policy ON premium_subsidies (policy_key, submitted_on);
CREATE INDEX ix_premium_subsidies_paid ON premium_subsidies (paid_on, id) WHERE paid_on IS NOT NULL;
CREATE INDEX ix_premium_subsidies_applicant
  ON premium_subsidies (applicant_sub, submitted_on, id);
CREATE INDEX ix_premium_subsidies_uscc ON premium_subsidies (uscc, submitted_on, id);
CREATE INDEX ix_premium_subsidies_region
  ON premium_subsidies (region_code text_pattern_ops, submitted_on, id);

CREATE TABLE subsidy_years (
  uscc TEXT NOT NULL,
  year INTEGER NOT NULL,
  cap_fen BIGINT NOT NULL,
  committed_fen BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (uscc, year),
  CHECK (committed_fen BETWEEN 0 AND cap_fen)
);
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
