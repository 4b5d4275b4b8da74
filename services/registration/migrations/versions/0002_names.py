"""Name reservations, the index of names, and the claims that keep them apart."""

from alembic import op

from kit.migrations import run_script

revision = "0002"
down_revision = "0001"

SCRIPT = """
CREATE TABLE name_reservations (
  id UUID PRIMARY KEY,
  reference TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  region_code TEXT NOT NULL,
  city_code TEXT NOT NULL,
  organization_form TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('reserved', 'registered', 'released', 'lapsed')),
  version INTEGER NOT NULL,
  reserved_on DATE NOT NULL,
  reserved_until DATE NOT NULL CHECK (reserved_until > reserved_on),
  prior_approval BOOLEAN NOT NULL,
  incubatee_of TEXT,
  promise JSONB,
  ties JSONB NOT NULL,
  reasons JSONB NOT NULL,
  applicant_sub TEXT NOT NULL,
  applicant_person TEXT,
  applicant_org TEXT,
  case_id UUID,
  uscc TEXT,
  created_at TIMESTAMPTZ NOT NULL,
  ended_at TIMESTAMPTZ,
  CHECK ((state = 'reserved') = (ended_at IS NULL)),
  CHECK (state <> 'registered' OR uscc IS NOT NULL)
);
CREATE INDEX ix_name_reservations_applicant ON name_reservations (applicant_sub, created_at, id);
CREATE INDEX ix_name_reservations_created ON name_reservations (created_at, id);
CREATE INDEX ix_name_reservations_due ON name_reservations (reserved_until, id)
  WHERE state = 'reserved';

CREATE TABLE name_index (
  id UUID PRIMARY KEY,
  reference TEXT NOT NULL,
  city_code TEXT NOT NULL,
  written TEXT NOT NULL,
  region TEXT NOT NULL,
  trade_name TEXT NOT NULL,
  industry TEXT NOT NULL,
  form TEXT NOT NULL,
  division TEXT NOT NULL,
  meanings TEXT[] NOT NULL,
  industry_words TEXT[] NOT NULL,
  tokens TEXT[] NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('reserved', 'registered', 'former')),
  former_kind TEXT CHECK (former_kind IN ('deregistered', 'renamed', 'revoked')),
  blocked_until DATE,
  CHECK ((state = 'former') = (former_kind IS NOT NULL AND blocked_until IS NOT NULL))
);
CREATE INDEX ix_name_index_trade_name ON name_index (city_code, trade_name);
CREATE INDEX ix_name_index_tokens ON name_index USING gin (tokens) WITH (fastupdate = off);
CREATE INDEX ix_name_index_reference ON name_index (reference);

CREATE TABLE name_claims (
  city_code TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('whole', 'industry', 'alone')),
  key TEXT NOT NULL,
  name_id UUID NOT NULL REFERENCES name_index (id) ON DELETE CASCADE,
  PRIMARY KEY (city_code, kind, key)
);
CREATE INDEX ix_name_claims_name_id ON name_claims (name_id);
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
