"""Addresses that carriers grant, kept from their events, and which firm is registered by which grant."""

from alembic import op

from kit.migrations import run_script

revision = "0009"
down_revision = "0008"

SCRIPT = """
CREATE TABLE address_grants (
  code TEXT PRIMARY KEY,
  tenancy_id UUID NOT NULL,
  carrier_code TEXT NOT NULL,
  carrier_name TEXT NOT NULL,
  street TEXT NOT NULL,
  region_code TEXT NOT NULL,
  holder TEXT NOT NULL,
  uses_max INTEGER NOT NULL CHECK (uses_max > 0),
  uses INTEGER NOT NULL DEFAULT 0,
  valid_from DATE NOT NULL,
  valid_to DATE NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('live', 'closing', 'ended')),
  reason TEXT,
  ended_on DATE,
  sequence BIGINT NOT NULL,
  updated_at TIMESTAMPTZ NOT NULL,
  CHECK (uses BETWEEN 0 AND uses_max),
  CHECK ((state = 'ended') = (ended_on IS NOT NULL))
);
CREATE INDEX ix_address_grants_holder ON address_grants (holder, code);

CREATE TABLE hosted_domiciles (
  uscc TEXT PRIMARY KEY REFERENCES market_entities (uscc),
  case_id UUID NOT NULL UNIQUE REFERENCES cases (id),
  grant_code TEXT NOT NULL REFERENCES address_grants (code),
  region_code TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('current', 'closing', 'lapsed')),
  since_on DATE NOT NULL,
  until_on DATE,
  lapsed_on DATE,
  reason TEXT,
  CHECK ((state = 'lapsed') = (lapsed_on IS NOT NULL))
);
CREATE INDEX ix_hosted_domiciles_grant ON hosted_domiciles (grant_code);
CREATE INDEX ix_hosted_domiciles_region ON hosted_domiciles (region_code text_pattern_ops, since_on DESC, uscc DESC);

ALTER TABLE market_entities ADD COLUMN address_status TEXT NOT NULL DEFAULT 'own'
  CHECK (address_status IN ('own', 'hosted', 'lapsed'));
"""


def upgrade() -> None:
    run_script(op.get_bind(), SCRIPT)
